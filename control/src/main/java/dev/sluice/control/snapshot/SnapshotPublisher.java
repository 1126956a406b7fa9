package dev.sluice.control.snapshot;

import dev.sluice.policy.Snapshot;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.store.DatabaseException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Holds the newest snapshot. A change made here is in it before its caller gets an answer; a
/// change made by another replica when it is announced ([#wake]), at the latest by the poll of each
/// second. When a rebuild fails the last good snapshot stays and [#problem] says why; how long
/// ago it was known to be current is [#age], beyond which the data plane must refuse.
public final class SnapshotPublisher implements SnapshotSource, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotPublisher.class);
    private static final Duration POLL = Duration.ofSeconds(1);

    private final SnapshotBuilder builder;
    private final LongSupplier nanos;
    private final AtomicReference<Snapshot> current;
    private final ReentrantLock building = new ReentrantLock();
    private final Semaphore woken = new Semaphore(0);
    private volatile Consumer<Snapshot> before = _ -> {};
    private volatile long confirmedAt;
    private volatile @Nullable String problem;
    private volatile @Nullable Thread thread;
    private volatile boolean closing;

    /// A publisher that is not running yet.
    ///
    /// @param nanos a monotonic clock
    /// @param current where the newest snapshot is put, for those who were wired before
    public SnapshotPublisher(
            SnapshotBuilder builder, LongSupplier nanos, AtomicReference<Snapshot> current) {
        this.builder = builder;
        this.nanos = nanos;
        this.current = current;
        this.confirmedAt = nanos.getAsLong();
    }

    /// Told of every new snapshot before anybody can use it.
    public void beforePublishing(Consumer<Snapshot> told) {
        before = told;
    }

    @Override
    public Snapshot current() {
        return current.get();
    }

    @Override
    public Duration age() {
        return Duration.ofNanos(Math.max(0, nanos.getAsLong() - confirmedAt));
    }

    /// Why the newest configuration could not be loaded; empty when it was.
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /// Makes sure that the snapshot is of the given version or a later one. A failure is kept in
    /// [#problem] and mended by a later poll.
    public void publish(long version) {
        building.lock();
        try {
            if (current.get().version() < version) {
                load();
            }
        } catch (RuntimeException e) {
            failed(e);
        } finally {
            building.unlock();
        }
    }

    /// Asks the database whether there is a newer version, and loads it.
    public void poll() {
        building.lock();
        try {
            long asked = nanos.getAsLong();
            if (builder.version() == current.get().version()) {
                confirmedAt = asked;
                problem = null;
            } else {
                load();
            }
        } catch (RuntimeException e) {
            failed(e);
        } finally {
            building.unlock();
        }
    }

    private void load() {
        long asked = nanos.getAsLong();
        Snapshot fresh = builder.build();
        before.accept(fresh);
        current.set(fresh);
        confirmedAt = asked;
        problem = null;
    }

    private void failed(RuntimeException e) {
        if (problem == null) {
            if (e instanceof DatabaseException away && away.isUnavailable()) {
                LOG.warn("the database is away, the last configuration stays: {}", e.toString());
            } else {
                LOG.error("the configuration could not be loaded; the last good one stays", e);
            }
        }
        problem = String.valueOf(e.getMessage());
    }

    /// Loads the first snapshot (throws when that fails) and follows changes from then on.
    public void start() {
        building.lock();
        try {
            load();
        } finally {
            building.unlock();
        }
        thread = Thread.ofVirtual().name("snapshot-publisher").start(this::follow);
    }

    /// A newer version may be there: asks now instead of within a second.
    public void wake() {
        woken.release();
    }

    private void follow() {
        while (!closing) {
            poll();
            try {
                boolean unused = woken.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS);
                // one look serves all
                woken.drainPermits();
            } catch (InterruptedException e) {
                closing = true;
            }
        }
    }

    @Override
    public void close() {
        closing = true;
        wake();
        Thread running = thread;
        if (running != null) {
            try {
                running.join(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
