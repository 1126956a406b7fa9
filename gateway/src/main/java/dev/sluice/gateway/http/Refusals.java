package dev.sluice.gateway.http;

import dev.sluice.domain.Claim;
import dev.sluice.domain.Decimals;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.QuotaRule;
import dev.sluice.protocol.Faults;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/// Turns a refused hold into an answer that helps: which rule, how much of it is used, when
/// it resets, and whether waiting helps.
public final class Refusals {

    /// Open holds close in about this time: the wait worth trying when only they are in the way.
    private static final Duration HOLDS_CLOSE = Duration.ofSeconds(1);

    private Refusals() {}

    public static Fault of(HoldResult.Refused refused, Instant now) {
        Claim claim = refused.claim();
        Fault fault = claim == null ? balance(refused) : quota(claim, refused, now);
        BigDecimal remaining =
                refused.limit()
                        .subtract(refused.used())
                        .subtract(refused.held())
                        .max(BigDecimal.ZERO);
        return fault.withDetail("used", Decimals.canonical(refused.used()))
                .withDetail("held", Decimals.canonical(refused.held()))
                .withDetail("estimate", Decimals.canonical(refused.estimate()))
                .withDetail("remaining", Decimals.canonical(remaining));
    }

    /// The answer where nobody can say whether there is room.
    public static Fault of(HoldResult.Unavailable unavailable) {
        return Fault.of(
                        FaultCode.ESCROW_UNAVAILABLE,
                        "The money for this call could not be reserved: " + unavailable.reason())
                .withRetryAfter(HOLDS_CLOSE);
    }

    private static Fault balance(HoldResult.Refused refused) {
        Fault fault =
                Fault.of(
                        FaultCode.INSUFFICIENT_BALANCE,
                        "The account's balance cannot carry this call, which may cost up to $"
                                + Decimals.canonical(refused.estimate())
                                + ". Top it up, or lower max_tokens.");
        return retryHint(fault, refused)
                .withDetail("scope", Map.of("organization", "account"))
                .withDetail("unit", "usd")
                .withDetail("limit", Decimals.canonical(refused.limit()));
    }

    private static Fault quota(Claim claim, HoldResult.Refused refused, Instant now) {
        QuotaRule rule = claim.rule();
        Instant resets = claim.window().end();
        String message = rule.message();
        String words =
                message != null
                        ? message
                        : "The quota '"
                                + rule.name()
                                + "' has no room for this call: "
                                + Decimals.canonical(refused.used())
                                + " of "
                                + Decimals.canonical(refused.limit())
                                + " "
                                + rule.unit().wireName()
                                + " are used"
                                + (resets == null ? "." : "; it resets at " + resets + ".");
        Fault fault =
                rule.isRate()
                        ? rate(words, resets, now)
                        : retryHint(Fault.of(FaultCode.QUOTA_EXCEEDED, words), refused);
        String owner = rule.owner();
        return fault.withDetail("rule", rule.name())
                .withDetail("scope", rule.scope().toMap())
                .withDetail("unit", rule.unit().wireName())
                .withDetail("limit", Decimals.canonical(refused.limit()))
                .withDetail("resets_at", resets == null ? null : resets.toString())
                .withDetail(Faults.RESETS_IN, resets == null ? null : secondsUntil(resets, now))
                .withDetail("owner", owner)
                .withDetail(
                        "how_to_ask",
                        owner == null
                                ? "Ask a platform engineer or finance to raise the quota '"
                                        + rule.name()
                                        + "'."
                                : "Ask " + owner + " to raise the quota '" + rule.name() + "'.")
                .withDetail("upgrade_url", rule.upgradeUrl());
    }

    private static Long secondsUntil(Instant resets, Instant now) {
        return Math.max(1, Duration.between(now, resets).plusMillis(999).toSeconds());
    }

    private static Fault rate(
            String words, @org.jspecify.annotations.Nullable Instant resets, Instant now) {
        Duration wait = resets == null ? HOLDS_CLOSE : Duration.between(now, resets);
        return Fault.of(FaultCode.RATE_LIMIT_EXCEEDED, words)
                .withRetryAfter(wait.isPositive() ? wait : HOLDS_CLOSE)
                .withShouldRetry(true);
    }

    private static Fault retryHint(Fault fault, HoldResult.Refused refused) {
        return refused.onlyHoldsInTheWay()
                ? fault.withRetryAfter(HOLDS_CLOSE).withShouldRetry(true)
                : fault.withShouldRetry(false);
    }
}
