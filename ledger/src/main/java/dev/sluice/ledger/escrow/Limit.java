package dev.sluice.ledger.escrow;

import java.math.BigDecimal;

/// What a window may carry, as it was published.
///
/// @param amount in the window's unit
/// @param revision rises with every publication; 0 for what a call brings along of a rule or an
///     account that no publication knows
public record Limit(BigDecimal amount, long revision) {

    /// The one published later; this one when neither is.
    Limit orNewer(Limit other) {
        return other.revision > revision ? other : this;
    }

    boolean isSameAs(Limit other) {
        return revision == other.revision && amount.compareTo(other.amount) == 0;
    }
}
