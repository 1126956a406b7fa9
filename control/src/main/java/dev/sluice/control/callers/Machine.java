package dev.sluice.control.callers;

import dev.sluice.control.config.Configured;
import dev.sluice.control.config.Head;
import org.jspecify.annotations.Nullable;

/// A service: a machine caller. Named so because a type must not end in the word.
///
/// @param userId the human who answers for it, or null
public record Machine(
        Head head,
        @Nullable String description,
        @Nullable String userId,
        @Nullable String userName,
        @Nullable String teamId,
        @Nullable String teamName)
        implements Configured {}
