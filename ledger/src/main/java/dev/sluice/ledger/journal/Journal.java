package dev.sluice.ledger.journal;

import dev.sluice.ledger.journal.JournalCore.Pending;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The journal of one epoch. Whoever appends only encodes and enqueues; one thread gathers what
/// waits into one write, another brings it to the medium, one flush for all. What a call comes to
/// so far wakes nobody: it goes along with the next write, after a tenth of a second at the latest.
///
/// A failure is final: nothing is retried, appends are refused, [#failure] says why.
public final class Journal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
    private static final String CLOSING_DOWN = "closing down";

    /// When so many records came at once, more are on their way: a moment later they share a write,
    /// and appending wakes nobody meanwhile.
    private static final int MANY = 8;

    private static final long GATHER_NANOS = 300_000;

    private static final long IDLE_MILLIS = 100;

    private final JournalCore core;
    private final JournalSettings settings;
    private final Disk disk;
    private final BlockingQueue<Pending> queue = new LinkedBlockingQueue<>();

    /// Of calls that go on: whatever else a call had to say before is written, and what it says
    /// later is enqueued after.
    private final Queue<Pending> soFar = new ConcurrentLinkedQueue<>();

    private final Semaphore urgent = new Semaphore(0);
    private final Thread writer = Thread.ofPlatform().name("journal-writer").unstarted(this::write);
    private final Thread flusher =
            Thread.ofPlatform().name("journal-flusher").unstarted(this::flush);
    private long triedNanos = System.nanoTime() - RETRY.toNanos();
    private volatile Flushes flushes = Flushes.NONE;
    private volatile boolean closing;
    private volatile boolean nobodyWrites;

    private Journal(Disk disk, JournalSettings settings, JournalCore core) {
        this.disk = disk;
        this.settings = settings;
        this.core = core;
    }

    /// Begins a new segment of the given epoch.
    ///
    /// @param disk is the journal's from here on: it closes it
    public static Journal open(
            Disk disk, JournalSettings settings, String replica, long epoch, InstantSource clock)
            throws IOException {
        Journal journal =
                new Journal(disk, settings, new JournalCore(disk, settings, replica, epoch, clock));
        journal.writer.start();
        journal.flusher.start();
        return journal;
    }

    /// Encodes and enqueues; never waits.
    public void append(JournalRecord journalRecord, Receipt receipt) {
        if (closing) {
            receipt.failed(CLOSING_DOWN);
            return;
        }
        Pending pending = core.accept(journalRecord, receipt);
        if (pending == null) {
            return;
        }
        // bounded by the calls that reserved room
        Queue<Pending> to = pending.dispensable() ? soFar : queue;
        to.add(pending);
        if (nobodyWrites && to.remove(pending)) {
            receipt.failed(CLOSING_DOWN);
        }
    }

    /// Keeps room for the closing records of a call that is about to be admitted.
    ///
    /// @return false when the disk is full or the journal failed
    public boolean tryReserve() {
        return core.tryReserve();
    }

    /// The call has written its last record, or never will.
    public void release() {
        core.release();
    }

    /// The books have this call, whose last record stands there.
    public void booked(String requestId, Place last) {
        core.booked(requestId, last);
    }

    /// The books have this call, whose last record failed.
    public void booked(String requestId) {
        core.booked(requestId);
    }

    /// Reads the last records of calls that the books do not have yet. Blocks.
    ///
    /// @param places in the order of their writing, or it takes longer
    public List<JournalRecord.Final> read(List<Place> places) {
        try {
            return core.read(places);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Why nothing can be written any more, or null.
    public @Nullable String failure() {
        return core.failure();
    }

    /// Records that are not on the medium yet.
    public int waiting() {
        return queue.size() + soFar.size();
    }

    /// Calls whose records recovery would have to read.
    public int unbookedCalls() {
        return core.unbookedCalls();
    }

    /// Since this journal was opened.
    public Flushes flushes() {
        return flushes;
    }

    /// Puts away and deletes what need not be kept. Blocks.
    public void sweep() {
        try {
            core.sweep();
        } catch (IOException e) {
            LOG.warn("Old segments of the journal stay for now: {}", e.toString());
        }
    }

    private void write() {
        List<Pending> batch = new ArrayList<>();
        try {
            while (true) {
                Pending first = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                if (first == null && soFar.isEmpty()) {
                    if (closing && queue.isEmpty()) {
                        return;
                    }
                    prepareAhead();
                    continue;
                }
                boolean hurry = gather(first, batch);
                core.write(batch);
                if (hurry) {
                    urgent.release();
                }
                if (batch.size() >= MANY) {
                    LockSupport.parkNanos(GATHER_NANOS);
                }
                batch.clear();
                prepareAhead();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Takes what one write takes together: what calls come to so far before their ends.
    ///
    /// @return whether anybody waits for its flush
    private boolean gather(@Nullable Pending first, List<Pending> batch) {
        List<Pending> others = new ArrayList<>();
        boolean hurry = false;
        long bytes = 0;
        for (Pending next = first; next != null; next = queue.poll()) {
            others.add(next);
            bytes += next.bytes().remaining();
            hurry |= next.urgent();
            if (bytes >= settings.batchBytes()) {
                break;
            }
        }
        for (Pending next = soFar.poll(); next != null; next = soFar.poll()) {
            batch.add(next);
        }
        batch.addAll(others);
        return hurry;
    }

    private void prepareAhead() {
        if (!core.needsPreparing() || System.nanoTime() - triedNanos < RETRY.toNanos()) {
            return;
        }
        if (!core.prepare()) {
            // a full disk is asked once a second, not before each write
            triedNanos = System.nanoTime();
            LOG.warn("No room for the journal's next segment: new calls may be refused");
        }
    }

    private void flush() {
        try {
            while (true) {
                if (urgent.tryAcquire(settings.lazyFlush().toMillis(), TimeUnit.MILLISECONDS)) {
                    urgent.drainPermits();
                }
                if (core.hasUnflushed()) {
                    long began = System.nanoTime();
                    core.flush();
                    flushes = flushes.and(Duration.ofNanos(System.nanoTime() - began));
                } else if (closing && !writer.isAlive()) {
                    return;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Writes and flushes what waits, within a bounded time.
    @Override
    public void close() {
        closing = true;
        try {
            writer.join(CLOSE_LIMIT);
            // whoever enqueues from here on sees it, and what was enqueued before is in the queue
            nobodyWrites = true;
            for (Queue<Pending> each : List.of(soFar, queue)) {
                for (Pending left = each.poll(); left != null; left = each.poll()) {
                    left.receipt().failed(CLOSING_DOWN);
                }
            }
            flusher.join(CLOSE_LIMIT);
            core.sweep();
            core.close();
            disk.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("The journal was not closed cleanly: {}", e.toString());
        }
    }
}
