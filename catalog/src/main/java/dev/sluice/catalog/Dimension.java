package dev.sluice.catalog;

import java.util.Locale;
import java.util.Optional;

/// What a price may depend on besides the meter and the size of the input. The lower-case names are
/// the keys of `by` rows.
public enum Dimension {
    QUALITY(true),
    /// Pixels of an image, `1024x1536`.
    SIZE(true),
    /// Lines (`720p`, `4k`) or pixels (`1792x1024`) of a video.
    RESOLUTION(true),
    /// `batch`, `flex`, `priority`; the provider's standard tier has no name of its own.
    SERVICE_TIER(false),
    /// `low`, `medium`, `high`: how much a web search puts into the context.
    SEARCH_CONTEXT_SIZE(true),
    /// Where the provider was asked to process the call; unasked, the account decides.
    REGION(true),
    /// `fast`, asked for explicitly.
    SPEED(false),
    /// Whether a video has sound: `true` or `false`.
    AUDIO(true),
    /// Whether a video was given as input: `true` or `false`.
    VIDEO_INPUT(true);

    private final boolean unknownUnlessReported;

    Dimension(boolean unknownUnlessReported) {
        this.unknownUnlessReported = unknownUnlessReported;
    }

    /// The key in `by` rows.
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether a call that says nothing about it may still have been served at any of its values.
    /// Otherwise silence means the standard value, which is the price outside the `by` rows.
    boolean unknownUnlessReported() {
        return unknownUnlessReported;
    }

    public static Optional<Dimension> ofKey(String key) {
        for (Dimension dimension : values()) {
            if (dimension.key().equals(key)) {
                return Optional.of(dimension);
            }
        }
        return Optional.empty();
    }
}
