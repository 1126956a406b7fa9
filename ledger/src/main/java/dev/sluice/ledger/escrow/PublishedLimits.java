package dev.sluice.ledger.escrow;

import dev.sluice.ledger.window.WindowKey;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What windows and accounts may carry, as one publication of the configuration says.
///
/// @param byRule in the rule's unit, by its id
/// @param credits how far accounts may go below zero, in US dollars, by organization
/// @param revision rises by one with every publication and is the same on every replica
public record PublishedLimits(
        Map<String, BigDecimal> byRule, Map<String, BigDecimal> credits, long revision) {

    /// Before anything was published.
    static final PublishedLimits NONE = new PublishedLimits(Map.of(), Map.of(), 0);

    /// The limit of a window or account; null when the publication knows no such rule or account.
    @Nullable Limit of(WindowKey key) {
        BigDecimal amount =
                key.isWallet() ? credits.get(key.organizationId()) : byRule.get(key.ruleId());
        return amount == null ? null : new Limit(amount, revision);
    }
}
