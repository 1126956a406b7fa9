package dev.sluice.catalog;

import java.util.OptionalLong;

/// What no call of a model can exceed, as far as the source knows; the base of every hold.
///
/// @param contextWindow tokens of the largest prompt the source knows; also bounds the output where
///     nothing else does
/// @param maxInputTokens tokens of the largest prompt, when the provider limits it apart from the
///     window
/// @param maxOutputTokens tokens of the longest answer, reasoning included
/// @param maxTokensPerImage output tokens of the largest image, for models billed by image tokens
public record Bounds(
        OptionalLong contextWindow,
        OptionalLong maxInputTokens,
        OptionalLong maxOutputTokens,
        OptionalLong maxTokensPerImage) {

    public static final Bounds NONE =
            new Bounds(
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty());

    public static Bounds of(long contextWindow, long maxOutputTokens) {
        return new Bounds(
                OptionalLong.of(contextWindow),
                OptionalLong.of(contextWindow),
                OptionalLong.of(maxOutputTokens),
                OptionalLong.empty());
    }
}
