package dev.sluice.app.smoke;

import dev.sluice.protocol.translate.Wire;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// OpenAI's chat completions.
final class ChatSpeech implements Speech {

    @Override
    public String dialect() {
        return Wire.OPENAI_CHAT.id();
    }

    @Override
    public String family() {
        return "chat";
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
        return base + "/chat/completions";
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
        ObjectNode streamed = request.deepCopy().put("stream", true);
        streamed.putObject("stream_options").put("include_usage", true);
        return streamed;
    }

    @Override
    public ObjectNode withTool(ObjectNode request) {
        ObjectNode asked = request.deepCopy();
        return asked.setAll(
                SmokeJson.of(
                        """
                        {"tools": [{"type": "function", "function": {"name": $tool,
                           "description": "The weather in a city.",
                           "parameters": {"type": "object", "required": [$argument],
                             "properties": {$argument: {"type": "string"}}}}}],
                         "tool_choice": {"type": "function", "function": {"name": $tool}}}
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
        ArrayNode messages = (ArrayNode) next.get("messages");
        messages.add(answer.at("/choices/0/message"));
        messages.addObject()
                .put("role", "tool")
                .put("tool_call_id", answer.at("/choices/0/message/tool_calls/0/id").asString(""))
                .put("content", result);
        return next;
    }

    @Override
    public ObjectNode image(String model, String prompt, String pngBase64, long maxTokens) {
        return SmokeJson.of(
                        """
                        {"model": $model, "messages": [{"role": "user", "content": [
                           {"type": "text", "text": $prompt},
                           {"type": "image_url", "image_url": {"url": $url}}]}]}
                        """,
                        "model",
                        model,
                        "prompt",
                        prompt,
                        "url",
                        "data:image/png;base64," + pngBase64)
                .put("max_tokens", maxTokens);
    }

    @Override
    public ObjectNode broken(String model) {
        return SmokeJson.object().put("model", model).put("messages", "none");
    }

    @Override
    public List<String> required() {
        return List.of(
                "/id",
                "/object",
                "/created",
                "/model",
                "/choices/0/index",
                "/choices/0/message/role",
                "/choices/0/finish_reason");
    }

    @Override
    public String textOf(JsonNode answer) {
        JsonNode content = answer.at("/choices/0/message/content");
        if (content.isString()) {
            return content.stringValue();
        }
        // Who thinks aloud may send parts.
        StringBuilder text = new StringBuilder();
        content.forEach(part -> text.append(part.path("text").asString("")));
        return text.toString();
    }

    @Override
    public @Nullable ToolCall toolCall(JsonNode answer) {
        JsonNode call = answer.at("/choices/0/message/tool_calls/0/function");
        return call.isMissingNode()
                ? null
                : new ToolCall(
                        call.path("name").asString(""),
                        SmokeJson.readOrNull(call.path("arguments").asString("")));
    }

    @Override
    public @Nullable Tokens usage(JsonNode answer) {
        return Speech.tokens(
                SmokeJson.count(answer, "/usage/prompt_tokens"),
                SmokeJson.count(answer, "/usage/completion_tokens"));
    }

    @Override
    public @Nullable String errorMessage(JsonNode body) {
        return Speech.message(body);
    }

    @Override
    public StreamEnd end(List<Event> events) {
        StringBuilder text = new StringBuilder();
        boolean finished = false;
        boolean done = false;
        Tokens usage = null;
        String problem = null;
        CallPieces call = new CallPieces();
        for (Event event : events) {
            JsonNode data = event.data();
            if (event.text().equals("[DONE]")) {
                done = true;
            } else if (data == null) {
                problem = "a data line is no JSON";
            } else if (data.has("error")) {
                problem = "the stream says: " + errorMessage(data);
            } else {
                text.append(data.at("/choices/0/delta/content").asString(""));
                JsonNode piece = data.at("/choices/0/delta/tool_calls/0/function");
                call.named(piece.path("name").asString(""));
                call.arguments(piece.path("arguments").asString(""));
                finished |= data.at("/choices/0/finish_reason").isString();
                Tokens said = usage(data);
                usage = said == null ? usage : said;
            }
        }
        return new StreamEnd(text.toString(), call.call(), finished && done, usage, problem);
    }
}
