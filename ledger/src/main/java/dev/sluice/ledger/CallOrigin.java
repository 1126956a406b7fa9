package dev.sluice.ledger;

import dev.sluice.domain.Attribution;
import dev.sluice.domain.Money;

/// Where a call that asks for a hold comes from: kept with the hold, so that a call whose replica
/// died can still be put down to somebody.
///
/// @param endpoint as in [CallRecord]
/// @param modelAsked the public model name
/// @param inputCostBound the most the provider may ask for having read the input, at cost: what the
///     operator bears when nobody knows whether the provider was reached
public record CallOrigin(
        Attribution attribution,
        String endpoint,
        boolean stream,
        String modelAsked,
        Money inputCostBound) {}
