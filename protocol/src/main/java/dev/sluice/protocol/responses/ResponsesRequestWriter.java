package dev.sluice.protocol.responses;

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
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A conversation as a responses request. It says all of itself, and is stored nowhere.
final class ResponsesRequestWriter {

    /// Longer ones are refused by the original.
    private static final int LONGEST_USER = 64;

    private final ToolNames names;
    private final Losses losses;

    ResponsesRequestWriter(ToolNames names, Losses losses) {
        this.names = names;
        this.losses = losses;
    }

    byte[] write(Conversation conversation) {
        ObjectNode request = Trees.object().put("model", "any");
        List<Turn> turns = conversation.turns();
        int first = instructions(turns, request);
        ItemWriter items = new ItemWriter(names, losses);
        request.set("input", items.write(turns.subList(first, turns.size())));
        request.put("store", false);
        if (conversation.stream()) {
            request.put("stream", true);
        }
        sampling(conversation, request);
        if (!conversation.tools().isEmpty()) {
            tools(conversation, request);
        }
        format(conversation, request);
        boolean reasons = reasoning(conversation.reasoning(), request);
        if (reasons || items.sealed()) {
            // Models that do not reason refuse it.
            request.putArray("include").add("reasoning.encrypted_content");
        }
        String user = conversation.endUser();
        if (user != null && user.length() <= LONGEST_USER) {
            request.put("user", user);
        } else if (user != null) {
            losses.drop("metadata.user_id");
        }
        return Trees.bytes(request);
    }

    /// Leading turns of text; what follows them stands in its place. How many they are.
    private static int instructions(List<Turn> turns, ObjectNode request) {
        StringBuilder text = new StringBuilder();
        int first = 0;
        while (first < turns.size()
                && turns.get(first).role() == Role.SYSTEM
                && turns.get(first).blocks().stream().allMatch(Block.Text.class::isInstance)) {
            for (Block block : turns.get(first).blocks()) {
                text.append(text.isEmpty() ? "" : "\n").append(((Block.Text) block).text());
            }
            first++;
        }
        if (!text.isEmpty()) {
            request.put("instructions", text.toString());
        }
        return first;
    }

    private void sampling(Conversation conversation, ObjectNode request) {
        Conversation.Sampling sampling = conversation.sampling();
        if (sampling.temperature() != null) {
            request.set("temperature", sampling.temperature());
        }
        if (sampling.topP() != null) {
            request.set("top_p", sampling.topP());
        }
        if (sampling.topK() != null) {
            losses.drop("top_k");
        }
        sampling.dropRest(losses);
        if (!conversation.stops().isEmpty()) {
            losses.drop("stop");
        }
    }

    private void tools(Conversation conversation, ObjectNode request) {
        ArrayNode tools = request.putArray("tools");
        for (Tool tool : conversation.tools()) {
            ObjectNode written =
                    tools.addObject().put("type", "function").put("name", names.sent(tool.name()));
            if (tool.description() != null) {
                written.put("description", tool.description());
            }
            written.set("parameters", parameters(tool.schema()));
            // Unsaid it would be true here, and false elsewhere.
            written.put("strict", Boolean.TRUE.equals(tool.strict()));
        }
        switch (conversation.toolChoice()) {
            case null -> {}
            case ToolChoice.Auto _ -> request.put("tool_choice", "auto");
            case ToolChoice.Required _ -> request.put("tool_choice", "required");
            case ToolChoice.None _ -> request.put("tool_choice", "none");
            case ToolChoice.Named(String name) ->
                    request.putObject("tool_choice")
                            .put("type", "function")
                            .put("name", names.sent(name));
        }
        if (Boolean.FALSE.equals(conversation.parallelTools())) {
            request.put("parallel_tool_calls", false);
        }
    }

    private static JsonNode parameters(@Nullable JsonNode schema) {
        if (schema != null) {
            return schema;
        }
        ObjectNode none = Trees.object().put("type", "object");
        none.putObject("properties");
        return none;
    }

    private static void format(Conversation conversation, ObjectNode request) {
        switch (conversation.format()) {
            case null -> {}
            case Format.AnyJson _ ->
                    request.putObject("text").putObject("format").put("type", "json_object");
            case Format.Schema schema -> {
                ObjectNode format =
                        request.putObject("text").putObject("format").put("type", "json_schema");
                format.put("name", schema.name() == null ? "answer" : schema.name());
                format.set("schema", schema.schema());
                format.put("strict", Boolean.TRUE.equals(schema.strict()));
            }
        }
    }

    /// Whether the model is asked to reason. A summary is not asked for: not every account may.
    private boolean reasoning(@Nullable Reasoning reasoning, ObjectNode request) {
        String level =
                switch (reasoning) {
                    case null -> null;
                    case Reasoning.Off _ -> {
                        // Which models take `none` is not known here.
                        losses.drop("thinking");
                        yield null;
                    }
                    case Reasoning.Effort(String asked) -> asked;
                    case Reasoning.Budget(long tokens) -> Efforts.level(tokens);
                };
        if (level != null) {
            request.putObject("reasoning").put("effort", level);
        }
        return level != null;
    }
}
