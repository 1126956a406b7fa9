package dev.sluice.control.accounts;

import dev.sluice.control.access.SignInLimits;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.KeyDigest;
import dev.sluice.store.Database;
import java.time.Duration;
import java.time.Instant;

/// Slows down whoever guesses passwords: failed sign-ins are counted for each e-mail address and
/// each network address, over all replicas. An attempt counts as failed until it has passed.
final class SignInThrottle {

    private final Database database;
    private final SignInLimits limits;
    private final AttemptStore store = new AttemptStore();

    SignInThrottle(Database database, SignInLimits limits) {
        this.database = database;
        this.limits = limits;
    }

    /// Counts an attempt; 429 with `retry-after` when there were too many.
    void begin(String email, String address, Instant now) {
        record Counted(AttemptStore.Count account, AttemptStore.Count address) {}

        Duration window = limits.signInWindow();
        Counted counted =
                database.inTransaction(sql ->
                        new Counted(
                                store.add(sql, account(email), now, window),
                                store.add(sql, address(address), now, window)));
        refuseAbove(limits.signInsPerAccount(), "signInsPerAccount", counted.account, now);
        refuseAbove(limits.signInsPerAddress(), "signInsPerAddress", counted.address, now);
    }

    /// The attempt that was counted was right.
    void passed(String email, String address, Instant now) {
        database.inTransaction(sql -> {
            store.forget(sql, account(email));
            store.takeBack(sql, address(address));
            store.sweep(sql, now.minus(limits.signInWindow()));
            return true;
        });
    }

    private void refuseAbove(int most, String limit, AttemptStore.Count count, Instant now) {
        if (count.attempts() > most) {
            Duration wait = Duration.between(now, count.windowStart().plus(limits.signInWindow()));
            throw Fault.of(
                            FaultCode.RATE_LIMIT_EXCEEDED,
                            "Too many sign-ins failed. Wait, or ask an administrator for a reset.")
                    .withRetryAfter(wait)
                    .withDetail("limit", limit)
                    .asException();
        }
    }

    /// Not the address itself: people type passwords into the wrong field.
    private static String account(String email) {
        return "account " + KeyDigest.of(email).hex();
    }

    private static String address(String remote) {
        return "address " + remote;
    }
}
