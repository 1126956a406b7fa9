package dev.sluice.app.smoke;

import dev.sluice.protocol.translate.Wire;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// OpenAI's responses.
final class ResponsesSpeech implements Speech {

    @Override
    public String dialect() {
        return Wire.OPENAI_RESPONSES.id();
    }

    @Override
    public String family() {
        return "responses";
    }

    @Override
    public Map.Entry<String, String> credential() {
        return Map.entry("authorization", "Bearer ");
    }

    @Override
    public Map<String, String> headers() {
        return Map.of();
    }

    @Override
    public String url(String base, String model, boolean stream) {
        return base + "/responses";
    }

    @Override
    public ObjectNode text(String model, String prompt, long maxTokens) {
        return SmokeJson.of(
                        """
                        {"model": $model, "store": false,
                         "input": [{"role": "user", "content": $prompt}]}
                        """,
                        "model",
                        model,
                        "prompt",
                        prompt)
                .put("max_output_tokens", maxTokens);
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
                        {"tools": [{"type": "function", "name": $tool,
                           "description": "The weather in a city.",
                           "parameters": {"type": "object", "required": [$argument],
                             "properties": {$argument: {"type": "string"}}}}],
                         "tool_choice": {"type": "function", "name": $tool}}
                        """,
                        "tool",
                        TOOL,
                        "argument",
                        ARGUMENT));
    }

    @Override
    public ObjectNode afterTool(ObjectNode request, JsonNode answer, String result) {
        ObjectNode next = request.deepCopy();
        next.put("tool_choice", "auto");
        ArrayNode input = (ArrayNode) next.get("input");
        String callId = "";
        for (JsonNode item : answer.path("output")) {
            input.add(item);
            if (item.path("type").asString("").equals("function_call")) {
                callId = item.path("call_id").asString("");
            }
        }
        input.addObject()
                .put("type", "function_call_output")
                .put("call_id", callId)
                .put("output", result);
        return next;
    }

    @Override
    public ObjectNode image(String model, String prompt, String pngBase64, long maxTokens) {
        return SmokeJson.of(
                        """
                        {"model": $model, "store": false, "input": [{"role": "user", "content": [
                           {"type": "input_text", "text": $prompt},
                           {"type": "input_image", "detail": "auto", "image_url": $url}]}]}
                        """,
                        "model",
                        model,
                        "prompt",
                        prompt,
                        "url",
                        "data:image/png;base64," + pngBase64)
                .put("max_output_tokens", maxTokens);
    }

    @Override
    public ObjectNode broken(String model) {
        return SmokeJson.object().put("model", model).put("input", 7);
    }

    @Override
    public List<String> required() {
        return List.of("/id", "/object", "/created_at", "/model", "/status", "/output/0/type");
    }

    @Override
    public String textOf(JsonNode answer) {
        StringBuilder text = new StringBuilder();
        for (JsonNode item : answer.path("output")) {
            for (JsonNode part : item.path("content")) {
                if (part.path("type").asString("").equals("output_text")) {
                    text.append(part.path("text").asString(""));
                }
            }
        }
        return text.toString();
    }

    @Override
    public @Nullable ToolCall toolCall(JsonNode answer) {
        for (JsonNode item : answer.path("output")) {
            if (item.path("type").asString("").equals("function_call")) {
                return new ToolCall(
                        item.path("name").asString(""),
                        SmokeJson.readOrNull(item.path("arguments").asString("")));
            }
        }
        return null;
    }

    @Override
    public @Nullable Tokens usage(JsonNode answer) {
        return Speech.tokens(
                SmokeJson.count(answer, "/usage/input_tokens"),
                SmokeJson.count(answer, "/usage/output_tokens"));
    }

    @Override
    public @Nullable String errorMessage(JsonNode body) {
        return Speech.message(body);
    }

    @Override
    public StreamEnd end(List<Event> events) {
        StringBuilder text = new StringBuilder();
        boolean ended = false;
        Tokens usage = null;
        String problem = null;
        CallPieces call = new CallPieces();
        for (Event event : events) {
            JsonNode data = event.data();
            if (data == null) {
                problem = "a data line is no JSON";
                continue;
            }
            switch (data.path("type").asString("")) {
                case "response.output_text.delta" -> text.append(data.path("delta").asString(""));
                case "response.output_item.added" -> call.named(data.at("/item/name").asString(""));
                case "response.function_call_arguments.delta" ->
                        call.arguments(data.path("delta").asString(""));
                case "response.completed", "response.incomplete" -> {
                    ended = true;
                    usage = usage(data.path("response"));
                }
                case "response.failed", "error" -> problem = "the stream says that it failed";
                default -> {
                    // what it is made of besides
                }
            }
        }
        return new StreamEnd(text.toString(), call.call(), ended, usage, problem);
    }
}
