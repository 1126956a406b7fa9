package dev.sluice.gateway.limits;

import java.time.Duration;

/// When an event loop turns calls away. `docs/reference/limits.md` lists them.
///
/// @param overloadLate how long after a turn of the loop began to read a call may be read; later
///     ones have waited too long
/// @param overloadTaken calls of a turn that are never late
/// @param overloadTurns turns with late calls before any is turned away
/// @param overloadAfter how long ago the first of these calls was
/// @param overloadOver how long no call may be late until it takes that again
/// @param overloadRoom what [#overloadLate] is while late calls are turned away: less, because the
///     turn lasts until what was read is done, and the next call waits for that
/// @param overloadKept what [#overloadTaken] is meanwhile
/// @param overloadAnswer how long after it was read a call is told that it was turned away: who
///     asks again at once would else keep the loop busy with refusals alone
public record OverloadLimits(
        Duration overloadLate,
        int overloadTaken,
        int overloadTurns,
        Duration overloadAfter,
        Duration overloadOver,
        Duration overloadRoom,
        int overloadKept,
        Duration overloadAnswer) {

    public static final OverloadLimits DEFAULT =
            new OverloadLimits(
                    Duration.ofMillis(100),
                    256,
                    3,
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(20),
                    64,
                    Duration.ofMillis(40));
}
