package dev.sluice.protocol;

import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.NoSuchElementException;

/// Bytes in base 64, encoded as they are read: a piece at a time is in memory.
///
/// @param plain what is encoded
public record Base64Pieces(Pieces plain) implements Pieces {

    private static final int GROUP = 3;
    private static final int ENCODED_GROUP = 4;

    @Override
    public long length() {
        return Math.ceilDiv(plain.length(), GROUP) * ENCODED_GROUP;
    }

    @Override
    public boolean inMemory() {
        return plain.inMemory();
    }

    @Override
    public Iterator<byte[]> iterator() {
        return new Encoding(plain.iterator());
    }

    /// What is left of a piece after its last group of three goes before the next piece.
    private static final class Encoding implements Iterator<byte[]> {
        private final Iterator<byte[]> pieces;
        private byte[] rest = {};

        private Encoding(Iterator<byte[]> pieces) {
            this.pieces = pieces;
        }

        @Override
        public boolean hasNext() {
            return pieces.hasNext() || rest.length > 0;
        }

        @Override
        public byte[] next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            if (!pieces.hasNext()) {
                byte[] last = rest;
                rest = new byte[0];
                return Base64.getEncoder().encode(last);
            }
            byte[] piece = pieces.next();
            byte[] joined = Arrays.copyOf(rest, rest.length + piece.length);
            System.arraycopy(piece, 0, joined, rest.length, piece.length);
            int whole = joined.length - joined.length % GROUP;
            rest = Arrays.copyOfRange(joined, whole, joined.length);
            return Base64.getEncoder().encode(Arrays.copyOf(joined, whole));
        }
    }
}
