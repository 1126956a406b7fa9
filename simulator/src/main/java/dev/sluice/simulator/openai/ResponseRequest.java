package dev.sluice.simulator.openai;

import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.plan.Form;
import dev.sluice.simulator.plan.Question;
import dev.sluice.simulator.script.Directives;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A responses request, read and checked as far as a provider would.
///
/// @param input every item of the conversation up to now
record ResponseRequest(
        JsonNode root,
        String account,
        String model,
        boolean stream,
        long maxTokens,
        List<ObjectNode> input,
        Directives directives) {

    private static final Set<String> DELIVERY =
            Set.of("stream", "stream_options", "max_output_tokens", "store", "include");
    private static final long LEAST_OUTPUT = 16;

    static ResponseRequest read(Buffer body, ResponseStore store, String account) {
        JsonNode root = Json.body(body);
        String asked = Json.text(root, "model");
        if (asked.isEmpty()) {
            throw Json.bad("Missing required parameter: 'model'.");
        }
        if (Json.flag(root, "background")) {
            throw Json.bad("The simulated provider has no background mode.");
        }
        List<ObjectNode> input = ResponseInput.of(root, store, account);
        return new ResponseRequest(
                root,
                account,
                Directives.bareModel(asked),
                Json.flag(root, "stream"),
                Json.integer(
                        root, "max_output_tokens", Question.NO_LIMIT, LEAST_OUTPUT, Long.MAX_VALUE),
                input,
                Directives.ofModel(asked).plus(Directives.inText(lastUserText(input))));
    }

    private static String lastUserText(List<ObjectNode> input) {
        String text = "";
        for (ObjectNode item : input) {
            if (Json.text(item, "role").equals("user")) {
                text = ChatRequest.textOf(item.path("content"));
            }
        }
        return text;
    }

    Question question() {
        return new Question(
                Json.seed(root, model, DELIVERY),
                lastUserText(input),
                toolRounds(),
                tools().own(),
                tools().choice(),
                root.path("parallel_tool_calls").asBoolean(true),
                1,
                maxTokens,
                List.of(),
                Question.thinkingOf(Json.text(root.path("reasoning"), "effort")),
                form());
    }

    /// Results that come one after the other are those of one round.
    private int toolRounds() {
        int rounds = 0;
        boolean within = false;
        for (ObjectNode item : input) {
            boolean result = Json.text(item, "type").endsWith("_output");
            if (Json.text(item, "role").equals("user")) {
                rounds = 0;
            } else if (result && !within) {
                rounds++;
            }
            within = result;
        }
        return rounds;
    }

    ResponseTools tools() {
        return new ResponseTools(root, input);
    }

    private Form form() {
        JsonNode format = root.path("text").path("format");
        return switch (Json.text(format, "type")) {
            case "json_schema" -> new Form.Fitting(format.path("schema"));
            case "json_object" -> Form.ANY_OBJECT;
            default -> Form.PROSE;
        };
    }

    boolean stored() {
        return root.path("store").asBoolean(true);
    }

    /// Whether thoughts are handed out sealed.
    boolean wantsSealedThoughts() {
        return root.path("include")
                .valueStream()
                .anyMatch(what -> what.asString("").equals("reasoning.encrypted_content"));
    }

    /// Whether thoughts are summed up for the reader.
    boolean wantsSummary() {
        return !Json.text(root.path("reasoning"), "summary").isEmpty();
    }
}
