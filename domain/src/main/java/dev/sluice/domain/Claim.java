package dev.sluice.domain;

import java.math.BigDecimal;

/// What one call may use of one window, at most: `base + perOutputToken × output limit`, in
/// picodollars for [QuotaUnit#USD], in pieces otherwise.
///
/// @param member the value of `per:` this window belongs to; empty while a rule has one window
public record Claim(
        QuotaRule rule, String member, Window.Instance window, long base, long perOutputToken) {

    /// The amount at a given output limit; throws [ArithmeticException] on overflow.
    public long amountAt(long outputTokens) {
        return Math.addExact(base, Math.multiplyExact(perOutputToken, outputTokens));
    }

    /// The same claim under another limit of its rule.
    public Claim withLimit(BigDecimal limit) {
        return new Claim(rule.withLimit(limit), member, window, base, perOutputToken);
    }
}
