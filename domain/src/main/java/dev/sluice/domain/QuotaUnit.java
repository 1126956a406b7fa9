package dev.sluice.domain;

import java.util.Locale;
import java.util.Optional;

/// What a quota rule counts. Amounts are whole numbers: picodollars for [#USD], pieces for the
/// rest.
public enum QuotaUnit {
    /// The charge after markup.
    USD,
    /// Calls that were admitted, whatever their outcome.
    REQUESTS,
    /// All input, cached included.
    INPUT_TOKENS,
    /// All output, reasoning included.
    OUTPUT_TOKENS,
    TOTAL_TOKENS;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<QuotaUnit> ofWireName(String name) {
        for (QuotaUnit unit : values()) {
            if (unit.wireName().equals(name)) {
                return Optional.of(unit);
            }
        }
        return Optional.empty();
    }
}
