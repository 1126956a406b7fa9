package dev.sluice.gateway.realtime;

import java.time.Duration;

/// Every limit of realtime sessions, by name. `docs/reference/limits.md` lists them.
///
/// @param realtimeMessageBytes the largest event, either way; more closes the session with 1009
/// @param realtimeQueueBytes what is written to a peer that does not take it; beyond it the other
///     one is not read
/// @param realtimeSessionsPerKey open sessions of one key on this replica; more is 429
/// @param realtimeWaiting responses of one session that were asked for and have not begun
/// @param realtimeIdle how long a session may carry no event
/// @param realtimeTotal how long a session may last
/// @param realtimePing how often a peer is asked whether it is there; one that says nothing for
///     three times as long is taken to be gone
/// @param realtimeCut how long a session that is being ended waits for what its responses used
/// @param realtimeDrain how long a response may go on when the process is to end
/// @param realtimeUnused how long money is held for a response that does not begin although nobody
///     speaks
/// @param realtimeHoldTokens the output that is held at first, and each time that it runs short:
///     sixty seconds of sound and its transcript
/// @param realtimeHoldSound the sound that is held for at first where it is transcribed, and each
///     time that there is more
/// @param realtimeSecretBytes the largest request for a client secret, with how its sessions are
///     set: the secret carries that, in a header; more is 413
public record RealtimeLimits(
        int realtimeMessageBytes,
        int realtimeQueueBytes,
        int realtimeSessionsPerKey,
        int realtimeWaiting,
        Duration realtimeIdle,
        Duration realtimeTotal,
        Duration realtimePing,
        Duration realtimeCut,
        Duration realtimeDrain,
        Duration realtimeUnused,
        long realtimeHoldTokens,
        Duration realtimeHoldSound,
        int realtimeSecretBytes) {

    public static final RealtimeLimits DEFAULT =
            new RealtimeLimits(
                    16 << 20,
                    256 << 10,
                    100,
                    16,
                    Duration.ofMinutes(15),
                    Duration.ofMinutes(60),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    1_500,
                    Duration.ofSeconds(60),
                    16 << 10);
}
