package dev.sluice.protocol.anthropic;

import dev.sluice.protocol.Fields;
import dev.sluice.protocol.canonical.Conversation;
import dev.sluice.protocol.canonical.Conversation.Format;
import dev.sluice.protocol.canonical.Conversation.Reasoning;
import dev.sluice.protocol.canonical.Conversation.Role;
import dev.sluice.protocol.canonical.Conversation.Tool;
import dev.sluice.protocol.canonical.Conversation.ToolChoice;
import dev.sluice.protocol.canonical.Conversation.Turn;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.json.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A messages request as a conversation.
final class MessagesRequestReader {

    private static final Set<String> ELSEWHERE = Set.of("model", "messages", "system", "stream");

    private final Losses losses;
    private final BlockReader blocks;
    private final List<Turn> turns = new ArrayList<>();
    private final List<Tool> tools = new ArrayList<>();
    private final List<String> stops = new ArrayList<>();
    private @Nullable ToolChoice toolChoice;
    private @Nullable Boolean parallel;
    private @Nullable JsonNode temperature;
    private @Nullable JsonNode topP;
    private @Nullable JsonNode topK;
    private long limit;
    private @Nullable Reasoning thinking;
    private @Nullable Reasoning effort;
    private @Nullable Format format;
    private @Nullable String user;

    MessagesRequestReader(Losses losses) {
        this.losses = losses;
        this.blocks = new BlockReader(losses);
    }

    Conversation read(JsonNode request) {
        JsonNode system = Trees.present(request, "system");
        if (system != null) {
            turns.add(new Turn(Role.SYSTEM, blocks.read(system, "system"), "system"));
        }
        messages(request.path("messages"));
        for (Map.Entry<String, JsonNode> field : request.properties()) {
            if (!field.getValue().isNull() && !ELSEWHERE.contains(field.getKey())) {
                member(field.getKey(), field.getValue());
            }
        }
        return new Conversation(
                turns,
                tools,
                toolChoice,
                parallel,
                new Conversation.Sampling(temperature, topP, topK, null, null, null),
                limit > 0 ? OptionalLong.of(limit) : OptionalLong.empty(),
                stops,
                reasoning(),
                format,
                user,
                request.path("stream").asBoolean(false));
    }

    /// An effort is said beside thinking, and more exact than a budget.
    private @Nullable Reasoning reasoning() {
        boolean off = thinking instanceof Reasoning.Off;
        return off || effort == null ? thinking : effort;
    }

    private void messages(JsonNode value) {
        List<JsonNode> messages = Fields.elements(value, "messages");
        for (int i = 0; i < messages.size(); i++) {
            String path = "messages[" + i + "]";
            JsonNode message = messages.get(i);
            Role role =
                    switch (Trees.stringOrEmpty(message, "role")) {
                        case "user" -> Role.USER;
                        case "assistant" -> Role.ASSISTANT;
                        case "system" -> Role.SYSTEM;
                        default -> throw Fields.wrong(path + ".role", "`user` or `assistant`");
                    };
            turns.add(
                    new Turn(role, blocks.read(message.path("content"), path + ".content"), path));
        }
    }

    private void member(String name, JsonNode value) {
        switch (name) {
            case "max_tokens" -> limit = value.asLong(0);
            case "temperature" -> temperature = number(name, value);
            case "top_p" -> topP = number(name, value);
            case "top_k" -> topK = number(name, value);
            case "stop_sequences" -> {
                for (JsonNode stop : value) {
                    stops.add(stop.asString(""));
                }
            }
            case "tools" -> tools(value);
            case "tool_choice" -> toolChoice(value);
            case "thinking" -> thinking(value);
            case "output_config" -> outputConfig(value);
            case "metadata" -> {
                user = Trees.string(value, "user_id");
                others(value, name, Set.of("user_id"));
            }
            case "service_tier" -> {
                if (!value.asString("").equals("auto")) {
                    losses.drop(name);
                }
            }
            default -> losses.drop(name);
        }
    }

    private static JsonNode number(String name, JsonNode value) {
        if (!value.isNumber()) {
            throw Fields.wrong(name, "a number");
        }
        return value;
    }

    private void others(JsonNode object, String path, Set<String> read) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!read.contains(field.getKey()) && !field.getValue().isNull()) {
                losses.drop(path + "." + field.getKey());
            }
        }
    }

    private void tools(JsonNode value) {
        List<JsonNode> all = Fields.elements(value, "tools");
        for (int i = 0; i < all.size(); i++) {
            String path = "tools[" + i + "]";
            JsonNode tool = all.get(i);
            String type = Trees.string(tool, "type");
            String name = Trees.string(tool, "name");
            if (type != null && !type.equals("custom")) {
                losses.drop(path);
                continue;
            }
            if (name == null) {
                throw Fields.missing(path + ".name");
            }
            others(tool, path, Set.of("type", "name", "description", "input_schema", "strict"));
            JsonNode strict = Trees.present(tool, "strict");
            tools.add(
                    new Tool(
                            name,
                            Trees.string(tool, "description"),
                            Trees.present(tool, "input_schema"),
                            strict == null ? null : strict.asBoolean(false)));
        }
    }

    private void toolChoice(JsonNode value) {
        toolChoice =
                switch (Trees.stringOrEmpty(value, "type")) {
                    case "auto" -> new ToolChoice.Auto();
                    case "any" -> new ToolChoice.Required();
                    case "none" -> new ToolChoice.None();
                    case "tool" -> new ToolChoice.Named(Trees.stringOrEmpty(value, "name"));
                    default -> throw Fields.wrong("tool_choice.type", "auto, any, tool or none");
                };
        if (value.path("disable_parallel_tool_use").asBoolean(false)) {
            parallel = false;
        }
    }

    private void thinking(JsonNode value) {
        switch (Trees.stringOrEmpty(value, "type")) {
            case "enabled" ->
                    thinking = new Reasoning.Budget(value.path("budget_tokens").asLong(0));
            case "disabled" -> thinking = new Reasoning.Off();
            // How much is the model's own choice, as it is where nothing is said.
            case "adaptive" -> {}
            default -> losses.drop("thinking");
        }
    }

    private void outputConfig(JsonNode value) {
        String level = Trees.string(value, "effort");
        if (level != null) {
            effort = new Reasoning.Effort(level);
        }
        JsonNode wanted = value.path("format");
        JsonNode schema = Trees.present(wanted, "schema");
        if ("json_schema".equals(Trees.string(wanted, "type")) && schema != null) {
            format = new Format.Schema(schema, null, null);
        } else if (wanted.isObject()) {
            losses.drop("output_config.format");
        }
        others(value, "output_config", Set.of("effort", "format"));
    }
}
