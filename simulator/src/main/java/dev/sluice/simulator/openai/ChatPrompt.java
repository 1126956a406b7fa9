package dev.sluice.simulator.openai;

import dev.sluice.simulator.answer.PrefixMemory.Prefix;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.plan.PromptCount;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Feeds the prompt of a chat completion to the count.
record ChatPrompt(PromptCount count, List<Prefix> prefixes) {

    /// @param searches server-side searches made for this call
    static ChatPrompt of(ChatRequest request, long searches) {
        PromptCount count = new PromptCount();
        List<Prefix> prefixes = new ArrayList<>();
        JsonNode root = request.root();
        for (String schema : List.of("tools", "functions", "response_format")) {
            if (root.path(schema).isContainer()) {
                String compact = root.get(schema).toString();
                count.text(compact);
                count.prefix(compact);
            }
        }
        for (JsonNode message : request.messages()) {
            count.message();
            content(count, message.path("content"));
            count.text(Json.text(message, "name"));
            if (message.path("tool_calls").isContainer()) {
                count.text(message.get("tool_calls").toString());
            }
            prefixes.add(count.prefix(message.toString()));
        }
        count.searches(searches);
        return new ChatPrompt(count, prefixes);
    }

    private static void content(PromptCount count, JsonNode content) {
        if (content.isString()) {
            count.text(content.stringValue());
        }
        if (!content.isArray()) {
            return;
        }
        for (JsonNode part : content) {
            switch (Json.text(part, "type")) {
                case "image_url" -> {
                    JsonNode image = part.path("image_url");
                    count.image(Json.text(image, "url"), Json.text(image, "detail"));
                }
                case "input_audio" -> count.audio(Json.text(part.path("input_audio"), "data"));
                case "file" -> count.file(Json.text(part.path("file"), "file_data"));
                default -> count.text(Json.text(part, "text") + Json.text(part, "refusal"));
            }
        }
    }
}
