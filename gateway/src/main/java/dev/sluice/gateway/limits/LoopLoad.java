package dev.sluice.gateway.limits;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/// Whether one event loop keeps up with the calls that come in on it.
///
/// In one turn a loop reads all that is ready, then runs what that brought about. A call that is
/// read late in a turn has waited for everything before it, so the time since the turn began to
/// read is the delay that it has had already; where there have been late calls for seconds, more
/// come than are served. From then on late ones are turned away, which bounds the turn and so the
/// delay of all others.
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

    /// When the first and the last late call were read; [#NONE] where none was for long enough.
    private long lateSince = NONE;

    private long lastLate = NONE;

    /// Turns since then that had late calls.
    private int lateTurns;

    private boolean turnsAway;

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
            begin(now);
        }
        int kept = turnsAway ? limits.overloadKept() : limits.overloadTaken();
        Duration room = turnsAway ? limits.overloadRoom() : limits.overloadLate();
        if (taken < kept || now - readsSince <= room.toNanos()) {
            return false;
        }
        late = true;
        lastLate = now;
        if (lateSince == NONE) {
            lateSince = now;
        }
        turnsAway |=
                lateTurns >= limits.overloadTurns()
                        && now - lateSince >= limits.overloadAfter().toNanos();
        return turnsAway;
    }

    private void begin(long now) {
        reading = true;
        readsSince = now;
        taken = 0;
        if (lateSince != NONE && now - lastLate > limits.overloadOver().toNanos()) {
            lateSince = NONE;
            lateTurns = 0;
            turnsAway = false;
        }
        afterReading.execute(this::allRead);
    }

    private void allRead() {
        reading = false;
        if (late) {
            lateTurns++;
            late = false;
        }
    }
}
