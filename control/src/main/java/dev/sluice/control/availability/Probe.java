package dev.sluice.control.availability;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What one call of a smoke test found out.
///
/// @param requestId of the call, in the request log
/// @param test which check it was: `text`, `stream`, …
/// @param model the public name
/// @param family the endpoint family
/// @param upstreamModel the provider's name of it
/// @param ownAddress whether the upstream is at its provider's own address
/// @param label `available`, `official_unsupported`, `unknown_failure` or `simulated`
/// @param status what the client saw, or null
record Probe(
        String id,
        String requestId,
        String test,
        String model,
        String family,
        String upstream,
        String provider,
        String upstreamModel,
        boolean ownAddress,
        String label,
        @Nullable String note,
        @Nullable Integer status,
        BigDecimal costUsd,
        Instant probedAt) {}
