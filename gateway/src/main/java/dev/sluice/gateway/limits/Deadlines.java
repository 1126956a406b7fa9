package dev.sluice.gateway.limits;

import io.vertx.core.Vertx;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The deadlines of one event loop's calls. A call sets half a dozen and takes nearly all of them
/// back, so both cost next to nothing; in exchange they come up to a tick late.
///
/// A wheel: each slot holds the deadlines of one tick, and of those a whole turn later.
public final class Deadlines {

    private static final int TICK_MILLIS = 10;
    private static final long TICK_NANOS = TICK_MILLIS * 1_000_000L;
    private static final int SLOTS = 1 << 12;
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

    public Deadlines(Vertx vertx, LongSupplier nanoTime) {
        this.vertx = vertx;
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
    }

    /// Runs `passed` on the event loop that calls this, unless it is cancelled before.
    public Deadline in(long millis, Runnable passed) {
        pending++;
        if (timer == NONE) {
            done = tickOf(nanoTime.getAsLong());
            timer = vertx.setPeriodic(TICK_MILLIS, _ -> turn());
        }
        long due = nanoTime.getAsLong() + millis * 1_000_000L + TICK_NANOS - 1;
        Deadline deadline = new Deadline(Math.max(tickOf(due), done + 1), passed);
        Deadline first = slots[slot(deadline.tick)];
        deadline.after = first;
        if (first != null) {
            first.before = deadline;
        }
        slots[slot(deadline.tick)] = deadline;
        return deadline;
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
        long now = tickOf(nanoTime.getAsLong());
        // after a long pause one whole turn sees every slot
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
