package dev.sluice.gateway.jobs;

import dev.sluice.catalog.CostLine;
import dev.sluice.catalog.Price;
import dev.sluice.catalog.PricingContext;
import dev.sluice.domain.Usage;
import java.math.BigDecimal;
import java.util.List;

/// Prices what a job used, as every other call is priced.
@FunctionalInterface
public interface Pricing {

    List<CostLine> lines(Price price, Usage usage, PricingContext context, BigDecimal multiply);
}
