package dev.sluice.catalog;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Money;
import java.math.BigDecimal;

/// One priced meter of one attempt: `quantity × unitPrice ÷ unitsPerPrice × multiply`, rounded
/// once, half-even, to the picounit.
///
/// @param unitPrice the price per `unitsPerPrice` units, after tier and condition
/// @param multiply markup or discount; 1 for cost lines
public record CostLine(
        MeterKind meter,
        long quantity,
        BigDecimal unitPrice,
        int unitsPerPrice,
        BigDecimal multiply,
        Money amount) {}
