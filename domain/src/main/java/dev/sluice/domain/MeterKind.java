package dev.sluice.domain;

import java.util.Optional;

/// The disjoint quantities a provider's work is measured in. Disjoint means: a token is counted in
/// exactly one of them, so that nothing is priced twice. Decoders split what providers report
/// overlapping (cached tokens inside input, reasoning inside output) before anything is priced.
public enum MeterKind {
    /// Text input that no cache served.
    INPUT("input_tokens", "input_per_mtok", 1_000_000, null),
    CACHE_READ("cached_input_tokens", "cached_input_per_mtok", 1_000_000, INPUT),
    CACHE_WRITE_5M("cache_write_5m_tokens", "cache_write_5m_per_mtok", 1_000_000, INPUT),
    CACHE_WRITE_1H("cache_write_1h_tokens", "cache_write_1h_per_mtok", 1_000_000, CACHE_WRITE_5M),
    /// Text output that is not reasoning.
    OUTPUT("output_tokens", "output_per_mtok", 1_000_000, null),
    REASONING("reasoning_tokens", "reasoning_per_mtok", 1_000_000, OUTPUT),
    AUDIO_INPUT("audio_input_tokens", "audio_input_per_mtok", 1_000_000, null),
    AUDIO_OUTPUT("audio_output_tokens", "audio_output_per_mtok", 1_000_000, null),
    IMAGE_INPUT("image_input_tokens", "image_input_per_mtok", 1_000_000, null),
    IMAGE_OUTPUT("image_output_tokens", "image_output_per_mtok", 1_000_000, null),
    IMAGES("images", "per_image", 1, null),
    VIDEO_MILLISECONDS("video_milliseconds", "per_video_second", 1_000, null),
    VIDEO_JOBS("video_jobs", "per_video_job", 1, null),
    AUDIO_MILLISECONDS("audio_milliseconds", "per_audio_minute", 60_000, null),
    CHARACTERS("characters", "per_mchar", 1_000_000, null),
    SEARCHES("searches", "per_search", 1, null),
    /// Tokens that a model was trained with, as often as it saw them.
    TRAINING("training_tokens", "training_per_mtok", 1_000_000, null),
    REQUESTS("requests", "per_request", 1, null);

    private final String wireName;
    private final String priceKey;
    private final int unitsPerPrice;
    private final Optional<MeterKind> pricedAs;

    MeterKind(
            String wireName,
            String priceKey,
            int unitsPerPrice,
            @org.jspecify.annotations.Nullable MeterKind pricedAs) {
        this.wireName = wireName;
        this.priceKey = priceKey;
        this.unitsPerPrice = unitsPerPrice;
        this.pricedAs = Optional.ofNullable(pricedAs);
    }

    /// The name in usage rows, cost lines and exports.
    public String wireName() {
        return wireName;
    }

    /// The key of its price in price rows and `sluice.yaml`.
    public String priceKey() {
        return priceKey;
    }

    /// How many counted units one price stands for: 1,000,000 for prices per million tokens.
    public int unitsPerPrice() {
        return unitsPerPrice;
    }

    /// The meter whose price applies when this one has none of its own.
    public Optional<MeterKind> pricedAs() {
        return pricedAs;
    }

    public static Optional<MeterKind> ofPriceKey(String key) {
        for (MeterKind kind : values()) {
            if (kind.priceKey.equals(key)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    public static Optional<MeterKind> ofWireName(String name) {
        for (MeterKind kind : values()) {
            if (kind.wireName.equals(name)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
