package dev.sluice.protocol.anthropic;

import dev.sluice.protocol.canonical.Block;
import dev.sluice.protocol.canonical.Conversation;
import dev.sluice.protocol.canonical.Conversation.Format;
import dev.sluice.protocol.canonical.Conversation.Reasoning;
import dev.sluice.protocol.canonical.Conversation.Role;
import dev.sluice.protocol.canonical.Conversation.Tool;
import dev.sluice.protocol.canonical.Conversation.ToolChoice;
import dev.sluice.protocol.canonical.Conversation.Turn;
import dev.sluice.protocol.canonical.Efforts;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.ToolNames;
import dev.sluice.protocol.json.Trees;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A conversation as a messages request.
final class MessagesRequestWriter {

    /// Stands where the client sent none, until the limit in force is edited in.
    private static final long ANY_LIMIT = 4_096;

    private final ToolNames names;
    private final Losses losses;
    private final BlockWriter blocks;

    MessagesRequestWriter(ToolNames names, Losses losses) {
        this.names = names;
        this.losses = losses;
        this.blocks = new BlockWriter(names, losses);
    }

    byte[] write(Conversation conversation) {
        ObjectNode request = Trees.object().put("model", "any");
        request.put("max_tokens", conversation.outputLimit().orElse(ANY_LIMIT));
        List<Turn> turns = conversation.turns();
        int first = 0;
        List<Block> instructions = new ArrayList<>();
        while (first < turns.size() && turns.get(first).role() == Role.SYSTEM) {
            instructions.addAll(turns.get(first).blocks());
            first++;
        }
        ArrayNode system = Trees.array();
        blocks.write(instructions, "messages[]", system);
        if (!system.isEmpty()) {
            request.set("system", system);
        }
        request.set("messages", messages(turns.subList(first, turns.size())));
        if (conversation.stream()) {
            request.put("stream", true);
        }
        if (!conversation.tools().isEmpty()) {
            tools(conversation, request);
        }
        format(conversation, request);
        boolean thinks = thinking(conversation, request);
        sampling(conversation, request, thinks);
        stops(conversation, request);
        String user = conversation.endUser();
        if (user != null) {
            request.putObject("metadata").put("user_id", user);
        }
        return Trees.bytes(request);
    }

    /// Roles take turns; what one says in several messages is one. Results of tools come first in
    /// their turn.
    private ArrayNode messages(List<Turn> turns) {
        ArrayNode messages = Trees.array();
        int at = 0;
        while (at < turns.size()) {
            boolean assistant = turns.get(at).role() == Role.ASSISTANT;
            ArrayNode results = Trees.array();
            ArrayNode others = Trees.array();
            for (;
                    at < turns.size() && (turns.get(at).role() == Role.ASSISTANT) == assistant;
                    at++) {
                Turn turn = turns.get(at);
                if (turn.role() == Role.SYSTEM) {
                    losses.drop(turn.path() + ".role");
                }
                for (Block block : turn.blocks()) {
                    boolean result = block instanceof Block.ToolResult;
                    blocks.write(List.of(block), turn.path(), result ? results : others);
                }
            }
            if (assistant && at == turns.size()) {
                BlockWriter.withoutTrailingSpace(others);
            }
            results.addAll(others);
            if (!results.isEmpty()) {
                messages.addObject()
                        .put("role", assistant ? "assistant" : "user")
                        .set("content", results);
            }
        }
        return messages;
    }

    private void tools(Conversation conversation, ObjectNode request) {
        ArrayNode tools = request.putArray("tools");
        for (Tool tool : conversation.tools()) {
            ObjectNode written = tools.addObject().put("name", names.sent(tool.name()));
            if (tool.description() != null) {
                written.put("description", tool.description());
            }
            written.set("input_schema", schema(tool.schema()));
            if (Boolean.TRUE.equals(tool.strict())) {
                // Not every model takes it, and one that does not fails the call.
                losses.drop("tools[].function.strict");
            }
        }
        ObjectNode choice = choice(conversation.toolChoice());
        if (Boolean.FALSE.equals(conversation.parallelTools())) {
            choice = choice == null ? Trees.object().put("type", "auto") : choice;
            choice.put("disable_parallel_tool_use", true);
        }
        if (choice != null) {
            request.set("tool_choice", choice);
        }
    }

    private static JsonNode schema(@Nullable JsonNode schema) {
        if (schema instanceof ObjectNode object) {
            return object.has("type") ? object : object.deepCopy().put("type", "object");
        }
        ObjectNode none = Trees.object().put("type", "object");
        none.putObject("properties");
        return none;
    }

    private @Nullable ObjectNode choice(@Nullable ToolChoice choice) {
        return switch (choice) {
            case null -> null;
            case ToolChoice.Auto _ -> Trees.object().put("type", "auto");
            case ToolChoice.Required _ -> Trees.object().put("type", "any");
            case ToolChoice.None _ -> Trees.object().put("type", "none");
            case ToolChoice.Named(String name) ->
                    Trees.object().put("type", "tool").put("name", names.sent(name));
        };
    }

    private void format(Conversation conversation, ObjectNode request) {
        switch (conversation.format()) {
            case null -> {}
            case Format.AnyJson _ -> losses.drop("response_format");
            case Format.Schema schema ->
                    request.putObject("output_config")
                            .putObject("format")
                            .put("type", "json_schema")
                            .set("schema", schema.schema());
        }
    }

    /// Whether the model is to think: what forbids it wins over what asks for it.
    private boolean thinking(Conversation conversation, ObjectNode request) {
        long budget = budget(conversation.reasoning());
        if (budget == 0) {
            return false;
        }
        long limit = conversation.outputLimit().orElse(Long.MAX_VALUE);
        ToolChoice choice = conversation.toolChoice();
        boolean forced =
                choice instanceof ToolChoice.Required || choice instanceof ToolChoice.Named;
        if (limit <= MessagesRequest.LEAST_THINKING
                || forced
                || callsWithoutThinking(conversation)) {
            losses.drop("reasoning_effort");
            return false;
        }
        // Half is left for the answer where the limit is what is scarce.
        long most = Math.max(MessagesRequest.LEAST_THINKING, limit / 2);
        request.putObject("thinking")
                .put("type", "enabled")
                .put("budget_tokens", Math.min(budget, most));
        return true;
    }

    private static long budget(@Nullable Reasoning reasoning) {
        return switch (reasoning) {
            case null -> 0;
            case Reasoning.Off _ -> 0;
            case Reasoning.Budget(long tokens) -> Math.max(MessagesRequest.LEAST_THINKING, tokens);
            case Reasoning.Effort(String level) -> Efforts.budget(level);
        };
    }

    /// A turn that called tools while thinking must be sent back with its thinking, which clients
    /// of other dialects seldom keep.
    private static boolean callsWithoutThinking(Conversation conversation) {
        for (Turn turn : conversation.turns().reversed()) {
            boolean results = turn.blocks().stream().anyMatch(Block.ToolResult.class::isInstance);
            if (turn.role() == Role.ASSISTANT) {
                return turn.blocks().stream().anyMatch(Block.ToolCall.class::isInstance)
                        && turn.blocks().stream().noneMatch(BlockWriter::isSealed);
            }
            if (turn.role() == Role.USER && !results) {
                return false;
            }
        }
        return false;
    }

    private void sampling(Conversation conversation, ObjectNode request, boolean thinks) {
        JsonNode temperature = conversation.sampling().temperature();
        JsonNode topP = conversation.sampling().topP();
        JsonNode topK = conversation.sampling().topK();
        if (temperature != null) {
            boolean tooHot = temperature.decimalValue().compareTo(BigDecimal.ONE) > 0;
            if (thinks || tooHot) {
                losses.drop("temperature");
            }
            if (!thinks) {
                request.set("temperature", tooHot ? Trees.array().add(1).get(0) : temperature);
            }
        }
        if (topP != null) {
            // Models since 4.1 take one of the two.
            if (thinks || temperature != null) {
                losses.drop("top_p");
            } else {
                request.set("top_p", topP);
            }
        }
        if (topK != null) {
            if (thinks) {
                losses.drop("top_k");
            } else {
                request.set("top_k", topK);
            }
        }
        conversation.sampling().dropRest(losses);
    }

    private void stops(Conversation conversation, ObjectNode request) {
        List<String> stops = conversation.stops().stream().filter(s -> !s.isBlank()).toList();
        if (stops.size() < conversation.stops().size()) {
            losses.drop("stop");
        }
        if (!stops.isEmpty()) {
            ArrayNode written = request.putArray("stop_sequences");
            stops.forEach(written::add);
        }
    }
}
