package dev.sluice.app.probes;

import java.time.Duration;

/// What bounds probes. `docs/reference/limits.md` lists them.
///
/// @param probesAtOnce over all replicas
/// @param probeTokens of each answer
/// @param probeWait for the answer; an upstream's own time-outs come before it
/// @param probeBooked until the request log has a call that was answered
/// @param probeTurn how long a replica that is silent keeps the others from probing
public record ProbeLimits(
        int probesAtOnce,
        int probeTokens,
        Duration probeWait,
        Duration probeBooked,
        Duration probeTurn) {

    public static final ProbeLimits DEFAULT =
            new ProbeLimits(
                    2, 64, Duration.ofMinutes(15), Duration.ofSeconds(20), Duration.ofMinutes(1));
}
