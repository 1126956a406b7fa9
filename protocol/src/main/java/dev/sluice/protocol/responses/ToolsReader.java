package dev.sluice.protocol.responses;

import dev.sluice.protocol.Fields;
import dev.sluice.protocol.canonical.Conversation.Tool;
import dev.sluice.protocol.canonical.Conversation.ToolChoice;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.json.Trees;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The tools of a request, and which of them the model may or must call.
final class ToolsReader {

    private final Losses losses;
    private final List<Tool> tools = new ArrayList<>();

    ToolsReader(Losses losses) {
        this.losses = losses;
    }

    List<Tool> offered() {
        return tools;
    }

    void read(JsonNode value) {
        List<JsonNode> all = Fields.elements(value, "tools");
        for (int i = 0; i < all.size(); i++) {
            String path = "tools[" + i + "]";
            JsonNode tool = all.get(i);
            String type = Trees.stringOrEmpty(tool, "type");
            String name = Trees.string(tool, "name");
            if (!type.equals("function") && !type.equals("custom")) {
                losses.drop(path);
            } else if (name == null) {
                throw Fields.missing(path + ".name");
            } else if (type.equals("custom")) {
                tools.add(freeText(tool, name, path));
            } else {
                JsonNode strict = Trees.present(tool, "strict");
                tools.add(
                        new Tool(
                                name,
                                Trees.string(tool, "description"),
                                Trees.present(tool, "parameters"),
                                strict == null ? null : strict.asBoolean(false)));
            }
        }
    }

    /// A tool that takes any text is one with a text as its only argument. A grammar is told to the
    /// model, but nobody holds it to it.
    private Tool freeText(JsonNode tool, String name, String path) {
        ObjectNode schema = Trees.object().put("type", "object");
        ObjectNode input = schema.putObject("properties").putObject(FreeText.ARGUMENT);
        input.put("type", "string");
        schema.putArray("required").add(FreeText.ARGUMENT);
        schema.put("additionalProperties", false);
        String definition = Trees.string(tool.path("format"), "definition");
        if (definition != null) {
            input.put("description", "Text of this grammar:\n" + definition);
            losses.drop(path + ".format");
        }
        return new Tool(name, Trees.string(tool, "description"), schema, null);
    }

    /// Read after the tools: a choice among some of them leaves the others out.
    @Nullable ToolChoice choice(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        String name = Trees.string(value, "name");
        String type = value.asString(Trees.stringOrEmpty(value, "type"));
        return switch (type) {
            case "auto" -> new ToolChoice.Auto();
            case "required" -> new ToolChoice.Required();
            case "none" -> new ToolChoice.None();
            case "allowed_tools" -> allowed(value);
            default -> {
                if (name == null || !(type.equals("function") || type.equals("custom"))) {
                    losses.drop("tool_choice");
                    yield null;
                }
                yield new ToolChoice.Named(name);
            }
        };
    }

    private ToolChoice allowed(JsonNode value) {
        Set<String> names = new HashSet<>();
        for (JsonNode tool : value.path("tools")) {
            names.add(Trees.stringOrEmpty(tool, "name"));
        }
        tools.removeIf(tool -> !names.contains(tool.name()));
        return Trees.stringOrEmpty(value, "mode").equals("required")
                ? new ToolChoice.Required()
                : new ToolChoice.Auto();
    }
}
