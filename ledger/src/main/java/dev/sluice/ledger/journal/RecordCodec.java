package dev.sluice.ledger.journal;

import dev.sluice.ledger.window.Settlement;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// A record as bytes: length and CRC32C, both of kind and payload, then these. Big-endian; the
/// version of the format stands in the segment's header.
///
/// Encodes on event loops: one reused buffer for each thread, no reflection, no I/O.
public final class RecordCodec {

    /// Of this format. A change of it needs another number, and a reader for the old one.
    public static final int VERSION = 1;

    static final int FRAME_BYTES = 8;

    private static final ThreadLocal<RecordCodec> OF_THREAD =
            ThreadLocal.withInitial(RecordCodec::new);

    private static final int ATTEMPTED = 1;
    private static final int RELAYED = 2;
    private static final int PROGRESS = 3;
    private static final int FINAL = 4;

    private final ByteSink sink = new ByteSink();
    private final RecordWriter writer = new RecordWriter(sink);
    private final CRC32C crc = new CRC32C();

    private RecordCodec() {}

    /// The framed record, in an array of its own.
    public static byte[] encode(JournalRecord journalRecord) {
        return OF_THREAD.get().framed(journalRecord);
    }

    /// Reads what [#encode] made.
    ///
    /// @throws IllegalStateException when it is damaged, or no record of this version
    public static JournalRecord decode(byte[] framed) {
        ByteBuffer bytes = ByteBuffer.wrap(framed).order(ByteOrder.BIG_ENDIAN);
        CRC32C sum = new CRC32C();
        if (framed.length > FRAME_BYTES) {
            sum.update(framed, FRAME_BYTES, framed.length - FRAME_BYTES);
        }
        if (framed.length <= FRAME_BYTES
                || bytes.getInt() != framed.length - FRAME_BYTES
                || bytes.getInt() != (int) sum.getValue()) {
            throw new IllegalStateException("a record is damaged");
        }
        return decode(bytes.slice());
    }

    private byte[] framed(JournalRecord journalRecord) {
        sink.clear();
        // the frame's place, filled in below
        for (int i = 0; i < FRAME_BYTES; i++) {
            sink.oneByte(0);
        }
        switch (journalRecord) {
            case JournalRecord.Attempted attempted -> {
                sink.oneByte(ATTEMPTED);
                writer.hold(attempted.hold());
                writer.call(attempted.ifRelayed());
            }
            case JournalRecord.Relayed relayed -> {
                sink.oneByte(RELAYED);
                sink.text(relayed.requestId());
            }
            case JournalRecord.Progress progress -> {
                sink.oneByte(PROGRESS);
                writer.call(progress.soFar());
            }
            case JournalRecord.Final last -> {
                sink.oneByte(FINAL);
                writer.hold(last.hold());
                writer.call(last.call());
            }
        }
        byte[] bytes = sink.copy();
        crc.reset();
        crc.update(bytes, FRAME_BYTES, bytes.length - FRAME_BYTES);
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.BIG_ENDIAN)
                .putInt(0, bytes.length - FRAME_BYTES)
                .putInt(Integer.BYTES, (int) crc.getValue());
        return bytes;
    }

    /// Reads kind and payload, whose checksum the caller has compared.
    ///
    /// @throws IllegalStateException when they are no record of this version
    static JournalRecord decode(ByteBuffer body) {
        ByteSource source = new ByteSource(body);
        RecordReader reader = new RecordReader(source);
        int kind = source.oneByte();
        JournalRecord read =
                switch (kind) {
                    case ATTEMPTED -> {
                        Settlement.Open hold = reader.hold();
                        if (hold == null) {
                            throw new IllegalStateException("an attempt without its hold");
                        }
                        yield new JournalRecord.Attempted(hold, reader.call());
                    }
                    case RELAYED -> new JournalRecord.Relayed(source.text());
                    case PROGRESS -> new JournalRecord.Progress(reader.call());
                    case FINAL -> new JournalRecord.Final(reader.hold(), reader.call());
                    default -> throw new IllegalStateException("unknown kind " + kind);
                };
        if (!source.isEmpty()) {
            throw new IllegalStateException("bytes after the end of a record of kind " + kind);
        }
        return read;
    }
}
