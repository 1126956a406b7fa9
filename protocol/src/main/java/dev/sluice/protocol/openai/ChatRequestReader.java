package dev.sluice.protocol.openai;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.canonical.Block;
import dev.sluice.protocol.canonical.Conversation;
import dev.sluice.protocol.canonical.Conversation.Format;
import dev.sluice.protocol.canonical.Conversation.Reasoning;
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

/// A chat request as a conversation.
final class ChatRequestReader {

    /// Fields that say nothing of their own here, or what every answer does anyway.
    private static final Set<String> ELSEWHERE =
            Set.of("model", "messages", "stream", "stream_options");

    private final Losses losses;
    private final List<Turn> turns = new ArrayList<>();
    private final List<Tool> tools = new ArrayList<>();
    private final List<String> stops = new ArrayList<>();
    private @Nullable ToolChoice toolChoice;
    private @Nullable Boolean parallel;
    private @Nullable JsonNode temperature;
    private @Nullable JsonNode topP;
    private @Nullable JsonNode topK;
    private @Nullable JsonNode seed;
    private @Nullable JsonNode presencePenalty;
    private @Nullable JsonNode frequencyPenalty;
    private long limit;
    private @Nullable Reasoning reasoning;
    private @Nullable Format format;
    private @Nullable String user;
    private boolean stream;

    ChatRequestReader(Losses losses) {
        this.losses = losses;
    }

    Conversation read(JsonNode request) {
        stream = request.path("stream").asBoolean(false);
        new ChatTurns(losses, turns).read(request.path("messages"));
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
                new Conversation.Sampling(
                        temperature, topP, topK, seed, presencePenalty, frequencyPenalty),
                limit > 0 ? OptionalLong.of(limit) : OptionalLong.empty(),
                stops,
                reasoning,
                format,
                user,
                stream);
    }

    private void member(String name, JsonNode value) {
        switch (name) {
            case "max_tokens", "max_completion_tokens" -> limit = Math.max(limit, value.asLong(0));
            case "temperature" -> temperature = number(name, value);
            case "top_p" -> topP = number(name, value);
            case "top_k" -> topK = number(name, value);
            case "seed" -> seed = number(name, value);
            case "presence_penalty" -> presencePenalty = number(name, value);
            case "frequency_penalty" -> frequencyPenalty = number(name, value);
            case "stop" -> stops(value);
            case "tools" -> tools(value);
            case "tool_choice" -> toolChoice = toolChoice(value);
            case "parallel_tool_calls" -> parallel = value.asBoolean(true);
            case "response_format" -> format = format(value);
            case "reasoning_effort" -> reasoning = effort(value);
            case "user" -> user = value.isString() ? value.stringValue() : null;
            case "n" -> {
                if (value.asInt(1) > 1) {
                    throw impossible("n", "More than one answer");
                }
            }
            case "modalities" -> {
                for (JsonNode modality : value) {
                    if (!modality.asString("").equals("text")) {
                        throw impossible("modalities", "An answer that is not text");
                    }
                }
            }
            case CostQuestion.MEMBER -> {
                // asked of Sluice, not of the provider
                if (!value.path(CostQuestion.INCLUDE).isBoolean()) {
                    losses.drop(name);
                }
            }
            default -> losses.drop(name);
        }
    }

    /// What would be another question if it were left out.
    static FaultException impossible(String param, String what) {
        return Fault.invalid(
                        what
                                + " cannot be asked of this model, whose provider speaks another"
                                + " dialect.",
                        param)
                .asException();
    }

    private static JsonNode number(String name, JsonNode value) {
        if (!value.isNumber()) {
            throw Fields.wrong(name, "a number");
        }
        return value;
    }

    private void stops(JsonNode value) {
        if (value.isString()) {
            stops.add(value.stringValue());
        }
        for (JsonNode stop : value) {
            if (!stop.isString()) {
                throw Fields.wrong("stop", "a string or an array of strings");
            }
            stops.add(stop.stringValue());
        }
    }

    private void tools(JsonNode value) {
        List<JsonNode> all = Fields.elements(value, "tools");
        for (int i = 0; i < all.size(); i++) {
            JsonNode function = all.get(i).path("function");
            String name = Trees.string(function, "name");
            if (!"function".equals(Trees.string(all.get(i), "type"))) {
                losses.drop("tools[" + i + "]");
            } else if (name == null) {
                throw Fields.missing("tools[" + i + "].function.name");
            } else {
                JsonNode strict = Trees.present(function, "strict");
                tools.add(
                        new Tool(
                                name,
                                Trees.string(function, "description"),
                                Trees.present(function, "parameters"),
                                strict == null ? null : strict.asBoolean(false)));
            }
        }
    }

    private @Nullable ToolChoice toolChoice(JsonNode value) {
        switch (value.asString("")) {
            case "auto" -> {
                return new ToolChoice.Auto();
            }
            case "required" -> {
                return new ToolChoice.Required();
            }
            case "none" -> {
                return new ToolChoice.None();
            }
            default -> {
                String name = Trees.string(value.path("function"), "name");
                if (name == null) {
                    losses.drop("tool_choice");
                    return null;
                }
                return new ToolChoice.Named(name);
            }
        }
    }

    private @Nullable Format format(JsonNode value) {
        switch (Trees.stringOrEmpty(value, "type")) {
            case "text" -> {
                return null;
            }
            case "json_object" -> {
                return new Format.AnyJson();
            }
            case "json_schema" -> {
                JsonNode schema = value.path("json_schema");
                JsonNode strict = Trees.present(schema, "strict");
                JsonNode itself = Trees.present(schema, "schema");
                if (itself == null) {
                    throw Fields.missing("response_format.json_schema.schema");
                }
                return new Format.Schema(
                        itself,
                        Trees.string(schema, "name"),
                        strict == null ? null : strict.asBoolean(false));
            }
            default -> {
                losses.drop("response_format");
                return null;
            }
        }
    }

    private @Nullable Reasoning effort(JsonNode value) {
        String level = value.asString("");
        return switch (level) {
            case "none" -> new Reasoning.Off();
            case "minimal", "low", "medium", "high", "xhigh", "max" -> new Reasoning.Effort(level);
            default -> throw Fields.wrong("reasoning_effort", "a level of effort");
        };
    }

    /// Text of blocks, one after another.
    static String text(List<Block> blocks, String between) {
        StringBuilder text = new StringBuilder();
        for (Block block : blocks) {
            if (block instanceof Block.Text(String piece)) {
                text.append(text.isEmpty() ? "" : between).append(piece);
            }
        }
        return text.toString();
    }
}
