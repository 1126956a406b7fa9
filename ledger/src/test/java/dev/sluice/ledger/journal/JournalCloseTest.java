package dev.sluice.ledger.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.call.CallRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A record that is on its way while the journal closes is told what became of it: whoever waits
/// for its receipt would else wait for ever.
class JournalCloseTest {

    @TempDir private Path folder;

    private final Heard told = new Heard();
    private final CountDownLatch encoding = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    private Journal open() throws Exception {
        return Journal.open(
                FileDisk.open(folder.resolve("journal")),
                JournalSettings.standard(),
                "r1",
                1,
                InstantSource.system());
    }

    /// Its encoding lasts until the journal is closed: it was let in before, and comes after.
    private JournalRecord late() {
        CallRecord call = told.ended("late").call();
        List<Map<String, String>> slow =
                new AbstractList<>() {
                    @Override
                    public Map<String, String> get(int index) {
                        throw new IndexOutOfBoundsException(index);
                    }

                    @Override
                    public int size() {
                        encoding.countDown();
                        try {
                            assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        return 0;
                    }
                };
        return new JournalRecord.Final(
                null,
                new CallRecord(
                        call.requestId(),
                        call.attribution(),
                        call.endpoint(),
                        call.stream(),
                        call.modelAsked(),
                        call.modelServed(),
                        call.hold(),
                        call.usage(),
                        call.estimated(),
                        call.chargeLines(),
                        call.priceVersion(),
                        call.outcome(),
                        call.timings(),
                        call.attempts(),
                        slow));
    }

    @Test
    void whatComesAfterTheLastWriteIsRefused() throws Exception {
        Journal journal = open();
        Thread appending =
                Thread.ofPlatform().start(() -> journal.append(late(), told.receipt("late")));
        assertThat(encoding.await(30, TimeUnit.SECONDS)).isTrue();
        journal.close();
        assertThat(told.lines).isEmpty();
        closed.countDown();
        assertThat(appending.join(Duration.ofSeconds(30))).isTrue();
        assertThat(told.lines).containsExactly("late failed");
        assertThat(journal.waiting()).isZero();
    }

    @Test
    void everyAppendIsToldOnceWhileItCloses() throws Exception {
        Journal journal = open();
        AtomicBoolean over = new AtomicBoolean();
        Counts counts = new Counts();
        List<Thread> appending = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            appending.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                while (!over.get()) {
                                    counts.appended.incrementAndGet();
                                    journal.append(new JournalRecord.Relayed("req"), counts);
                                    LockSupport.parkNanos(10_000);
                                }
                            }));
        }
        while (counts.flushed.get() < 100) {
            LockSupport.parkNanos(100_000);
        }
        journal.close();
        over.set(true);
        for (Thread thread : appending) {
            assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
        }
        assertThat(counts.failed).hasPositiveValue();
        assertThat(counts.written.get() + counts.failed.get()).isEqualTo(counts.appended.get());
        assertThat(counts.flushed).hasValue(counts.written.get());
    }

    private static final class Counts implements Receipt {
        final AtomicInteger appended = new AtomicInteger();
        final AtomicInteger written = new AtomicInteger();
        final AtomicInteger flushed = new AtomicInteger();
        final AtomicInteger failed = new AtomicInteger();

        @Override
        public void written(Place at) {
            written.incrementAndGet();
        }

        @Override
        public void flushed() {
            flushed.incrementAndGet();
        }

        @Override
        public void failed(String reason) {
            failed.incrementAndGet();
        }
    }
}
