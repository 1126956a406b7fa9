package dev.sluice.simulator.openai;

import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.plan.Tool;
import dev.sluice.simulator.plan.ToolChoice;
import dev.sluice.simulator.plan.ToolChoice.Mode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The tools of a responses request: their definitions are flat, stand in `tools` or in items of
/// the conversation, by themselves or in a namespace, and many kinds are the provider's.
///
/// @param input every item of the conversation up to now
record ResponseTools(JsonNode root, List<ObjectNode> input) {

    /// Where tools are that are in no namespace of their own.
    private static final String USUAL = "functions";

    private static final String SEARCH = "tool_search";

    /// How the client knows a tool.
    ///
    /// @param namespace empty for none
    record Placed(String namespace, JsonNode definition) {

        String type() {
            return Json.text(definition, "type");
        }

        String name() {
            return isSearch() ? SEARCH : Json.text(definition, "name");
        }

        /// The name that directives and prompts know it by.
        String plainName() {
            if (namespace.isEmpty() || namespace.equals(USUAL)) {
                return name();
            }
            return namespace + (namespace.endsWith("__") ? "" : "__") + name();
        }

        /// Whether it is a search for tools, whose arguments are told as an object, at once.
        boolean isSearch() {
            return type().equals(SEARCH);
        }

        /// What kind of item a call of it is.
        String callType() {
            return switch (type()) {
                case "custom" -> "custom_tool_call";
                case SEARCH -> "tool_search_call";
                default -> "function_call";
            };
        }

        /// How the id of such an item begins.
        String idPrefix() {
            return switch (type()) {
                case "custom" -> "ctc_";
                case SEARCH -> "tsc_";
                default -> "fc_";
            };
        }

        /// Whether the client runs it; kinds nobody here knows are left alone.
        private boolean isClients() {
            return switch (type()) {
                case "function", "custom" -> true;
                case SEARCH -> Json.text(definition, "execution").equals("client");
                default -> false;
            };
        }
    }

    private List<Placed> placed() {
        List<Placed> placed = new ArrayList<>();
        place(root.path("tools"), placed);
        for (ObjectNode item : input) {
            String type = Json.text(item, "type");
            if (type.equals("additional_tools") || type.equals("tool_search_output")) {
                place(item.path("tools"), placed);
            }
        }
        return placed;
    }

    private static void place(JsonNode tools, List<Placed> placed) {
        for (JsonNode tool : tools) {
            if (Json.text(tool, "type").equals("namespace")) {
                String name = Json.text(tool, "name");
                tool.path("tools").forEach(within -> placed.add(new Placed(name, within)));
            } else {
                placed.add(new Placed("", tool));
            }
        }
    }

    /// Those the client runs. What is offered again is as it was offered last.
    private Map<String, Placed> clients() {
        Map<String, Placed> clients = new LinkedHashMap<>();
        placed().stream()
                .filter(Placed::isClients)
                .forEach(tool -> clients.put(tool.plainName(), tool));
        return clients;
    }

    List<Tool> own() {
        return clients().entrySet().stream()
                .map(tool ->
                        new Tool(
                                tool.getKey(),
                                tool.getValue().definition().path("parameters"),
                                tool.getValue().type().equals("custom")))
                .toList();
    }

    /// The tool of a call that the model makes.
    Placed called(String plainName) {
        return Objects.requireNonNull(clients().get(plainName));
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
        return placed().stream().anyMatch(tool -> tool.type().startsWith("web_search"));
    }
}
