package dev.sluice.simulator.gemini;

import dev.sluice.simulator.answer.PrefixMemory.Prefix;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.plan.PromptCount;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Feeds a prompt to the count: schemas, system instruction, contents.
record ContentPrompt(PromptCount count, List<Prefix> prefixes) {

    /// @param searches server-side searches made for this call
    static ContentPrompt of(ContentRequest request, long searches) {
        PromptCount count = new PromptCount();
        List<Prefix> prefixes = new ArrayList<>();
        JsonNode root = request.root();
        JsonNode config = root.path("generationConfig");
        for (JsonNode schema :
                List.of(
                        root.path("tools"),
                        config.path("responseSchema"),
                        config.path("responseJsonSchema"))) {
            if (!schema.isEmpty()) {
                count.text(schema.toString());
                count.prefix(schema.toString());
            }
        }
        if (root.path("systemInstruction").isObject()) {
            content(count, root.get("systemInstruction"));
            prefixes.add(count.prefix(root.get("systemInstruction").toString()));
        }
        for (JsonNode content : root.path("contents")) {
            content(count, content);
            prefixes.add(count.prefix(content.toString()));
        }
        count.searches(searches);
        return new ContentPrompt(count, prefixes);
    }

    private static void content(PromptCount count, JsonNode content) {
        count.message();
        for (JsonNode part : content.path("parts")) {
            part(count, part);
        }
    }

    private static void part(PromptCount count, JsonNode part) {
        JsonNode inline = part.path("inlineData");
        JsonNode file = part.path("fileData");
        if (inline.isObject()) {
            media(count, Json.text(inline, "mimeType"), Json.text(inline, "data"));
        } else if (file.isObject()) {
            media(count, Json.text(file, "mimeType"), "");
        } else if (part.has("functionCall")) {
            JsonNode call = part.get("functionCall");
            count.text(Json.text(call, "name") + call.path("args"));
        } else if (part.has("functionResponse")) {
            JsonNode response = part.get("functionResponse");
            count.text(Json.text(response, "name") + response.path("response"));
        } else {
            count.text(Json.text(part, "text"));
        }
    }

    private static void media(PromptCount count, String type, String data) {
        if (type.startsWith("image/")) {
            count.image(data, "");
        } else if (type.startsWith("audio/")) {
            count.audio(data);
        } else {
            count.file(data);
        }
    }
}
