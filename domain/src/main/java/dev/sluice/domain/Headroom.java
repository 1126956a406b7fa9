package dev.sluice.domain;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// What is left of one short window after a call was counted in it, for the rate-limit headers of
/// the client's dialect.
///
/// @param remaining neither used nor held, never below zero
/// @param resetsAt when the window ends, or null when it never does
public record Headroom(
        QuotaUnit unit,
        BigDecimal limit,
        BigDecimal remaining,
        java.time.@Nullable Instant resetsAt) {}
