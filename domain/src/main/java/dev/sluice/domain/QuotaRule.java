package dev.sluice.domain;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One limit: (scope) × (unit) × (window) × (limit) × (what happens at the limit).
///
/// @param limit in US dollars for [QuotaUnit#USD], in pieces otherwise
/// @param clamp whether the output limit of a call may be lowered to fit instead of refusing it
/// @param shadow counted and reported, never refusing
/// @param owner who may raise it, shown in refusals
/// @param message the rule's own words for a refusal
public record QuotaRule(
        String id,
        String organizationId,
        String name,
        Scope scope,
        QuotaUnit unit,
        BigDecimal limit,
        Window window,
        boolean clamp,
        boolean shadow,
        List<Integer> alerts,
        @Nullable String owner,
        @Nullable String message,
        @Nullable String upgradeUrl) {

    /// True when the rate store keeps this rule (429 `rate_limit_exceeded`), false when the exact
    /// engine does (429 `quota_exceeded`). Source: MONEY, two engines, one grammar.
    public boolean isRate() {
        return unit != QuotaUnit.USD && window.isShort();
    }

    /// The same rule with another limit.
    public QuotaRule withLimit(BigDecimal other) {
        return new QuotaRule(
                id,
                organizationId,
                name,
                scope,
                unit,
                other,
                window,
                clamp,
                shadow,
                alerts,
                owner,
                message,
                upgradeUrl);
    }
}
