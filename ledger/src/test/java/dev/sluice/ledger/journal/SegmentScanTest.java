package dev.sluice.ledger.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Records of any length stand anywhere to the window a segment is read through.
class SegmentScanTest {

    private static final int BYTES = 4 << 20;
    private static final long SEED = 20_261_129;

    private final ModelDisk disk = new ModelDisk();

    private static byte[] frame(byte[] body) {
        return ByteBuffer.allocate(RecordCodec.FRAME_BYTES + body.length)
                .putInt(body.length)
                .putInt(SegmentFormat.checksum(ByteBuffer.wrap(body)))
                .put(body)
                .array();
    }

    /// A segment with records up to a few windows long, their bodies, and where the last begins.
    private long write(String name, List<byte[]> bodies) throws IOException {
        Random random = new Random(SEED);
        long at = 0;
        try (Disk.Segment segment = disk.create(name, BYTES)) {
            byte[] header = SegmentFormat.encode(new SegmentFormat.Header(3, 5, "r1"));
            segment.write(ByteBuffer.wrap(header));
            at = header.length;
            for (int i = 0; i < 400; i++) {
                byte[] body = new byte[1 + random.nextInt(i % 50 == 49 ? 200_000 : 3_000)];
                random.nextBytes(body);
                segment.write(ByteBuffer.wrap(frame(body)));
                bodies.add(body);
                at += RecordCodec.FRAME_BYTES + body.length;
            }
            byte[] last = bodies.getLast();
            return at - RecordCodec.FRAME_BYTES - last.length;
        }
    }

    private static long scan(Disk disk, String name, List<byte[]> into) throws IOException {
        try (SegmentScan scan = SegmentScan.open(disk, name)) {
            assertThat(scan.header()).isEqualTo(new SegmentFormat.Header(3, 5, "r1"));
            return scan.records(body -> {
                byte[] copy = new byte[body.remaining()];
                body.get(copy);
                into.add(copy);
            });
        }
    }

    @Test
    void everyRecordIsHandedOverOnce() throws IOException {
        List<byte[]> written = new ArrayList<>();
        write("a", written);
        List<byte[]> read = new ArrayList<>();
        assertThat(scan(disk, "a", read)).isEqualTo(-1);
        assertThat(Arrays.deepEquals(read.toArray(), written.toArray())).isTrue();
    }

    @Test
    void theFirstThatIsNotWholeIsNamedByItsPlace() throws IOException {
        List<byte[]> written = new ArrayList<>();
        long last = write("a", written);
        byte[] cut = Arrays.copyOf(disk.read("a"), (int) last + 9);
        List<byte[]> read = new ArrayList<>();
        assertThat(scan(disk.with("a", cut), "a", read)).isEqualTo(last);
        assertThat(read).hasSize(written.size() - 1);

        byte[] behind = disk.read("a");
        behind[BYTES - 1] = 1;
        assertThat(scan(disk.with("a", behind), "a", new ArrayList<>()))
                .isEqualTo(last + RecordCodec.FRAME_BYTES + written.getLast().length);
    }

    @Test
    void aFileOfZerosIsBlankAndOneByteMakesItNot() throws IOException {
        for (int at : new int[] {0, 65_535, 65_536, 99_999}) {
            byte[] content = new byte[100_000];
            assertThat(isBlank(content)).isTrue();
            content[at] = 1;
            assertThat(isBlank(content)).as("a byte at %d", at).isFalse();
        }
        assertThat(isBlank(new byte[0])).isTrue();
    }

    private boolean isBlank(byte[] content) throws IOException {
        try (SegmentScan scan = SegmentScan.open(disk.with("b", content), "b")) {
            return scan.isBlank();
        }
    }
}
