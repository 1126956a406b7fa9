package dev.sluice.checker;

import java.math.BigDecimal;
import java.math.RoundingMode;
import tools.jackson.databind.JsonNode;

/// The arithmetic of cost lines.
final class CostLines {

    /// A picounit is the last digit of money.
    private static final int SCALE = 12;

    private CostLines() {}

    /// What the lines say they come to.
    static BigDecimal total(JsonNode lines) {
        BigDecimal total = BigDecimal.ZERO;
        for (JsonNode line : lines) {
            total = total.add(decimal(line, "amount"));
        }
        return total;
    }

    /// `quantity × unit price ÷ units × multiply`, rounded once, half-even.
    static BigDecimal amount(JsonNode line, long quantity) {
        return decimal(line, "unit_price")
                .multiply(decimal(line, "multiply"))
                .multiply(BigDecimal.valueOf(quantity))
                .divide(
                        BigDecimal.valueOf(line.path("units_per_price").asLong()),
                        SCALE,
                        RoundingMode.HALF_EVEN);
    }

    static BigDecimal decimal(JsonNode object, String name) {
        return new BigDecimal(object.path(name).asString("0"));
    }
}
