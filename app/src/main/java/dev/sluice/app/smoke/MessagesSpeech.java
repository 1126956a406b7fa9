package dev.sluice.app.smoke;

import dev.sluice.protocol.translate.Wire;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Anthropic's messages.
final class MessagesSpeech implements Speech {

    @Override
    public String dialect() {
        return Wire.ANTHROPIC_MESSAGES.id();
    }

    @Override
    public String family() {
        return "messages";
    }

    @Override
    public Map.Entry<String, String> credential() {
        return Map.entry("x-api-key", "");
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("anthropic-version", "2023-06-01");
    }

    @Override
    public String url(String base, String model, boolean stream) {
        return Speech.withoutVersion(base) + "/v1/messages";
    }

    @Override
    public ObjectNode text(String model, String prompt, long maxTokens) {
        return SmokeJson.of(
                        """
                        {"model": $model, "messages": [{"role": "user", "content": $prompt}]}
                        """,
                        "model",
                        model,
                        "prompt",
                        prompt)
                .put("max_tokens", maxTokens);
    }

    @Override
    public ObjectNode streamed(ObjectNode request) {
        return request.deepCopy().put("stream", true);
    }

    @Override
    public ObjectNode withTool(ObjectNode request) {
        ObjectNode asked = request.deepCopy();
        return asked.setAll(
                SmokeJson.of(
                        """
                        {"tools": [{"name": $tool, "description": "The weather in a city.",
                           "input_schema": {"type": "object", "required": [$argument],
                             "properties": {$argument: {"type": "string"}}}}],
                         "tool_choice": {"type": "tool", "name": $tool}}
                        """,
                        "tool",
                        TOOL,
                        "argument",
                        ARGUMENT));
    }

    @Override
    public ObjectNode afterTool(ObjectNode request, JsonNode answer, String result) {
        ObjectNode next = request.deepCopy();
        next.putObject("tool_choice").put("type", "auto");
        ArrayNode messages = (ArrayNode) next.get("messages");
        messages.addObject().put("role", "assistant").set("content", answer.path("content"));
        JsonNode use = toolUse(answer);
        messages.addObject()
                .put("role", "user")
                .putArray("content")
                .addObject()
                .put("type", "tool_result")
                .put("tool_use_id", use == null ? "" : use.path("id").asString(""))
                .put("content", result);
        return next;
    }

    @Override
    public ObjectNode image(String model, String prompt, String pngBase64, long maxTokens) {
        return SmokeJson.of(
                        """
                        {"model": $model, "messages": [{"role": "user", "content": [
                           {"type": "image", "source": {"type": "base64",
                             "media_type": "image/png", "data": $data}},
                           {"type": "text", "text": $prompt}]}]}
                        """,
                        "model",
                        model,
                        "prompt",
                        prompt,
                        "data",
                        pngBase64)
                .put("max_tokens", maxTokens);
    }

    @Override
    public ObjectNode broken(String model) {
        return SmokeJson.object().put("model", model).put("max_tokens", 16).put("messages", "none");
    }

    @Override
    public List<String> required() {
        return List.of("/id", "/type", "/role", "/model", "/content/0/type", "/stop_reason");
    }

    @Override
    public String textOf(JsonNode answer) {
        StringBuilder text = new StringBuilder();
        for (JsonNode block : answer.path("content")) {
            text.append(block.path("text").asString(""));
        }
        return text.toString();
    }

    private static @Nullable JsonNode toolUse(JsonNode answer) {
        for (JsonNode block : answer.path("content")) {
            if (block.path("type").asString("").equals("tool_use")) {
                return block;
            }
        }
        return null;
    }

    @Override
    public @Nullable ToolCall toolCall(JsonNode answer) {
        JsonNode use = toolUse(answer);
        return use == null ? null : new ToolCall(use.path("name").asString(""), use.path("input"));
    }

    @Override
    public @Nullable Tokens usage(JsonNode answer) {
        return usageOf(answer.path("usage"));
    }

    /// Cached input is counted beside the rest.
    private static @Nullable Tokens usageOf(JsonNode usage) {
        long input = SmokeJson.count(usage, "/input_tokens");
        long cached =
                Math.max(0, SmokeJson.count(usage, "/cache_read_input_tokens"))
                        + Math.max(0, SmokeJson.count(usage, "/cache_creation_input_tokens"));
        return Speech.tokens(
                input < 0 ? -1 : input + cached, SmokeJson.count(usage, "/output_tokens"));
    }

    @Override
    public @Nullable String errorMessage(JsonNode body) {
        return body.path("type").asString("").equals("error") ? Speech.message(body) : null;
    }

    @Override
    public StreamEnd end(List<Event> events) {
        StringBuilder text = new StringBuilder();
        boolean ended = false;
        long input = -1;
        long output = -1;
        String problem = null;
        CallPieces call = new CallPieces();
        for (Event event : events) {
            JsonNode data = event.data();
            if (data == null || !event.name().equals(data.path("type").asString(""))) {
                problem = "an event's name is not its type";
                continue;
            }
            switch (event.name()) {
                case "message_start" -> {
                    Tokens start = usageOf(data.at("/message/usage"));
                    input = start == null ? input : start.input();
                }
                case "content_block_start" ->
                        call.named(data.at("/content_block/name").asString(""));
                case "content_block_delta" -> {
                    text.append(data.at("/delta/text").asString(""));
                    call.arguments(data.at("/delta/partial_json").asString(""));
                }
                case "message_delta" -> {
                    output = Math.max(output, SmokeJson.count(data, "/usage/output_tokens"));
                    Tokens whole = usageOf(data.path("usage"));
                    input = whole == null ? input : whole.input();
                }
                case "message_stop" -> ended = true;
                case "error" -> problem = "the stream says: " + errorMessage(data);
                default -> {
                    // what it is made of besides
                }
            }
        }
        return new StreamEnd(
                text.toString(), call.call(), ended, Speech.tokens(input, output), problem);
    }
}
