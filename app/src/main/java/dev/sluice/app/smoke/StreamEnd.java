package dev.sluice.app.smoke;

import org.jspecify.annotations.Nullable;

/// What a stream came to.
///
/// @param call of the first tool that is called, put together from its pieces
/// @param ended whether it said that it is complete, in the way of its wire format
/// @param problem why it is none of its wire format, or null
public record StreamEnd(
        String text,
        @Nullable ToolCall call,
        boolean ended,
        @Nullable Tokens usage,
        @Nullable String problem) {}
