package dev.sluice.gateway.requests;

import dev.sluice.catalog.PricingContext;
import dev.sluice.domain.Usage;
import org.jspecify.annotations.Nullable;

/// What came of a call that reached a provider, as far as the customer pays for it.
///
/// @param usage by disjoint meter; [Usage#NONE] when the customer owes nothing
/// @param estimated true when Sluice counted because the provider did not say
/// @param model the model that served the call, as the provider names it or as it was asked for
/// @param providerId the provider's id of its answer, or null
/// @param context what its price depends on
public record Result(
        Usage usage,
        boolean estimated,
        @Nullable String finishReason,
        @Nullable String serviceTier,
        @Nullable String model,
        @Nullable String providerId,
        PricingContext context) {

    public static final Result NOTHING =
            new Result(Usage.NONE, false, null, null, null, null, PricingContext.NONE);

    /// What Sluice counted of a call whose provider said nothing.
    public static Result estimated(Usage usage) {
        return new Result(usage, true, null, null, null, null, PricingContext.NONE);
    }
}
