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
    /// Begun seconds of videos that were made.
    VIDEO_SECONDS,
    /// Jobs for videos that were finished.
    VIDEO_JOBS,
    /// Begun seconds of sound that was heard.
    AUDIO_SECONDS,
    /// Characters that were said.
    CHARACTERS,
    SEARCHES,
    /// Items of batches: held when a batch is accepted, given back as far as they were not run. No
    /// other call counts.
    BATCH_ITEMS;

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
            case VIDEO_SECONDS -> seconds(usage, MeterKind.VIDEO_MILLISECONDS);
            case VIDEO_JOBS -> usage.count(MeterKind.VIDEO_JOBS);
            case AUDIO_SECONDS -> seconds(usage, MeterKind.AUDIO_MILLISECONDS);
            case CHARACTERS -> usage.count(MeterKind.CHARACTERS);
            case SEARCHES -> usage.count(MeterKind.SEARCHES);
            // what is put down to a batch itself are the requests that it made
            case BATCH_ITEMS -> usage.count(MeterKind.REQUESTS);
        };
    }

    private static long seconds(Usage usage, MeterKind milliseconds) {
        return Math.ceilDiv(usage.count(milliseconds), SECOND_MILLIS);
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
