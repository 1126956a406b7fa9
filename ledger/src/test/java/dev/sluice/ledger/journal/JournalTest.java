package dev.sluice.ledger.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    private static final int SEGMENT = 32 * 1024;
    private static final int CLOSING = 1024;
    static final JournalSettings SMALL =
            new JournalSettings(
                    SEGMENT,
                    CLOSING,
                    4 * 1024,
                    Duration.ofMillis(5),
                    1L << 20,
                    Duration.ofHours(1),
                    3L * SEGMENT);

    @TempDir private Path folder;

    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-05-04T10:07:00Z"));
    private final ModelDisk disk = new ModelDisk();
    private final Heard told = new Heard();
    private final List<String> heard = told.lines;

    private JournalCore core() throws IOException {
        return new JournalCore(disk, SMALL, "r1", 1, now::get);
    }

    private static List<String> ids(Disk disk) throws IOException {
        List<String> ids = new ArrayList<>();
        JournalReading.read(disk, "r1").forEachCall(disk, call -> ids.add(call.call().requestId()));
        return ids;
    }

    private static List<String> numbered(int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add("req_" + i);
        }
        return ids;
    }

    @Test
    void everyRecordIsWrittenThenFlushedInTheirOrderAndReadBack() throws Exception {
        List<String> ids = numbered(300);
        CountDownLatch flushed = new CountDownLatch(ids.size());
        Path journals = folder.resolve("journal");
        try (Journal journal = Journal.open(FileDisk.open(journals), SMALL, "r1", 7, now::get)) {
            for (String id : ids) {
                Receipt hears = told.receipt(id);
                journal.append(
                        told.ended(id),
                        new Receipt() {
                            @Override
                            public void written(Place at) {
                                hears.written(at);
                            }

                            @Override
                            public void flushed() {
                                hears.flushed();
                                flushed.countDown();
                            }
                        });
            }
            assertThat(flushed.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(journal.failure()).isNull();
        }
        for (String what : List.of(" written", " flushed")) {
            assertThat(heard)
                    .filteredOn(line -> line.endsWith(what))
                    .containsExactlyElementsOf(ids.stream().map(id -> id + what).toList());
        }
        for (String id : ids) {
            assertThat(heard.indexOf(id + " written")).isLessThan(heard.indexOf(id + " flushed"));
        }
        try (FileDisk again = FileDisk.open(journals)) {
            JournalReading reading = JournalReading.read(again, "r1");
            assertThat(ids(again)).isEqualTo(ids);
            assertThat(reading.epochs()).containsExactly(7L);
            assertThat(reading.segments()).hasSizeGreaterThan(2);
            reading.putAway(again, now.get());
            assertThat(ids(again)).isEmpty();
            assertThatThrownBy(() -> JournalReading.read(withOneRecord(), "r2"))
                    .isInstanceOf(JournalCorruptException.class)
                    .hasMessageContaining("r1");
        }
    }

    @Test
    void whatACallComesToSoFarIsWrittenByItselfAndBeforeItsEnd() throws Exception {
        try (Journal journal =
                Journal.open(FileDisk.open(folder.resolve("journal")), SMALL, "r1", 7, now::get)) {
            CountDownLatch alone = new CountDownLatch(1);
            journal.append(
                    new JournalRecord.Progress(told.ended("req_0").call()),
                    whenWritten(alone::countDown));
            assertThat(alone.await(5, TimeUnit.SECONDS)).isTrue();

            List<String> order = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch ends = new CountDownLatch(100);
            for (String id : numbered(100)) {
                journal.append(
                        new JournalRecord.Progress(told.ended(id).call()),
                        whenWritten(() -> order.add(id + " so far")));
                journal.append(
                        told.ended(id),
                        whenWritten(() -> {
                            order.add(id);
                            ends.countDown();
                        }));
            }
            assertThat(ends.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(order).hasSize(200);
            for (String id : numbered(100)) {
                assertThat(order.indexOf(id + " so far")).isLessThan(order.indexOf(id));
            }
        }
    }

    private static Receipt whenWritten(Runnable run) {
        return new Receipt() {
            @Override
            public void written(Place at) {
                run.run();
            }
        };
    }

    private ModelDisk withOneRecord() throws IOException {
        core().write(List.of(told.pending("req_0")));
        return disk;
    }

    @Test
    void oneFlushServesAllThatIsWritten() throws IOException {
        JournalCore core = core();
        int before = disk.forces();
        for (int i = 0; i < 10; i++) {
            core.write(List.of(told.pending("req_" + i)));
        }
        assertThat(heard).noneMatch(line -> line.endsWith("flushed")).hasSize(10);
        core.flush();
        core.flush();
        assertThat(heard).filteredOn(line -> line.endsWith("flushed")).hasSize(10);
        assertThat(disk.forces()).isEqualTo(before + 1);
    }

    @Test
    void nothingIsToldToBeFlushedThatALossOfPowerTakes() throws Exception {
        AtomicInteger flushed = new AtomicInteger();
        Receipt count =
                new Receipt() {
                    @Override
                    public void flushed() {
                        flushed.incrementAndGet();
                    }
                };
        List<JournalRecord> records = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            records.add(told.ended("req_" + i));
        }
        Journal journal = Journal.open(disk, SMALL, "r1", 1, now::get);
        Thread appends =
                Thread.ofPlatform()
                        .start(() ->
                                records.forEach(next -> {
                                    journal.append(next, count);
                                    if (journal.waiting() > 50) {
                                        LockSupport.parkNanos(50_000);
                                    }
                                }));
        int looks = 0;
        while (flushed.get() < records.size()) {
            int atLeast = flushed.get();
            assertThat(ids(disk.afterPowerLoss())).hasSizeGreaterThanOrEqualTo(atLeast);
            assertThat(looks++).isLessThan(100_000);
        }
        appends.join();
        journal.close();
        assertThat(ids(disk)).isEqualTo(numbered(3_000));
        assertThat(SegmentName.among(disk.list())).hasSizeGreaterThan(10);
    }

    @Test
    void aTornLastRecordLeavesTheRecordsBeforeIt() throws IOException {
        JournalCore core = core();
        core.write(List.of(told.pending("req_0"), told.pending("req_1")));
        String newest = newest();
        int from = disk.end(newest);
        core.write(List.of(told.pending("req_2")));
        byte[] whole = disk.read(newest);
        int end = disk.end(newest);
        assertThat(ids(disk)).containsExactly("req_0", "req_1", "req_2");
        for (int cut = from; cut < end; cut++) {
            byte[] zeroed = whole.clone();
            Arrays.fill(zeroed, cut, zeroed.length, (byte) 0);
            // the last bytes may be zeros anyway
            if (!Arrays.equals(zeroed, whole)) {
                assertThat(ids(disk.with(newest, zeroed)))
                        .as("zeros from %d", cut)
                        .containsExactly("req_0", "req_1");
            }
            assertThat(ids(disk.with(newest, Arrays.copyOf(whole, cut))))
                    .as("cut at %d", cut)
                    .containsExactly("req_0", "req_1");
            byte[] garbled = whole.clone();
            garbled[cut] ^= 0x55;
            assertThat(ids(disk.with(newest, garbled)))
                    .as("garbled at %d", cut)
                    .containsExactly("req_0", "req_1");
        }
    }

    /// The newest segment that was begun.
    private String newest() {
        return SegmentName.among(disk.list()).reversed().stream()
                .map(SegmentName::file)
                .filter(file -> disk.end(file) > 0)
                .findFirst()
                .orElseThrow();
    }

    private void fill(JournalCore core, int from, int to) {
        for (int i = from; i < to; i++) {
            core.write(List.of(told.pending("req_" + i)));
        }
    }

    @Test
    void anyDamageInASegmentButTheNewestIsCorruption() throws IOException {
        fill(core(), 0, 200);
        String first = SegmentName.among(disk.list()).getFirst().file();
        assertThat(newest()).isNotEqualTo(first);
        byte[] whole = disk.read(first);
        int end = disk.end(first);
        int headerEnd = SegmentFormat.encode(new SegmentFormat.Header(1, 1, "r1")).length;
        for (int at = 0; at < end; at += at < headerEnd + 300 ? 1 : 97) {
            if (at >= 4 && at < 8) {
                // says another format
                continue;
            }
            byte[] garbled = whole.clone();
            garbled[at] ^= 0x10;
            ModelDisk damaged = disk.with(first, garbled);
            assertThatThrownBy(() -> JournalReading.read(damaged, "r1"))
                    .as("byte %d of %d", at, end)
                    .isInstanceOf(JournalCorruptException.class)
                    .hasMessageContaining(first);
        }
        byte[] hole = whole.clone();
        Arrays.fill(hole, headerEnd, headerEnd + 512, (byte) 0);
        ModelDisk holed = disk.with(first, hole);
        assertThatThrownBy(() -> JournalReading.read(holed, "r1"))
                .isInstanceOf(JournalCorruptException.class);
    }

    @Test
    void segmentsThatWereNeverBegunAreNoEndAndNoDamage() throws IOException {
        fill(core(), 0, 5);
        assertThat(disk.list()).hasSizeGreaterThan(1);
        // the next life begins behind what was prepared for the first
        JournalCore second = new JournalCore(disk, SMALL, "r1", 2, now::get);
        fill(second, 5, 9);
        assertThat(ids(disk)).isEqualTo(numbered(9));
        assertThat(JournalReading.read(disk, "r1").epochs()).containsExactly(1L, 2L);
        // a life whose first write was torn behind the whole one of before
        byte[] torn = disk.read(newest());
        Arrays.fill(torn, 9, torn.length, (byte) 0);
        assertThat(ids(disk.with(newest(), torn))).isEqualTo(numbered(5));
    }

    @Test
    void theNewestBookedCallsAreFoundBehindSegmentsThatWereNeverBegun() throws IOException {
        // a life that was killed: what was prepared for it is put away with what it wrote
        fill(core(), 0, 5);
        JournalReading.read(disk, "r1").putAway(disk, now.get());
        JournalReading next = JournalReading.read(disk, "r1");
        assertThat(next.newestKept(disk)).map(call -> call.requestId()).isEqualTo(numbered(5));
        assertThat(next.newestEpoch()).isEqualTo(1);
    }

    @Test
    void aLifeIsKnownBeforeItsFirstRecord() throws IOException {
        core();
        assertThat(JournalReading.read(disk.afterPowerLoss(), "r1").epochs()).containsExactly(1L);
    }

    @Test
    void segmentsArePutAwayOldestFirstAndDeletedByTimeAndSize() throws IOException {
        JournalCore core = core();
        fill(core, 0, 400);
        long begun =
                SegmentName.among(disk.list()).stream()
                        .filter(name -> disk.end(name.file()) > 0)
                        .count();
        assertThat(begun).isGreaterThan(7);
        for (int i = 1; i < 400; i++) {
            core.booked("req_" + i);
        }
        core.sweep();
        // the oldest still has a call to read, so all later ones wait
        assertThat(done()).isEmpty();
        assertThat(core.unbookedCalls()).isEqualTo(1);
        core.booked("req_0");
        core.sweep();
        // all but the current one are done; more than three exceed the bound
        assertThat(done()).hasSize(3);
        assertThat(done().getLast().number()).isEqualTo(begun - 1);
        now.updateAndGet(t -> t.plus(Duration.ofMinutes(59)));
        core.sweep();
        assertThat(done()).hasSize(3);
        now.updateAndGet(t -> t.plus(Duration.ofMinutes(2)));
        core.sweep();
        assertThat(done()).isEmpty();
        assertThat(JournalReading.read(disk, "r1").segments()).isNotEmpty();
    }

    private List<SegmentName> done() {
        return SegmentName.among(disk.list()).stream()
                .filter(name -> name.doneAt() != null)
                .toList();
    }

    @Test
    void aBacklogBeyondItsBoundStopsAdmission() throws IOException {
        JournalCore core = core();
        int calls = 0;
        while (core.tryReserve()) {
            core.write(List.of(told.pending("req_" + calls)));
            core.release();
            core.prepare();
            calls++;
            assertThat(calls).isLessThan(100_000);
        }
        assertThat(core.failure()).isNull();
        core.flush();
        for (int i = 0; i < calls; i++) {
            core.booked("req_" + i, told.place("req_" + i));
        }
        core.sweep();
        assertThat(core.tryReserve()).isTrue();
    }

    @Test
    void lastRecordsAreReadBackByTheirPlace() throws IOException {
        Journal journal = Journal.open(disk, SMALL, "r1", 1, now::get);
        for (String id : numbered(300)) {
            journal.append(told.ended(id), told.receipt(id));
        }
        journal.close();
        List<String> ids = numbered(300);
        assertThat(journal.read(ids.stream().map(told::place).toList()))
                .map(JournalRecord::requestId)
                .isEqualTo(ids);
        assertThat(told.places.values().stream().map(Place::segment).distinct())
                .hasSizeGreaterThan(1);
    }

    @Test
    void aFullDiskStopsAdmissionAndLetsOpenCallsEnd() throws IOException {
        JournalCore core = core();
        disk.room(0);
        int open = 0;
        while (core.tryReserve()) {
            open++;
            assertThat(core.prepare()).isEqualTo(!core.needsPreparing());
            assertThat(open).isLessThan(10_000);
        }
        assertThat(open).isPositive();
        assertThat(core.prepare()).isFalse();
        // what long calls tell meanwhile takes nobody's last room
        for (int i = 0; i < 1_000; i++) {
            core.write(List.of(told.sized("req_" + i % open, 300, true, "progress")));
        }
        assertThat(heard).contains("progress written").endsWith("progress failed");
        for (int i = 0; i < open; i++) {
            // as large as a call's closing records may be
            core.write(List.of(told.sized("req_" + i, CLOSING, false, "closing")));
            assertThat(core.tryReserve()).isFalse();
        }
        core.flush();
        assertThat(core.failure()).isNull();
        assertThat(heard).filteredOn("closing flushed"::equals).hasSize(open);
        for (int i = 0; i < open; i++) {
            core.release();
        }
        assertThat(core.tryReserve()).isFalse();
        disk.room(10L * SEGMENT);
        assertThat(core.prepare()).isTrue();
        assertThat(core.tryReserve()).isTrue();
    }
}
