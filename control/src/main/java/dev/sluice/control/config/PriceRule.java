package dev.sluice.control.config;

import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.Shape;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// `price_rule: {multiply: "1.20"}` of organizations, teams and plans: charge = price × multiply.
public final class PriceRule {

    public static final String FIELD = "price_rule";

    private static final BigDecimal MOST = new BigDecimal(1_000);

    private PriceRule() {}

    public static @Nullable BigDecimal read(Fields fields) {
        Optional<Fields> rule = fields.object(FIELD);
        if (rule.isEmpty()) {
            return null;
        }
        BigDecimal multiply = rule.get().requiredAmount("multiply");
        if (multiply.compareTo(MOST) > 0) {
            throw rule.get().wrong("multiply", "must not be more than 1000.");
        }
        rule.get().done();
        return multiply;
    }

    public static void write(ObjectNode node, @Nullable BigDecimal multiply) {
        if (multiply != null) {
            node.putObject(FIELD).put("multiply", Json.decimal(multiply));
        }
    }

    public static Shape shape() {
        return Shape.object("PriceRule").decimal("multiply", "charge = price × this");
    }
}
