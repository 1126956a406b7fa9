package dev.sluice.domain;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// The answer to a [HoldRequest].
public sealed interface HoldResult {

    /// Granted in every window.
    ///
    /// @param outputTokens the output limit that was granted, ≤ the asked one
    /// @param amount the money held
    record Held(long outputTokens, Money amount) implements HoldResult {}

    /// Refused by one window (the first in the order of claims that cannot carry the call).
    /// Amounts are in the rule's unit: dollars or pieces.
    ///
    /// @param claim the window that refused, or null when the account's balance did
    record Refused(
            @Nullable Claim claim,
            BigDecimal limit,
            BigDecimal used,
            BigDecimal held,
            BigDecimal estimate)
            implements HoldResult {

        /// True when only open holds are in the way, so that a short wait may help.
        public boolean onlyHoldsInTheWay() {
            return used.add(estimate).compareTo(limit) <= 0;
        }
    }

    /// The money authority could not be asked in time.
    record Unavailable(String reason) implements HoldResult {}
}
