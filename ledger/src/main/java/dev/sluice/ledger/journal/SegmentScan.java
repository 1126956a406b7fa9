package dev.sluice.ledger.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads one segment from its beginning to its end through a window, so that memory holds a record
/// and never a file.
final class SegmentScan implements Closeable {

    private static final int WINDOW_BYTES = 64 * 1024;
    private static final ByteBuffer ZEROS = ByteBuffer.allocate(WINDOW_BYTES).asReadOnlyBuffer();

    private final Disk.Reader file;
    private final long size;
    // how far the file was read; what of it nobody asked for yet is in the window
    private long readTo;
    private ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);

    private SegmentScan(Disk.Reader file) throws IOException {
        this.file = file;
        this.size = file.size();
    }

    static SegmentScan open(Disk disk, String name) throws IOException {
        return new SegmentScan(disk.reader(name));
    }

    /// The header, which comes first.
    ///
    /// @return null when it is not whole
    SegmentFormat.@Nullable Header header() throws IOException {
        have(Math.toIntExact(Math.min(size, SegmentFormat.MOST_HEADER_BYTES)));
        return SegmentFormat.header(window);
    }

    /// Hands over every whole record that follows, for [RecordCodec#decode].
    ///
    /// @return where the first one that is not whole begins, or -1 when zeros follow the last
    long records(Consumer<ByteBuffer> each) throws IOException {
        while (have(RecordCodec.FRAME_BYTES)) {
            long at = place();
            int length = window.getInt();
            int checksum = window.getInt();
            if (length == 0 && checksum == 0) {
                // zeros before anything else are a record that is missing
                return isBlank() ? -1 : at;
            }
            if (length <= 0 || length > SegmentFormat.MOST_RECORD_BYTES || !have(length)) {
                return at;
            }
            ByteBuffer body = window.slice(window.position(), length);
            if (SegmentFormat.checksum(body.duplicate()) != checksum) {
                return at;
            }
            each.accept(body);
            window.position(window.position() + length);
        }
        long at = place();
        return isBlank() ? -1 : at;
    }

    /// Whether only zeros follow.
    boolean isBlank() throws IOException {
        do {
            // a long record may have widened the window
            int bytes = Math.min(window.remaining(), WINDOW_BYTES);
            if (window.slice(window.position(), bytes).mismatch(ZEROS.slice(0, bytes)) >= 0) {
                return false;
            }
            window.position(window.position() + bytes);
        } while (have(1));
        return true;
    }

    private long place() {
        return readTo - window.remaining();
    }

    /// Reads on until the window holds so many bytes; false when the file has fewer left.
    private boolean have(int bytes) throws IOException {
        if (window.remaining() >= bytes) {
            return true;
        }
        if (size - place() < bytes) {
            return false;
        }
        ByteBuffer next =
                bytes > window.capacity()
                        ? ByteBuffer.allocate(bytes).put(window)
                        : window.compact();
        next.limit((int) Math.min(next.capacity(), next.position() + size - readTo));
        int before = next.position();
        file.read(readTo, next);
        readTo += next.position() - before;
        window = next.flip();
        return true;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
