package dev.sluice.ledger.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A segment as bytes: a header that says whose it is, then framed records, then zeros.
///
/// A segment is forced before the next one is written to. So only in the newest may records be torn
/// or missing at the end, by a crash in the middle of a write; anywhere else that is corruption.
final class SegmentFormat {

    private static final int MAGIC = 0x534c4a4c;
    private static final int HEADER_FIXED_BYTES = 4 + 4 + 8 + 8 + 2 + 4;
    private static final int MOST_REPLICA_BYTES = 1_024;
    static final int MOST_HEADER_BYTES = HEADER_FIXED_BYTES + MOST_REPLICA_BYTES;
    static final int MOST_RECORD_BYTES = 64 << 20;

    private SegmentFormat() {}

    /// Whose segment it is.
    record Header(long number, long epoch, String replica) {}

    static byte[] encode(Header header) {
        byte[] replica = header.replica().getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_FIXED_BYTES + replica.length);
        bytes.putInt(MAGIC)
                .putInt(RecordCodec.VERSION)
                .putLong(header.number())
                .putLong(header.epoch())
                .putShort((short) replica.length)
                .put(replica);
        bytes.putInt(checksum(bytes.duplicate().flip()));
        return bytes.array();
    }

    /// Reads the header the bytes begin with.
    ///
    /// @return null when it is not whole
    static @Nullable Header header(ByteBuffer bytes) {
        int start = bytes.position();
        if (bytes.remaining() < HEADER_FIXED_BYTES || bytes.getInt() != MAGIC) {
            return null;
        }
        int version = bytes.getInt();
        if (version != RecordCodec.VERSION) {
            throw new JournalCorruptException(
                    "format %d is not known to this version of Sluice".formatted(version));
        }
        long number = bytes.getLong();
        long epoch = bytes.getLong();
        int length = Short.toUnsignedInt(bytes.getShort());
        if (length > MOST_REPLICA_BYTES || bytes.remaining() < length + Integer.BYTES) {
            return null;
        }
        byte[] replica = new byte[length];
        bytes.get(replica);
        int checksum = checksum(bytes.slice(start, bytes.position() - start));
        return bytes.getInt() == checksum
                ? new Header(number, epoch, new String(replica, StandardCharsets.UTF_8))
                : null;
    }

    /// Reads the record at a place.
    ///
    /// @throws JournalCorruptException when no whole one stands there
    static JournalRecord read(Disk.Reader reader, int offset) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(RecordCodec.FRAME_BYTES);
        reader.read(offset, frame);
        int length = frame.flip().getInt();
        if (length <= 0 || length > MOST_RECORD_BYTES) {
            throw new JournalCorruptException("no record at byte " + offset);
        }
        ByteBuffer body = ByteBuffer.allocate(length);
        reader.read(offset + RecordCodec.FRAME_BYTES, body);
        if (checksum(body.flip()) != frame.getInt()) {
            throw new JournalCorruptException("the record at byte " + offset + " is damaged");
        }
        return RecordCodec.decode(body.rewind());
    }

    static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
