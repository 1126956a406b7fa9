package dev.sluice.ledger.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.journal.JournalCore.Pending;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What receipts hear when the medium fails.
class JournalErrorTest {

    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-05-04T10:07:00Z"));
    private static final JournalSettings SMALL = JournalTest.SMALL;

    private final ModelDisk disk = new ModelDisk();
    private final Heard told = new Heard();
    private final List<String> heard = told.lines;

    private JournalCore core() throws IOException {
        return new JournalCore(disk, SMALL, "r1", 1, CLOCK);
    }

    @Test
    void anErrorOfAFlushIsFinal() throws IOException {
        JournalCore core = core();
        core.write(List.of(told.pending("a"), told.pending("b")));
        AtomicInteger errors = new AtomicInteger();
        disk.onForce(() -> {
            // a kernel tells once that it lost pages; the next fdatasync succeeds
            if (errors.getAndIncrement() == 0) {
                throw new IOException("injected");
            }
        });
        core.flush();
        assertThat(heard).containsExactly("a written", "b written", "a failed", "b failed");
        assertThat(core.failure()).contains("flushed").contains("injected");
        assertThat(core.tryReserve()).isFalse();
        core.write(List.of(told.pending("c")));
        core.flush();
        assertThat(heard).endsWith("c failed").hasSize(5);
        assertThat(errors).hasValue(1);
    }

    @Test
    void anErrorWhileASegmentIsLeftFailsAllThatWaits() throws IOException {
        JournalCore core = core();
        AtomicInteger errors = new AtomicInteger();
        disk.onForce(() -> {
            if (errors.getAndIncrement() == 0) {
                throw new IOException("injected");
            }
        });
        int written = 0;
        while (core.failure() == null) {
            core.write(List.of(told.pending("req_" + written++)));
            assertThat(written).isLessThan(1_000);
        }
        core.flush();
        assertThat(heard).noneMatch(line -> line.endsWith("flushed"));
        assertThat(heard).filteredOn(line -> line.endsWith("failed")).hasSize(written);
        assertThat(errors).hasValue(1);
    }

    @Test
    void anErrorIsNotMissedBecauseTheSegmentWasLeftMeanwhile() throws Exception {
        JournalCore core = core();
        core.write(List.of(told.pending("waits")));
        List<Pending> full = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            full.add(told.pending("req_" + i));
        }
        Thread writer = Thread.ofPlatform().unstarted(() -> core.write(full));
        AtomicInteger errors = new AtomicInteger();
        disk.onForce(() -> {
            if (errors.getAndIncrement() == 0) {
                writer.start();
                letRun(writer);
                throw new IOException("injected");
            }
        });
        core.flush();
        writer.join();
        core.flush();
        assertThat(core.failure()).contains("injected");
        assertThat(heard).contains("waits failed").noneMatch(line -> line.endsWith("flushed"));
        for (Pending each : full) {
            assertThat(heard).filteredOn((each.requestId() + " failed")::equals).hasSize(1);
        }
        assertThat(errors).hasValue(1);
    }

    private static void letRun(Thread thread) {
        while (thread.isAlive() && thread.getState() != Thread.State.BLOCKED) {
            Thread.onSpinWait();
        }
    }

    @Test
    void anErrorOfAWriteFailsWhatIsNotOnTheMedium() throws IOException {
        JournalCore core = core();
        core.write(List.of(told.pending("a")));
        core.flush();
        core.write(List.of(told.pending("b")));
        disk.failWrites();
        core.write(List.of(told.pending("c"), told.pending("d")));
        core.flush();
        assertThat(heard)
                .containsExactly(
                        "a written", "a flushed", "b written", "c failed", "d failed", "b failed");
        assertThat(core.failure()).contains("written");
        assertThat(core.tryReserve()).isFalse();
    }

    @Test
    void aJournalThatFailedRefusesAppends() throws Exception {
        try (Journal journal = Journal.open(disk, SMALL, "r1", 1, CLOCK)) {
            disk.onForce(() -> {
                throw new IOException("injected");
            });
            journal.append(told.ended("a"), told.receipt("a"));
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (!heard.contains("a failed") && System.nanoTime() < deadline) {
                Thread.sleep(1);
            }
            journal.append(told.ended("b"), told.receipt("b"));
            assertThat(heard).containsExactly("a written", "a failed", "b failed");
            assertThat(journal.tryReserve()).isFalse();
            assertThat(journal.failure()).contains("injected");
        }
    }

    @Test
    void aReceiptThatThrowsStopsNobody() throws IOException {
        JournalCore core = core();
        Receipt throwing =
                new Receipt() {
                    @Override
                    public void written(Place at) {
                        throw new IllegalStateException("thrown by the test");
                    }
                };
        Pending bad =
                new Pending(
                        "bad",
                        ByteBuffer.wrap(RecordCodec.encode(told.ended("bad"))),
                        true,
                        false,
                        true,
                        throwing);
        core.write(List.of(told.pending("a"), bad, told.pending("b")));
        core.flush();
        assertThat(heard).containsExactly("a written", "b written", "a flushed", "b flushed");
        assertThat(core.failure()).isNull();
    }

    @Test
    void aRecordThatFitsNoSegmentFailsAlone() throws IOException {
        Receipt large = told.receipt("large");
        Receipt next = told.receipt("next");
        try (Journal journal = Journal.open(disk, SMALL, "r1", 1, CLOCK)) {
            journal.append(new JournalRecord.Relayed("x".repeat(SMALL.segmentBytes())), large);
            journal.append(told.ended("req_0"), next);
        }
        assertThat(heard).containsExactly("large failed", "next written", "next flushed");
    }
}
