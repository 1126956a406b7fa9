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
    TOTAL_TOKENS,
    /// Pictures that were made.
    IMAGES,
    /// Begun seconds of sound that was heard.
    AUDIO_SECONDS,
    /// Characters that were said.
    CHARACTERS,
    SEARCHES;

    private static final int SECOND_MILLIS = 1_000;

    /// How many pieces a usage is; calls and money are not counted from it.
    public long count(Usage usage) {
        return switch (this) {
            case USD, REQUESTS ->
                    throw new IllegalArgumentException(wireName() + " is no count of usage");
            case INPUT_TOKENS -> usage.allInputTokens();
            case OUTPUT_TOKENS -> usage.allOutputTokens();
            case TOTAL_TOKENS -> usage.allTokens();
            case IMAGES -> usage.count(MeterKind.IMAGES);
            case AUDIO_SECONDS ->
                    Math.ceilDiv(usage.count(MeterKind.AUDIO_MILLISECONDS), SECOND_MILLIS);
            case CHARACTERS -> usage.count(MeterKind.CHARACTERS);
            case SEARCHES -> usage.count(MeterKind.SEARCHES);
        };
    }

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
