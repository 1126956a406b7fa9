package dev.sluice.gateway.limits;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/// Whether one event loop keeps up with the calls that come in on it.
///
/// In one turn a loop reads all that is ready, then runs what that brought about. A call that is
/// read late in a turn has waited for everything before it, so the time since the turn began to
/// read is the delay that it has had already; where turn after turn has late calls, more come than
/// are served. From then on late ones are turned away, which bounds the turn and so the delay of
/// all others.
///
/// Calls that wait for a provider take no time of the loop, so they never count, however many they
/// are; nor does a burst that comes once, whose calls have all been read before it lasts.
public final class LoopLoad {

    private static final long NONE = -1;

    private final LongSupplier nanoTime;
    private final Executor afterReading;
    private final OverloadLimits limits;
    private final LongAdder turnedAway;

    private boolean reading;
    private long readsSince;
    private int taken;
    private boolean late;

    /// Turns in a row that had late calls, and when the first of these calls was read.
    private int lateTurns;

    private long lateSince = NONE;

    /// When the last late call was read, once they are turned away; else [#NONE].
    private long lastLate = NONE;

    /// @param afterReading runs what it is given once the loop has read all that is ready
    /// @param turnedAway counts for all loops
    public LoopLoad(
            LongSupplier nanoTime,
            Executor afterReading,
            OverloadLimits limits,
            LongAdder turnedAway) {
        this.nanoTime = nanoTime;
        this.afterReading = afterReading;
        this.limits = limits;
        this.turnedAway = turnedAway;
    }

    /// A call goes on.
    public void take() {
        taken++;
    }

    /// A call was refused because it [#isTooLate].
    public void turnAway() {
        turnedAway.increment();
    }

    /// Whether a call that is read now is to be turned away.
    public boolean isTooLate() {
        long now = nanoTime.getAsLong();
        if (!reading) {
            reading = true;
            readsSince = now;
            taken = 0;
            late = false;
            afterReading.execute(this::allRead);
        }
        if (taken < limits.overloadTaken() || now - readsSince <= limits.overloadLate().toNanos()) {
            return false;
        }
        late = true;
        if (lastLate != NONE) {
            lastLate = now;
            return true;
        }
        if (lateSince == NONE) {
            lateSince = now;
        }
        boolean lasts =
                lateTurns >= limits.overloadTurns()
                        && now - lateSince >= limits.overloadAfter().toNanos();
        lastLate = lasts ? now : NONE;
        return lasts;
    }

    private void allRead() {
        reading = false;
        if (lastLate == NONE) {
            lateTurns = late ? lateTurns + 1 : 0;
            lateSince = late ? lateSince : NONE;
        } else if (nanoTime.getAsLong() - lastLate > limits.overloadOver().toNanos()) {
            lastLate = NONE;
            lateTurns = 0;
            lateSince = NONE;
        }
    }
}
