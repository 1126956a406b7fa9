package dev.sluice.protocol.responses;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.canonical.Block;
import dev.sluice.protocol.canonical.Conversation;
import dev.sluice.protocol.canonical.Conversation.Format;
import dev.sluice.protocol.canonical.Conversation.Reasoning;
import dev.sluice.protocol.canonical.Conversation.Role;
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

/// A responses request as a conversation.
final class ResponsesRequestReader {

    /// Fields that are read elsewhere, or say nothing that an answer does not do anyway.
    private static final Set<String> ELSEWHERE =
            Set.of("model", "input", "instructions", "stream", "stream_options", "metadata");

    private final Losses losses;
    private final List<Turn> turns = new ArrayList<>();
    private @Nullable Boolean parallel;
    private @Nullable JsonNode temperature;
    private @Nullable JsonNode topP;
    private long limit;
    private @Nullable Reasoning reasoning;
    private @Nullable Format format;
    private @Nullable String user;
    private boolean kept;

    ResponsesRequestReader(Losses losses) {
        this.losses = losses;
    }

    Conversation read(JsonNode request) {
        kept = request.has(OpenAiResponses.KEEPING);
        if (Trees.present(request, "previous_response_id") != null) {
            throw impossible("previous_response_id", "What another provider keeps");
        }
        String instructions = Trees.stringOrEmpty(request, "instructions");
        if (!instructions.isEmpty()) {
            List<Block> said = List.of(new Block.Text(instructions));
            turns.add(new Turn(Role.SYSTEM, said, "instructions"));
        }
        turns.addAll(new InputTurns(losses).read(request.path("input")));
        for (Map.Entry<String, JsonNode> field : request.properties()) {
            if (!field.getValue().isNull() && !ELSEWHERE.contains(field.getKey())) {
                member(field.getKey(), field.getValue());
            }
        }
        ToolsReader tools = new ToolsReader(request, losses);
        ToolChoice choice = tools.choice(request.path("tool_choice"));
        return new Conversation(
                turns,
                tools.offered(),
                choice,
                parallel,
                new Conversation.Sampling(temperature, topP, null, null, null, null),
                limit > 0 ? OptionalLong.of(limit) : OptionalLong.empty(),
                List.of(),
                reasoning,
                format,
                user,
                request.path("stream").asBoolean(false));
    }

    private void member(String name, JsonNode value) {
        switch (name) {
            case OpenAiResponses.LIMIT -> limit = value.asLong(0);
            case "temperature" -> temperature = number(name, value);
            case "top_p" -> topP = number(name, value);
            case "tools", "tool_choice" -> {}
            case "parallel_tool_calls" -> parallel = value.asBoolean(true);
            case "text" -> text(value);
            case "reasoning" -> reasoning(value);
            case "safety_identifier" -> user = value.asString("");
            case "user" -> user = user == null ? value.asString("") : user;
            case "include" -> {
                for (JsonNode included : value) {
                    if (!included.asString("").equals("reasoning.encrypted_content")) {
                        losses.drop(name);
                    }
                }
            }
            case OpenAiResponses.KEEPING -> {}
            // Where nothing is kept only a client that asks for it misses it.
            case "store" -> unless(name, kept || !value.asBoolean(false));
            case "background" -> unless(name, !value.asBoolean(false));
            case "truncation" -> unless(name, value.asString("").equals("disabled"));
            case "service_tier" ->
                    unless(name, Set.of("auto", "default").contains(value.asString("")));
            case "top_logprobs" -> unless(name, value.asInt(0) == 0);
            default -> losses.drop(name);
        }
    }

    private void unless(String name, boolean saysNothing) {
        if (!saysNothing) {
            losses.drop(name);
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

    private void text(JsonNode value) {
        JsonNode wanted = value.path("format");
        switch (Trees.stringOrEmpty(wanted, "type")) {
            case "", "text" -> {}
            case "json_object" -> format = new Format.AnyJson();
            case "json_schema" -> {
                JsonNode schema = Trees.present(wanted, "schema");
                if (schema == null) {
                    throw Fields.missing("text.format.schema");
                }
                JsonNode strict = Trees.present(wanted, "strict");
                format =
                        new Format.Schema(
                                schema,
                                Trees.string(wanted, "name"),
                                strict == null ? null : strict.asBoolean(false));
            }
            default -> losses.drop("text.format");
        }
        others(value, "text", Set.of("format"));
    }

    private void reasoning(JsonNode value) {
        String level = Trees.string(value, "effort");
        if (level != null) {
            reasoning =
                    switch (level) {
                        case "none" -> new Reasoning.Off();
                        case "minimal", "low", "medium", "high", "xhigh", "max" ->
                                new Reasoning.Effort(level);
                        default -> throw Fields.wrong("reasoning.effort", "a level of effort");
                    };
        }
        // What other providers show of their reasoning is shown in any case.
        others(value, "reasoning", Set.of("effort", "summary", "generate_summary"));
    }

    private void others(JsonNode object, String path, Set<String> read) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!read.contains(field.getKey()) && !field.getValue().isNull()) {
                losses.drop(path + "." + field.getKey());
            }
        }
    }
}
