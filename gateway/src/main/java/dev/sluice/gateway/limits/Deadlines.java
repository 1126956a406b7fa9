package dev.sluice.gateway.limits;

import io.vertx.core.Vertx;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The deadlines of one event loop's calls. A call sets half a dozen and takes nearly all of them
/// back, so both cost next to nothing; in exchange they come up to a tick late.
///
/// A wheel: each slot holds the deadlines of one tick, and of those a whole turn later.
///
/// They measure how long others take, so time in which this process stood still (stopped, swapped
/// out, collecting garbage) counts for half a second at most, and what arrived meanwhile is read
/// before any of them comes. Nothing that is true by the clock, such as a lease, may be one.
public final class Deadlines {

    private static final int TICK_MILLIS = 10;
    private static final long TICK_NANOS = TICK_MILLIS * 1_000_000L;
    private static final int SLOTS = 1 << 12;

    /// Longer between two turns is a pause, and counts as this. A loop that turns as slowly as that
    /// under load makes its deadlines late, but they come.
    private static final long PAUSE_NANOS = 500_000_000;

    private static final long NONE = -1;

    /// One deadline, until it has come or was cancelled.
    public final class Deadline {
        private final long tick;
        private final Runnable passed;
        private @Nullable Deadline before;
        private @Nullable Deadline after;
        private boolean over;

        private Deadline(long tick, Runnable passed) {
            this.tick = tick;
            this.passed = passed;
        }

        /// Does nothing once it has come.
        public void cancel() {
            if (!over) {
                over = true;
                unlink(this);
            }
        }
    }

    private final Vertx vertx;
    private final LongSupplier nanoTime;
    private final long began;
    private final @Nullable Deadline[] slots = new Deadline[SLOTS];
    private long done;
    private int pending;
    private long timer = NONE;

    /// When time was last asked for.
    private long seenNanos;

    /// What pauses took, beyond what of them counts.
    private long pausedNanos;

    /// Whether there was a pause since the last turn, and whether that turn left it to the next.
    private boolean paused;

    private boolean waited;

    public Deadlines(Vertx vertx, LongSupplier nanoTime) {
        this.vertx = vertx;
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
    }

    /// Runs `passed` on the event loop that calls this, unless it is cancelled before.
    public Deadline in(long millis, Runnable passed) {
        pending++;
        if (timer == NONE) {
            done = tickOf(nanoTime());
            timer = vertx.setPeriodic(TICK_MILLIS, _ -> turn());
        }
        long due = nanoTime() + millis * 1_000_000L + TICK_NANOS - 1;
        Deadline deadline = new Deadline(Math.max(tickOf(due), done + 1), passed);
        Deadline first = slots[slot(deadline.tick)];
        deadline.after = first;
        if (first != null) {
            first.before = deadline;
        }
        slots[slot(deadline.tick)] = deadline;
        return deadline;
    }

    /// Time as deadlines count it, to be compared only with itself and only while one is set.
    public long nanoTime() {
        long now = nanoTime.getAsLong();
        long over = now - seenNanos - PAUSE_NANOS;
        if (over > 0 && timer != NONE) {
            pausedNanos += over;
            paused = true;
        }
        seenNanos = now;
        return now - pausedNanos;
    }

    private void unlink(Deadline deadline) {
        Deadline before = deadline.before;
        Deadline after = deadline.after;
        if (before == null) {
            slots[slot(deadline.tick)] = after;
        } else {
            before.after = after;
        }
        if (after != null) {
            after.before = before;
        }
        pending--;
    }

    private void turn() {
        if (pending == 0) {
            // not at once, or a lone call would start and stop it with each of its deadlines
            vertx.cancelTimer(timer);
            timer = NONE;
            return;
        }
        long now = tickOf(nanoTime());
        boolean readFirst = paused && !waited;
        paused = false;
        waited = readFirst;
        if (readFirst) {
            // the next turn of the loop reads what is there, and comes here after that
            return;
        }
        // one whole turn sees every slot
        long from = Math.max(done, now - SLOTS);
        done = now;
        for (long tick = from + 1; tick <= now; tick++) {
            come(slot(tick), now);
        }
    }

    private void come(int slot, long now) {
        Deadline next = slots[slot];
        while (next != null) {
            Deadline deadline = next;
            if (deadline.tick <= now && !deadline.over) {
                deadline.over = true;
                unlink(deadline);
                deadline.passed.run();
                // what ran may have changed the slot
                next = slots[slot];
            } else {
                next = deadline.after;
            }
        }
    }

    private long tickOf(long nanos) {
        return (nanos - began) / TICK_NANOS;
    }

    private static int slot(long tick) {
        return (int) (tick & (SLOTS - 1));
    }
}
