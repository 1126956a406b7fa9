package dev.sluice.ledger.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class RecordCodecTest {

    private static final int RECORDS = 20_000;

    @Test
    void everyRecordIsReadBackAsItWasWritten() {
        for (long seed = 1; seed <= RECORDS; seed++) {
            JournalRecord written = new RandomRecords(seed).next();
            byte[] bytes = RecordCodec.encode(written);
            ByteBuffer body =
                    ByteBuffer.wrap(
                            bytes, RecordCodec.FRAME_BYTES, bytes.length - RecordCodec.FRAME_BYTES);
            assertThat(RecordCodec.decode(body)).as("seed %d", seed).isEqualTo(written);
        }
    }

    @Test
    void theFrameIsLengthAndChecksumOfTheBody() {
        byte[] bytes = RecordCodec.encode(new JournalRecord.Relayed("req_1"));
        byte[] body = ("\2\6" + "req_1").getBytes(StandardCharsets.US_ASCII);
        CRC32C crc = new CRC32C();
        crc.update(body);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo(
                        "00000007%08x%s"
                                .formatted((int) crc.getValue(), HexFormat.of().formatHex(body)));
    }

    /// The format must not change by accident: CRC32C over many records of fixed seeds, so that
    /// every field and every kind is in it. A wanted change takes another version; a further kind
    /// or unit takes the next number and changes only this sum.
    @Test
    void theFormatIsThatOfVersionOne() {
        CRC32C crc = new CRC32C();
        for (long seed = 1; seed <= 500; seed++) {
            crc.update(RecordCodec.encode(new RandomRecords(seed).next()));
        }
        assertThat(RecordCodec.VERSION).isEqualTo(1);
        assertThat(Long.toHexString(crc.getValue())).isEqualTo("2b0b1cfb");
    }
}
