package dev.sluice.protocol.responses;

import dev.sluice.protocol.canonical.Conversation.Tool;
import dev.sluice.protocol.canonical.Conversation.ToolChoice;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.json.Trees;
import dev.sluice.protocol.responses.OfferedTools.Kind;
import dev.sluice.protocol.responses.OfferedTools.Offered;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The tools of a request, and which of them the model may or must call.
final class ToolsReader {

    private final Losses losses;
    private final Map<String, Offered> offered;

    ToolsReader(JsonNode request, Losses losses) {
        this.losses = losses;
        this.offered = OfferedTools.of(request, losses).byName();
    }

    List<Tool> offered() {
        return offered.entrySet().stream()
                .map(tool -> tool(tool.getKey(), tool.getValue()))
                .toList();
    }

    private Tool tool(String name, Offered offered) {
        JsonNode tool = offered.definition();
        if (offered.kind() == Kind.FREE_TEXT) {
            return freeText(tool, name, offered.path());
        }
        JsonNode strict = Trees.present(tool, "strict");
        return new Tool(
                name,
                Trees.string(tool, "description"),
                Trees.present(tool, "parameters"),
                strict == null ? null : strict.asBoolean(false));
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

    /// Read before the tools: a choice among some of them leaves the others out.
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
                yield new ToolChoice.Named(plainName(name));
            }
        };
    }

    /// A choice names a tool as its namespace does.
    private String plainName(String name) {
        return offered.containsKey(name)
                ? name
                : offered.entrySet().stream()
                        .filter(tool -> tool.getValue().name().equals(name))
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElse(name);
    }

    private ToolChoice allowed(JsonNode value) {
        Set<String> names = new HashSet<>();
        for (JsonNode tool : value.path("tools")) {
            names.add(Trees.stringOrEmpty(tool, "name"));
        }
        offered.entrySet()
                .removeIf(tool -> !OfferedTools.isAmong(names, tool.getKey(), tool.getValue()));
        return Trees.stringOrEmpty(value, "mode").equals("required")
                ? new ToolChoice.Required()
                : new ToolChoice.Auto();
    }
}
