package dev.sluice.simulator.openai;

import dev.sluice.simulator.answer.SchemaSample;
import dev.sluice.simulator.answer.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Decides which tools the model calls and with what: when told to, or when the user speaks of the
/// weather or names a tool; two at once when the user says "parallel" or names two cities.
final class ToolPlan {

    /// A call the model makes.
    ///
    /// @param custom a free-text tool: its input is `arguments`
    record ToolCall(String id, String name, String arguments, boolean custom) {}

    private static final List<String> CITIES =
            List.of(
                    "Paris",
                    "London",
                    "Berlin",
                    "Tokyo",
                    "Rome",
                    "Madrid",
                    "Vienna",
                    "Oslo",
                    "Boston",
                    "Chicago",
                    "Sydney",
                    "New York",
                    "San Francisco",
                    "Los Angeles");

    private final ChatRequest request;
    private final Seed seed;

    ToolPlan(ChatRequest request, Seed seed) {
        this.request = request;
        this.seed = seed;
    }

    /// Empty where the model answers with text.
    List<ToolCall> calls() {
        List<JsonNode> tools = clientTools();
        String role = request.lastRole();
        if (tools.isEmpty() || role.equals("tool") || role.equals("function")) {
            return List.of();
        }
        JsonNode choice = choice();
        String mode = choice.isString() ? choice.stringValue() : "auto";
        List<JsonNode> wanted = choice.isObject() ? named(tools, choice) : tools;
        boolean forced =
                mode.equals("required")
                        || (choice.isObject() && !Json.text(choice, "type").equals("allowed_tools"))
                        || Json.text(choice.path("allowed_tools"), "mode").equals("required");
        if (mode.equals("none") || wanted.isEmpty() || !(forced || asksFor(wanted))) {
            return List.of();
        }
        return made(wanted);
    }

    /// Whether this call is in the older form with `functions`.
    boolean legacy() {
        return request.root().path("tools").isMissingNode()
                && request.root().path("functions").isArray();
    }

    /// Whether the provider itself is to search the web.
    boolean searches() {
        if (request.root().path("web_search_options").isObject()) {
            return true;
        }
        for (JsonNode tool : request.root().path("tools")) {
            String type = Json.text(tool, "type");
            if (!type.equals("function") && !type.equals("custom")) {
                return true;
            }
        }
        return false;
    }

    private JsonNode choice() {
        return request.root().path(legacy() ? "function_call" : "tool_choice");
    }

    private List<JsonNode> clientTools() {
        List<JsonNode> tools = new ArrayList<>();
        for (JsonNode tool : request.root().path("tools")) {
            String type = Json.text(tool, "type");
            if (type.equals("function") || type.equals("custom")) {
                tools.add(tool);
            }
        }
        if (legacy()) {
            for (JsonNode function : request.root().path("functions")) {
                ObjectNode tool = Json.object().put("type", "function");
                tool.set("function", function);
                tools.add(tool);
            }
        }
        return tools;
    }

    private static JsonNode definition(JsonNode tool) {
        return tool.path(Json.text(tool, "type"));
    }

    private static String name(JsonNode tool) {
        return Json.text(definition(tool), "name");
    }

    private static List<JsonNode> named(List<JsonNode> tools, JsonNode choice) {
        List<String> names = new ArrayList<>();
        names.add(Json.text(choice, "name"));
        names.add(Json.text(choice.path("function"), "name"));
        names.add(Json.text(choice.path("custom"), "name"));
        choice.path("allowed_tools").path("tools").forEach(tool -> names.add(name(tool)));
        return tools.stream().filter(tool -> names.contains(name(tool))).toList();
    }

    private boolean asksFor(List<JsonNode> tools) {
        String text = request.lastUserText().toLowerCase(Locale.ROOT);
        return text.contains("weather")
                || tools.stream()
                        .anyMatch(tool -> text.contains(name(tool).toLowerCase(Locale.ROOT)));
    }

    private List<ToolCall> made(List<JsonNode> tools) {
        List<String> cities = cities();
        boolean parallelAllowed =
                request.root().path("parallel_tool_calls").asBoolean(true) && !legacy();
        boolean two =
                cities.size() > 1
                        || request.lastUserText().toLowerCase(Locale.ROOT).contains("parallel");
        int count = two && parallelAllowed ? 2 : 1;
        List<ToolCall> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // Several cities are one tool asked twice; otherwise every tool gets its turn.
            JsonNode tool = cities.size() > 1 ? tools.getFirst() : tools.get(i % tools.size());
            calls.add(call(tool, i, i < cities.size() ? cities.get(i) : null));
        }
        return calls;
    }

    private ToolCall call(JsonNode tool, int index, @Nullable String city) {
        Seed own = seed.part("tool" + index);
        String id = "call_" + own.head(24);
        if (Json.text(tool, "type").equals("custom")) {
            return new ToolCall(id, name(tool), "input for " + name(tool), true);
        }
        String place = city == null ? "Paris" : city;
        Map<String, String> known = Map.of("city", place, "location", place, "place", place);
        JsonNode schema = definition(tool).path("parameters");
        JsonNode arguments =
                schema.isObject() ? new SchemaSample(schema, own, known).value() : Json.object();
        return new ToolCall(id, name(tool), arguments.toString(), false);
    }

    private List<String> cities() {
        String text = request.lastUserText();
        return CITIES.stream().filter(text::contains).toList();
    }
}
