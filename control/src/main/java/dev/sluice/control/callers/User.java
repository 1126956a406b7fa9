package dev.sluice.control.callers;

import dev.sluice.control.config.Configured;
import dev.sluice.control.config.Head;
import org.jspecify.annotations.Nullable;

/// A human.
public record User(
        Head head, @Nullable String email, @Nullable String teamId, @Nullable String teamName)
        implements Configured {}
