package dev.sluice.simulator.openai;

import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.plan.Tool;
import dev.sluice.simulator.plan.ToolChoice;
import dev.sluice.simulator.plan.ToolChoice.Mode;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The tools of a responses request: their definitions are flat, and many kinds are the provider's.
record ResponseTools(JsonNode root) {

    /// Those the client runs; kinds nobody here knows are left alone.
    List<Tool> own() {
        List<Tool> tools = new ArrayList<>();
        for (JsonNode tool : root.path("tools")) {
            String type = Json.text(tool, "type");
            if (type.equals("function") || type.equals("custom")) {
                tools.add(
                        new Tool(
                                Json.text(tool, "name"),
                                tool.path("parameters"),
                                type.equals("custom")));
            }
        }
        return tools;
    }

    ToolChoice choice() {
        JsonNode choice = root.path("tool_choice");
        if (!choice.isObject()) {
            return ChatTools.choice(choice.asString(""));
        }
        if (Json.text(choice, "type").equals("allowed_tools")) {
            List<String> names = new ArrayList<>();
            choice.path("tools").forEach(tool -> names.add(Json.text(tool, "name")));
            boolean required = Json.text(choice, "mode").equals("required");
            return new ToolChoice(required ? Mode.FORCED : Mode.AUTO, names);
        }
        return new ToolChoice(Mode.FORCED, List.of(Json.text(choice, "name")));
    }

    /// Whether the provider itself is to search the web.
    boolean searches() {
        return root.path("tools")
                .valueStream()
                .anyMatch(tool -> Json.text(tool, "type").startsWith("web_search"));
    }
}
