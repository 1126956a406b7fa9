package dev.sluice.gateway.limits;

import java.time.Duration;

/// When an event loop turns calls away. `docs/reference/limits.md` lists them.
///
/// @param overloadLate how long after a turn of the loop began to read a call may be read; later
///     ones have waited too long
/// @param overloadTaken calls that are taken in every turn, however long they take
/// @param overloadTurns turns in a row with late calls before any is turned away
/// @param overloadAfter how long those turns have to last together
/// @param overloadOver how long no call may be late until it takes that again
/// @param overloadAnswer how long after it was read a call is told that it was turned away: who
///     asks again at once would else keep the loop busy with refusals alone
public record OverloadLimits(
        Duration overloadLate,
        int overloadTaken,
        int overloadTurns,
        Duration overloadAfter,
        Duration overloadOver,
        Duration overloadAnswer) {

    public static final OverloadLimits DEFAULT =
            new OverloadLimits(
                    Duration.ofMillis(100),
                    64,
                    3,
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(40));
}
