package dev.sluice.gateway;

import dev.sluice.catalog.CostLine;
import dev.sluice.catalog.Dimension;
import dev.sluice.catalog.PricingContext;
import dev.sluice.catalog.Rated;
import dev.sluice.catalog.Rating;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.policy.CallPlan.PlannedTarget;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Prices what an attempt used.
final class Charges {

    private Charges() {}

    /// The lines of a charge or a cost, by the price that was pinned at admission.
    ///
    /// A provider may report a meter the model has no price for, although the request could not be
    /// seen to use it. Such tokens are charged as plain input or output: never free, and never
    /// refused after the fact.
    static List<CostLine> lines(
            PlannedTarget target, Usage usage, @Nullable String serviceTier, BigDecimal multiply) {
        PricingContext context =
                serviceTier == null
                        ? PricingContext.NONE
                        : PricingContext.of(Dimension.SERVICE_TIER, serviceTier);
        return switch (Rating.rate(target.price(), usage, context, multiply)) {
            case Rated.Priced priced -> priced.lines();
            case Rated.Unpriced _ ->
                    switch (Rating.rate(target.price(), asText(usage), context, multiply)) {
                        case Rated.Priced priced -> priced.lines();
                        case Rated.Unpriced _ -> List.of();
                    };
        };
    }

    private static Usage asText(Usage usage) {
        Map<MeterKind, Long> text = new EnumMap<>(MeterKind.class);
        text.put(MeterKind.INPUT, usage.allInputTokens() - usage.count(MeterKind.CACHE_READ));
        text.put(MeterKind.CACHE_READ, usage.count(MeterKind.CACHE_READ));
        text.put(MeterKind.OUTPUT, usage.allOutputTokens());
        text.put(MeterKind.REQUESTS, usage.count(MeterKind.REQUESTS));
        return Usage.of(text);
    }
}
