package dev.sluice.protocol;

import java.io.ByteArrayOutputStream;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/// Bytes that are handed on piece by piece, as often as somebody asks: they need not be in memory.
/// No piece may be changed.
public interface Pieces extends Iterable<byte[]> {

    /// All bytes together.
    long length();

    /// Whether they are in memory anyway.
    default boolean inMemory() {
        return false;
    }

    /// All of them in one array.
    default byte[] whole() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream(Math.toIntExact(length()));
        forEach(whole::writeBytes);
        return whole.toByteArray();
    }

    /// Bytes in memory.
    static Pieces of(byte[] bytes) {
        return new Pieces() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public boolean inMemory() {
                return true;
            }

            @Override
            public byte[] whole() {
                return bytes;
            }

            @Override
            public Iterator<byte[]> iterator() {
                return List.of(bytes).iterator();
            }
        };
    }

    /// One after the other.
    static Pieces joined(List<Pieces> parts) {
        long length = parts.stream().mapToLong(Pieces::length).sum();
        return new Pieces() {
            @Override
            public long length() {
                return length;
            }

            @Override
            public boolean inMemory() {
                return parts.stream().allMatch(Pieces::inMemory);
            }

            @Override
            public Iterator<byte[]> iterator() {
                return new Joined(parts.iterator());
            }
        };
    }

    /// Opens each part when the one before it is at its end.
    final class Joined implements Iterator<byte[]> {
        private final Iterator<Pieces> parts;
        private Iterator<byte[]> current = List.<byte[]>of().iterator();

        private Joined(Iterator<Pieces> parts) {
            this.parts = parts;
        }

        @Override
        public boolean hasNext() {
            while (!current.hasNext() && parts.hasNext()) {
                current = parts.next().iterator();
            }
            return current.hasNext();
        }

        @Override
        public byte[] next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return current.next();
        }
    }
}
