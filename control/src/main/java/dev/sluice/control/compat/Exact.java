package dev.sluice.control.compat;

import dev.sluice.domain.Decimals;
import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Numbers as these shapes write them: JSON numbers, with every digit they have.
final class Exact {

    private Exact() {}

    /// A whole number as an integer, any other in plain digits.
    static JsonNode number(BigDecimal number) {
        BigDecimal plain = new BigDecimal(Decimals.canonical(number));
        return plain.scale() == 0
                ? JsonNodeFactory.instance.numberNode(plain.toBigIntegerExact())
                : JsonNodeFactory.instance.numberNode(plain);
    }
}
