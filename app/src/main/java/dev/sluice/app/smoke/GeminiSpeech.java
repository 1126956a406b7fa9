package dev.sluice.app.smoke;

import dev.sluice.protocol.gemini.GeminiContent;
import dev.sluice.protocol.translate.Wire;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Gemini's generateContent.
final class GeminiSpeech implements Speech {

    @Override
    public String dialect() {
        return Wire.GEMINI.id();
    }

    @Override
    public String family() {
        return GeminiContent.FAMILY;
    }

    @Override
    public Map.Entry<String, String> credential() {
        return Map.entry("x-goog-api-key", "");
    }

    @Override
    public Map<String, String> headers() {
        return Map.of();
    }

    @Override
    public String url(String base, String model, boolean stream) {
        return Speech.withoutVersion(base)
                + "/v1beta/models/"
                + URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20")
                + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
    }

    @Override
    public ObjectNode text(String model, String prompt, long maxTokens) {
        ObjectNode request =
                SmokeJson.of(
                        """
                        {"contents": [{"role": "user", "parts": [{"text": $prompt}]}]}
                        """,
                        "prompt",
                        prompt);
        request.putObject("generationConfig").put("maxOutputTokens", maxTokens);
        return request;
    }

    @Override
    public ObjectNode streamed(ObjectNode request) {
        return request.deepCopy();
    }

    @Override
    public ObjectNode withTool(ObjectNode request) {
        ObjectNode asked = request.deepCopy();
        return asked.setAll(
                SmokeJson.of(
                        """
                        {"tools": [{"functionDeclarations": [{"name": $tool,
                           "description": "The weather in a city.",
                           "parameters": {"type": "object", "required": [$argument],
                             "properties": {$argument: {"type": "string"}}}}]}],
                         "toolConfig": {"functionCallingConfig": {"mode": "ANY",
                           "allowedFunctionNames": [$tool]}}}
                        """,
                        "tool",
                        TOOL,
                        "argument",
                        ARGUMENT));
    }

    @Override
    public ObjectNode afterTool(ObjectNode request, JsonNode answer, String result) {
        ObjectNode next = request.deepCopy();
        next.putObject("toolConfig").putObject("functionCallingConfig").put("mode", "AUTO");
        ArrayNode contents = (ArrayNode) next.get("contents");
        contents.add(answer.at("/candidates/0/content"));
        contents.addObject()
                .put("role", "user")
                .putArray("parts")
                .addObject()
                .putObject("functionResponse")
                .put("name", TOOL)
                .putObject("response")
                .put("result", result);
        return next;
    }

    @Override
    public ObjectNode image(String model, String prompt, String pngBase64, long maxTokens) {
        ObjectNode request =
                SmokeJson.of(
                        """
                        {"contents": [{"role": "user", "parts": [{"text": $prompt},
                           {"inlineData": {"mimeType": "image/png", "data": $data}}]}]}
                        """,
                        "prompt",
                        prompt,
                        "data",
                        pngBase64);
        request.putObject("generationConfig").put("maxOutputTokens", maxTokens);
        return request;
    }

    @Override
    public ObjectNode broken(String model) {
        return SmokeJson.object().put("contents", 7);
    }

    @Override
    public List<String> required() {
        return List.of("/candidates/0/content/parts/0", "/candidates/0/finishReason");
    }

    @Override
    public String textOf(JsonNode answer) {
        StringBuilder text = new StringBuilder();
        for (JsonNode part : answer.at("/candidates/0/content/parts")) {
            if (!part.path("thought").asBoolean(false)) {
                text.append(part.path("text").asString(""));
            }
        }
        return text.toString();
    }

    @Override
    public @Nullable ToolCall toolCall(JsonNode answer) {
        for (JsonNode part : answer.at("/candidates/0/content/parts")) {
            JsonNode call = part.path("functionCall");
            if (call.isObject()) {
                return new ToolCall(call.path("name").asString(""), call.path("args"));
            }
        }
        return null;
    }

    /// An answer without text says nothing of its candidates.
    @Override
    public @Nullable Tokens usage(JsonNode answer) {
        long output =
                Math.max(0, SmokeJson.count(answer, "/usageMetadata/candidatesTokenCount"))
                        + Math.max(0, SmokeJson.count(answer, "/usageMetadata/thoughtsTokenCount"));
        return Speech.tokens(SmokeJson.count(answer, "/usageMetadata/promptTokenCount"), output);
    }

    @Override
    public @Nullable String errorMessage(JsonNode body) {
        return body.at("/error/status").isString() ? Speech.message(body) : null;
    }

    @Override
    public StreamEnd end(List<Event> events) {
        StringBuilder text = new StringBuilder();
        boolean ended = false;
        Tokens usage = null;
        String problem = null;
        ToolCall call = null;
        for (Event event : events) {
            JsonNode data = event.data();
            if (data == null) {
                problem = "a data line is no JSON";
            } else if (data.has("error")) {
                problem = "the stream says: " + errorMessage(data);
            } else {
                text.append(textOf(data));
                ToolCall called = toolCall(data);
                call = call == null ? called : call;
                ended |= data.at("/candidates/0/finishReason").isString();
                Tokens said = usage(data);
                usage = said == null ? usage : said;
            }
        }
        return new StreamEnd(text.toString(), call, ended, usage, problem);
    }
}
