package dev.sluice.simulator.openai;

import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.plan.Tool;
import dev.sluice.simulator.plan.ToolChoice;
import dev.sluice.simulator.plan.ToolChoice.Mode;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The tools of a chat completion request, in the form with `tools` or the older with `functions`.
record ChatTools(JsonNode root) {

    /// Whether this call is in the older form.
    boolean legacy() {
        return root.path("tools").isMissingNode() && root.path("functions").isArray();
    }

    /// Those the client runs.
    List<Tool> own() {
        List<Tool> tools = new ArrayList<>();
        for (JsonNode tool : root.path("tools")) {
            if (isOwn(tool)) {
                String type = Json.text(tool, "type");
                tools.add(tool(tool.path(type), type.equals("custom")));
            }
        }
        if (legacy()) {
            root.path("functions").forEach(function -> tools.add(tool(function, false)));
        }
        return tools;
    }

    private static Tool tool(JsonNode definition, boolean freeText) {
        return new Tool(Json.text(definition, "name"), definition.path("parameters"), freeText);
    }

    private static boolean isOwn(JsonNode tool) {
        String type = Json.text(tool, "type");
        return type.equals("function") || type.equals("custom");
    }

    ToolChoice choice() {
        JsonNode choice = root.path(legacy() ? "function_call" : "tool_choice");
        if (choice.isString()) {
            return choice(choice.stringValue());
        }
        if (!choice.isObject()) {
            return ToolChoice.AUTO;
        }
        JsonNode allowed = choice.path("allowed_tools");
        if (allowed.isObject()) {
            List<String> names = new ArrayList<>();
            for (JsonNode tool : allowed.path("tools")) {
                names.add(Json.text(tool.path(Json.text(tool, "type")), "name"));
            }
            boolean required = Json.text(allowed, "mode").equals("required");
            return new ToolChoice(required ? Mode.FORCED : Mode.AUTO, names);
        }
        String name =
                Json.text(choice, "name")
                        + Json.text(choice.path("function"), "name")
                        + Json.text(choice.path("custom"), "name");
        return new ToolChoice(Mode.FORCED, List.of(name));
    }

    /// One of those that name no tool.
    static ToolChoice choice(String mode) {
        return switch (mode) {
            case "none" -> new ToolChoice(Mode.NONE, List.of());
            case "required" -> new ToolChoice(Mode.FORCED, List.of());
            default -> ToolChoice.AUTO;
        };
    }

    boolean parallel() {
        return root.path("parallel_tool_calls").asBoolean(true) && !legacy();
    }

    /// Whether the provider itself is to search the web.
    boolean searches() {
        if (root.path("web_search_options").isObject()) {
            return true;
        }
        return root.path("tools").valueStream().anyMatch(tool -> !isOwn(tool));
    }
}
