package dev.sluice.gateway.spool;

import dev.sluice.protocol.Pieces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An upload on disk. Its name is taken from it as soon as it is opened, so that no crash leaves
/// it behind and nobody else finds it. Calls block, but for [#room] and [#close].
public final class SpooledFile implements AutoCloseable {

    private static final int PIECE_BYTES = 128 << 10;
    private static final FileAttribute<?> OWN =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Spool spool;
    private final Path folder;
    private long reserved;
    private long length;
    private @Nullable FileChannel channel;
    private boolean closed;

    SpooledFile(Spool spool, Path folder) {
        this.spool = spool;
        this.folder = folder;
    }

    /// Whether there is room for so many bytes more; they are then this file's until it is closed.
    public synchronized boolean room(int bytes) {
        if (closed || !spool.take(bytes)) {
            return false;
        }
        reserved += bytes;
        return true;
    }

    /// Adds bytes for which there is [#room].
    public synchronized void append(byte[] bytes) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (channel == null) {
            channel =
                    FileChannel.open(
                            folder.resolve(UUID.randomUUID().toString()),
                            Set.of(
                                    StandardOpenOption.CREATE_NEW,
                                    StandardOpenOption.READ,
                                    StandardOpenOption.WRITE,
                                    StandardOpenOption.DELETE_ON_CLOSE),
                            OWN);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            length += channel.write(buffer, length);
        }
    }

    public synchronized long length() {
        return length;
    }

    /// A part of it.
    public byte[] read(long from, int bytes) {
        FileChannel open;
        synchronized (this) {
            open = channel;
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        try {
            while (buffer.hasRemaining()) {
                if (open == null || open.read(buffer, from + buffer.position()) < 0) {
                    throw new IOException("the upload ends before " + (from + bytes));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return buffer.array();
    }

    /// What is between two places, as often as it is asked for until the file is closed.
    public Pieces region(long from, long to) {
        return new Pieces() {
            @Override
            public long length() {
                return to - from;
            }

            @Override
            public Iterator<byte[]> iterator() {
                return new Reading(from, to);
            }
        };
    }

    private final class Reading implements Iterator<byte[]> {
        private final long end;
        private long at;

        private Reading(long from, long end) {
            this.at = from;
            this.end = end;
        }

        @Override
        public boolean hasNext() {
            return at < end;
        }

        @Override
        public byte[] next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            byte[] piece = read(at, (int) Math.min(PIECE_BYTES, end - at));
            at += piece.length;
            return piece;
        }
    }

    /// Gives the room back; whoever still reads is told by an exception.
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        spool.give(reserved);
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
