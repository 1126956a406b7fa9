package dev.sluice.simulator.openai;

import dev.sluice.simulator.answer.Seed;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.plan.Form;
import dev.sluice.simulator.plan.Question;
import dev.sluice.simulator.script.Directives;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// A chat completion request, read and checked as far as a provider would.
record ChatRequest(
        JsonNode root,
        String model,
        boolean stream,
        boolean includeUsage,
        int choices,
        long maxTokens,
        List<String> stops,
        Directives directives) {

    static ChatRequest read(Buffer body) {
        JsonNode root = Json.body(body);
        String asked = Json.text(root, "model");
        if (asked.isEmpty()) {
            throw Json.bad("you must provide a model parameter");
        }
        JsonNode messages = root.path("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            throw Json.bad("Missing required parameter: 'messages'.");
        }
        for (JsonNode message : messages) {
            if (Json.text(message, "role").isEmpty()) {
                throw Json.bad("Missing required parameter: 'messages[].role'.");
            }
        }
        long most = Json.integer(root, "max_tokens", Question.NO_LIMIT, 1, Long.MAX_VALUE);
        long newer =
                Json.integer(root, "max_completion_tokens", Question.NO_LIMIT, 1, Long.MAX_VALUE);
        return new ChatRequest(
                root,
                Directives.bareModel(asked),
                Json.flag(root, "stream"),
                Json.flag(root.path("stream_options"), "include_usage"),
                Math.toIntExact(Json.integer(root, "n", 1, 1, 128)),
                Math.min(most, newer),
                stops(root.path("stop")),
                Directives.ofModel(asked).plus(Directives.inText(lastUserText(messages))));
    }

    private static List<String> stops(JsonNode stop) {
        List<String> stops = new ArrayList<>();
        if (stop.isString()) {
            stops.add(stop.stringValue());
        }
        for (JsonNode one : stop) {
            stops.add(one.asString(""));
        }
        stops.removeIf(String::isEmpty);
        return stops;
    }

    private static String lastUserText(JsonNode messages) {
        String text = "";
        for (JsonNode message : messages) {
            if (Json.text(message, "role").equals("user")) {
                text = textOf(message.path("content"));
            }
        }
        return text;
    }

    /// The text of a content: a string, or the text parts of a list.
    static String textOf(JsonNode content) {
        if (content.isString()) {
            return content.stringValue();
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            text.append(Json.text(part, "text"));
        }
        return text.toString();
    }

    JsonNode messages() {
        return root.path("messages");
    }

    ChatTools tools() {
        return new ChatTools(root);
    }

    Question question() {
        return new Question(
                seed(),
                lastUserText(messages()),
                toolRounds(),
                tools().own(),
                tools().choice(),
                tools().parallel(),
                choices,
                maxTokens,
                stops,
                Question.thinkingOf(Json.text(root, "reasoning_effort")),
                form(root.path("response_format")));
    }

    /// Results that come one after the other are those of one round.
    private int toolRounds() {
        int rounds = 0;
        boolean within = false;
        for (JsonNode message : messages()) {
            String role = Json.text(message, "role");
            boolean result = role.equals("tool") || role.equals("function");
            if (role.equals("user")) {
                rounds = 0;
            } else if (result && !within) {
                rounds++;
            }
            within = result;
        }
        return rounds;
    }

    private static Form form(JsonNode format) {
        return switch (Json.text(format, "type")) {
            case "json_schema" -> new Form.Fitting(format.path("json_schema").path("schema"));
            case "json_object" -> Form.ANY_OBJECT;
            default -> Form.PROSE;
        };
    }

    boolean logprobs() {
        return Json.flag(root, "logprobs");
    }

    private Seed seed() {
        return Json.seed(
                root,
                model,
                Set.of("stream", "stream_options", "max_tokens", "max_completion_tokens"));
    }
}
