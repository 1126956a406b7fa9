package dev.sluice.control.access;

import java.time.Duration;

/// The bounds of signing in with a password, each documented in `docs/reference/limits.md`.
///
/// @param sessionIdle without a call for this long, a session ends
/// @param sessionLife whatever happens, a session ends after this
/// @param signInsPerAccount failed sign-ins for one e-mail address in a window
/// @param signInsPerAddress failed sign-ins from one network address in a window
/// @param signInWindow the stretch the two count in
/// @param passwordHashes hashed at the same time; each takes 19 MiB
/// @param passwordHashWait for one of these to become free
/// @param passwordLeast characters of a password
/// @param passwordMost characters of a password
/// @param invitationLife how long a one-time link is good for
public record SignInLimits(
        Duration sessionIdle,
        Duration sessionLife,
        int signInsPerAccount,
        int signInsPerAddress,
        Duration signInWindow,
        int passwordHashes,
        Duration passwordHashWait,
        int passwordLeast,
        int passwordMost,
        Duration invitationLife) {

    public static final SignInLimits DEFAULT =
            new SignInLimits(
                    Duration.ofHours(8),
                    Duration.ofDays(7),
                    10,
                    100,
                    Duration.ofMinutes(15),
                    4,
                    Duration.ofSeconds(2),
                    12,
                    256,
                    Duration.ofDays(7));
}
