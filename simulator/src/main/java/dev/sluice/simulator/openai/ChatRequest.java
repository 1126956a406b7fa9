package dev.sluice.simulator.openai;

import dev.sluice.simulator.answer.Seed;
import dev.sluice.simulator.script.Directives;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

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

    static final long NO_LIMIT = Long.MAX_VALUE;

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
        long most = Json.integer(root, "max_tokens", NO_LIMIT, 1, Long.MAX_VALUE);
        long newer = Json.integer(root, "max_completion_tokens", NO_LIMIT, 1, Long.MAX_VALUE);
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

    String lastUserText() {
        return lastUserText(messages());
    }

    String lastRole() {
        return Json.text(messages().get(messages().size() - 1), "role");
    }

    String reasoningEffort() {
        return Json.text(root, "reasoning_effort");
    }

    boolean logprobs() {
        return Json.flag(root, "logprobs");
    }

    /// Everything that decides what is said. How it is delivered does not, nor where it is cut, so
    /// that a stream says what a plain answer says and a limited one begins like a full one.
    Seed seed() {
        ObjectNode essence = Json.object();
        root.properties().forEach(field -> essence.set(field.getKey(), field.getValue()));
        for (String delivery :
                List.of("stream", "stream_options", "max_tokens", "max_completion_tokens")) {
            essence.remove(delivery);
        }
        essence.put("model", model);
        return Seed.of(essence.toString());
    }
}
