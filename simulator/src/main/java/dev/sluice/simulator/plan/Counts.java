package dev.sluice.simulator.plan;

import static dev.sluice.simulator.script.Directive.USAGE;
import static dev.sluice.simulator.script.Directive.USAGE_TIMES;

import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.script.BadDirectiveException;
import dev.sluice.simulator.script.Directives;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How usage is told: the truth, or the lie that was asked for.
public final class Counts {

    private static final BigInteger BEYOND_LONG = BigInteger.TEN.pow(24);

    private final String kind;
    private final long times;

    public Counts(Directives directives) {
        this.kind = directives.text(USAGE, "true");
        this.times = directives.number(USAGE_TIMES, 1);
    }

    /// The usage object of an answer; null where the field is to be absent.
    public @Nullable JsonNode told(Supplier<ObjectNode> usage) {
        return switch (kind) {
            case "missing" -> null;
            case "null" -> JsonNodeFactory.instance.nullNode();
            case "empty" -> Json.object();
            default -> usage.get();
        };
    }

    /// One count inside it.
    public JsonNode of(long tokens) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        return switch (kind) {
            case "negative" -> make.numberNode(-1 - tokens);
            case "float" -> make.numberNode(BigDecimal.valueOf(tokens).add(new BigDecimal("0.5")));
            case "string" -> make.stringNode(Long.toString(tokens));
            case "huge" -> make.numberNode(BEYOND_LONG.add(BigInteger.valueOf(tokens)));
            case "true" -> make.numberNode(tokens * times);
            default -> throw new BadDirectiveException("no usage '" + kind + "'");
        };
    }
}
