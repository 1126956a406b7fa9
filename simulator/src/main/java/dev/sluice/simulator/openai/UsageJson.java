package dev.sluice.simulator.openai;

import static dev.sluice.simulator.script.Directive.USAGE;
import static dev.sluice.simulator.script.Directive.USAGE_TIMES;

import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.script.BadDirectiveException;
import dev.sluice.simulator.script.Directives;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The `usage` object as reported: the truth, or the lie that was asked for.
final class UsageJson {

    private static final BigInteger BEYOND_LONG = BigInteger.TEN.pow(24);

    private final Directives directives;

    UsageJson(Directives directives) {
        this.directives = directives;
    }

    /// Null where the field is to be absent.
    @Nullable JsonNode chat(TrueUsage usage) {
        return switch (directives.text(USAGE, "true")) {
            case "missing" -> null;
            case "null" -> JsonNodeFactory.instance.nullNode();
            case "empty" -> Json.object();
            default -> full(usage);
        };
    }

    @Nullable JsonNode embeddings(long prompt) {
        return switch (directives.text(USAGE, "true")) {
            case "missing" -> null;
            case "null" -> JsonNodeFactory.instance.nullNode();
            case "empty" -> Json.object();
            default -> {
                ObjectNode usage = Json.object();
                usage.set("prompt_tokens", count(prompt));
                usage.set("total_tokens", count(prompt));
                yield usage;
            }
        };
    }

    private ObjectNode full(TrueUsage usage) {
        ObjectNode out = Json.object();
        out.set("prompt_tokens", count(usage.prompt()));
        out.set("completion_tokens", count(usage.completion()));
        out.set("total_tokens", count(usage.total()));
        ObjectNode prompt = out.putObject("prompt_tokens_details");
        prompt.set("cached_tokens", count(usage.cached()));
        if (usage.cacheWrite() > 0) {
            prompt.set("cache_write_tokens", count(usage.cacheWrite()));
        }
        prompt.set("audio_tokens", count(usage.audioInput()));
        ObjectNode completion = out.putObject("completion_tokens_details");
        completion.set("reasoning_tokens", count(usage.reasoning()));
        completion.set("audio_tokens", count(usage.audioOutput()));
        completion.put("accepted_prediction_tokens", 0);
        completion.put("rejected_prediction_tokens", 0);
        return out;
    }

    private JsonNode count(long tokens) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        long times = directives.number(USAGE_TIMES, 1);
        return switch (directives.text(USAGE, "true")) {
            case "negative" -> make.numberNode(-1 - tokens);
            case "float" -> make.numberNode(BigDecimal.valueOf(tokens).add(new BigDecimal("0.5")));
            case "string" -> make.stringNode(Long.toString(tokens));
            case "huge" -> make.numberNode(BEYOND_LONG.add(BigInteger.valueOf(tokens)));
            case "true" -> make.numberNode(tokens * times);
            default -> throw new BadDirectiveException("no usage '" + wrong() + "'");
        };
    }

    private String wrong() {
        return directives.text(USAGE, "");
    }
}
