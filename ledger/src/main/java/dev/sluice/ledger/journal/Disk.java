package dev.sluice.ledger.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// The folder of one journal. A seam, so that a simulation runs the same journal over a disk that
/// loses, tears and fails.
///
/// Creating, renaming and deleting are durable when they return.
public interface Disk extends Closeable {

    /// The names of all files that are segments, done ones included, in no order.
    List<String> list() throws IOException;

    /// A new file of `bytes` zeros, all of it allocated, so that a full disk fails here and not in
    /// a later write.
    Segment create(String name, long bytes) throws IOException;

    /// The content, also of a segment that is still written to.
    Reader reader(String name) throws IOException;

    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    @Override
    void close() throws IOException;

    /// Reads one file here and there.
    interface Reader extends Closeable {

        /// How many bytes the file has.
        long size() throws IOException;

        /// Fills the buffer with what stands from `at` on.
        ///
        /// @throws java.io.EOFException when the file ends before
        void read(long at, ByteBuffer into) throws IOException;

        @Override
        void close() throws IOException;
    }

    /// One file, written from its beginning on.
    interface Segment extends Closeable {

        /// Writes all that remains of the buffer after what was written before.
        void write(ByteBuffer bytes) throws IOException;

        /// Returns when all that was written is on the medium (`fdatasync`).
        void force() throws IOException;

        @Override
        void close() throws IOException;
    }
}
