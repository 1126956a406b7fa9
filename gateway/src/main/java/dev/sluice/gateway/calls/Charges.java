package dev.sluice.gateway.calls;

import dev.sluice.catalog.CostLine;
import dev.sluice.catalog.Price;
import dev.sluice.catalog.PricingContext;
import dev.sluice.catalog.Rated;
import dev.sluice.catalog.Rating;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Money;
import dev.sluice.domain.Usage;
import dev.sluice.gateway.requests.Result;
import dev.sluice.policy.CallPlan.PlannedTarget;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Prices what an attempt used.
public final class Charges {

    private static final Map<MeterKind, MeterKind> STAND_INS =
            Map.of(
                    MeterKind.CACHE_READ, MeterKind.INPUT,
                    MeterKind.CACHE_WRITE_5M, MeterKind.INPUT,
                    MeterKind.CACHE_WRITE_1H, MeterKind.INPUT,
                    MeterKind.AUDIO_INPUT, MeterKind.INPUT,
                    MeterKind.IMAGE_INPUT, MeterKind.INPUT,
                    MeterKind.REASONING, MeterKind.OUTPUT,
                    MeterKind.AUDIO_OUTPUT, MeterKind.OUTPUT,
                    MeterKind.IMAGE_OUTPUT, MeterKind.OUTPUT);

    private Charges() {}

    /// The lines of a charge or a cost, by the price that was pinned at admission.
    ///
    /// A provider may report a meter the model has no price for, although the request could not be
    /// seen to use it. Such tokens are charged as plain input or output: never free, and never
    /// refused after the fact. A count without a price that is no token has nothing to stand for it
    /// and makes no line.
    static List<CostLine> lines(
            PlannedTarget target, Usage usage, PricingContext context, BigDecimal multiply) {
        return lines(target.price(), usage, context, multiply);
    }

    /// The same by a price.
    public static List<CostLine> lines(
            Price price, Usage usage, PricingContext context, BigDecimal multiply) {
        Usage charged = usage;
        for (int i = 0; i <= MeterKind.values().length; i++) {
            switch (Rating.rate(price, charged, context, multiply)) {
                case Rated.Priced priced -> {
                    return priced.lines();
                }
                case Rated.Unpriced unpriced -> charged = without(charged, unpriced.meter());
            }
        }
        throw new IllegalStateException("every meter was taken away, and still one is unpriced");
    }

    /// What the customer is charged for a result.
    private static Money sum(PlannedTarget target, Result result, BigDecimal multiply) {
        Money sum = Money.ZERO;
        for (CostLine line : lines(target, result.usage(), result.context(), multiply)) {
            sum = sum.plus(line.amount());
        }
        return sum;
    }

    /// The same for the client, in plain digits; null where it is more than was held, so that the
    /// ledger decides what of it can be charged.
    static @Nullable String told(Exchange exchange, PlannedTarget target, Result result) {
        Money cost = sum(target, result, exchange.plan().multiply());
        boolean withinHold = cost.compareTo(exchange.held().amount()) <= 0;
        return withinHold ? cost.toString() : null;
    }

    private static Usage without(Usage usage, MeterKind unpriced) {
        Map<MeterKind, Long> rest = usage.toMap();
        Long count = rest.remove(unpriced);
        MeterKind standIn = STAND_INS.get(unpriced);
        if (standIn != null && count != null) {
            rest.merge(standIn, count, Math::addExact);
        }
        return Usage.of(rest);
    }
}
