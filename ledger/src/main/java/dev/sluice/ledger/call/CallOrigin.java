package dev.sluice.ledger.call;

import dev.sluice.domain.Attribution;

/// Where a call that asks for a hold comes from, shown while it is running.
///
/// @param endpoint as in [CallRecord]
/// @param modelAsked the public model name
public record CallOrigin(
        Attribution attribution, String endpoint, boolean stream, String modelAsked) {}
