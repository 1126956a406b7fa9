package dev.sluice.simulator.openai;

import dev.sluice.simulator.answer.PrefixMemory.Prefix;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.plan.PromptCount;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Feeds the prompt of a response to the count: schemas, instructions, items.
record ResponsePrompt(PromptCount count, List<Prefix> prefixes) {

    /// @param searches server-side searches made for this call
    static ResponsePrompt of(ResponseRequest request, long searches) {
        PromptCount count = new PromptCount();
        List<Prefix> prefixes = new ArrayList<>();
        JsonNode root = request.root();
        for (JsonNode schema : List.of(root.path("tools"), root.path("text").path("format"))) {
            if (!schema.isEmpty()) {
                count.text(schema.toString());
                count.prefix(schema.toString());
            }
        }
        String instructions = Json.text(root, "instructions");
        if (!instructions.isEmpty()) {
            count.message();
            count.text(instructions);
            prefixes.add(count.prefix(instructions));
        }
        for (JsonNode item : request.input()) {
            item(count, item);
            prefixes.add(count.prefix(item.toString()));
        }
        count.searches(searches);
        return new ResponsePrompt(count, prefixes);
    }

    private static void item(PromptCount count, JsonNode item) {
        switch (Json.text(item, "type")) {
            case "message" -> {
                count.message();
                content(count, item.path("content"));
            }
            case "function_call" ->
                    count.text(Json.text(item, "name") + Json.text(item, "arguments"));
            case "custom_tool_call" ->
                    count.text(Json.text(item, "name") + Json.text(item, "input"));
            case "function_call_output", "custom_tool_call_output" -> {
                count.message();
                content(count, item.path("output"));
            }
            case "reasoning" -> {
                // Earlier thoughts are not counted again.
            }
            default -> count.text(item.toString());
        }
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
                case "input_image" ->
                        count.image(Json.text(part, "image_url"), Json.text(part, "detail"));
                case "input_file" -> count.file(Json.text(part, "file_data"));
                default -> count.text(Json.text(part, "text") + Json.text(part, "refusal"));
            }
        }
    }
}
