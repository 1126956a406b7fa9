package dev.sluice.protocol.gemini;

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

/// A conversation as an addressed request.
final class GeminiRequestWriter {

    private static final int MOST_STOPS = 5;

    /// Budgets of thinking that every model that thinks takes. Some cannot be kept from thinking.
    private static final long LEAST_THINKING = 512;

    private static final long MOST_THINKING = 24_576;

    private final ToolNames names;
    private final Losses losses;

    GeminiRequestWriter(ToolNames names, Losses losses) {
        this.names = names;
        this.losses = losses;
    }

    byte[] write(Conversation conversation) {
        // Where those of a client are put, so that they are taken out again.
        ObjectNode request =
                Trees.object().put("model", "any").put("stream", conversation.stream());
        List<Turn> turns = conversation.turns();
        ArrayNode instructions = Trees.array();
        int first = 0;
        while (first < turns.size() && turns.get(first).role() == Role.SYSTEM) {
            turns.get(first).blocks().forEach(block -> instruction(block, instructions));
            first++;
        }
        if (!instructions.isEmpty()) {
            request.putObject("systemInstruction").set("parts", instructions);
        }
        request.set(
                "contents",
                new ContentWriter(names, losses).write(turns.subList(first, turns.size())));
        if (!conversation.tools().isEmpty()) {
            tools(conversation, request);
        }
        ObjectNode config = config(conversation);
        if (!config.isEmpty()) {
            request.set("generationConfig", config);
        }
        if (conversation.endUser() != null) {
            losses.drop("user");
        }
        return Trees.bytes(request);
    }

    private void instruction(Block block, ArrayNode instructions) {
        if (block instanceof Block.Text(String text)) {
            if (!text.isEmpty()) {
                instructions.addObject().put("text", text);
            }
        } else {
            losses.drop("messages[].content[]");
        }
    }

    private void tools(Conversation conversation, ObjectNode request) {
        ArrayNode declarations =
                request.putArray("tools").addObject().putArray("functionDeclarations");
        for (Tool tool : conversation.tools()) {
            ObjectNode written = declarations.addObject().put("name", names.sent(tool.name()));
            if (tool.description() != null) {
                written.put("description", tool.description());
            }
            if (tool.schema() != null) {
                written.set("parametersJsonSchema", tool.schema());
            }
            if (Boolean.TRUE.equals(tool.strict())) {
                losses.drop("tools[].function.strict");
            }
        }
        ObjectNode calling =
                switch (conversation.toolChoice()) {
                    case null -> null;
                    case ToolChoice.Auto _ -> Trees.object().put("mode", "AUTO");
                    case ToolChoice.Required _ -> Trees.object().put("mode", "ANY");
                    case ToolChoice.None _ -> Trees.object().put("mode", "NONE");
                    case ToolChoice.Named(String name) -> {
                        ObjectNode any = Trees.object().put("mode", "ANY");
                        any.putArray("allowedFunctionNames").add(names.sent(name));
                        yield any;
                    }
                };
        if (calling != null) {
            request.putObject("toolConfig").set("functionCallingConfig", calling);
        }
        if (Boolean.FALSE.equals(conversation.parallelTools())) {
            losses.drop("parallel_tool_calls");
        }
    }

    private ObjectNode config(Conversation conversation) {
        ObjectNode config = Trees.object();
        Conversation.Sampling sampling = conversation.sampling();
        set(config, "temperature", sampling.temperature());
        set(config, "topP", sampling.topP());
        set(config, "topK", sampling.topK());
        set(config, "seed", sampling.seed());
        set(config, "presencePenalty", sampling.presencePenalty());
        set(config, "frequencyPenalty", sampling.frequencyPenalty());
        List<String> stops = conversation.stops();
        if (stops.size() > MOST_STOPS) {
            losses.drop("stop");
        }
        if (!stops.isEmpty()) {
            ArrayNode kept = config.putArray("stopSequences");
            stops.stream().limit(MOST_STOPS).forEach(kept::add);
        }
        switch (conversation.format()) {
            case null -> {}
            case Format.AnyJson _ -> config.put("responseMimeType", "application/json");
            case Format.Schema schema ->
                    config.put("responseMimeType", "application/json")
                            .set(
                                    "responseJsonSchema",
                                    new AnswerSchema(losses).written(schema.schema()));
        }
        thinking(conversation, config);
        return config;
    }

    private static void set(ObjectNode config, String name, @Nullable JsonNode value) {
        if (value != null) {
            config.set(name, value);
        }
    }

    /// Half is left for the answer where the limit, which counts thoughts too, is what is scarce.
    private void thinking(Conversation conversation, ObjectNode config) {
        Reasoning asked = conversation.reasoning();
        long wanted =
                switch (asked) {
                    case null -> 0;
                    case Reasoning.Off _ -> LEAST_THINKING;
                    case Reasoning.Budget(long tokens) -> tokens;
                    case Reasoning.Effort(String level) -> Efforts.budget(level);
                };
        if (asked == null) {
            return;
        }
        if (asked instanceof Reasoning.Off) {
            losses.drop("thinking");
        }
        long most = Math.min(MOST_THINKING, conversation.outputLimit().orElse(Long.MAX_VALUE) / 2);
        config.putObject("thinkingConfig")
                .put("thinkingBudget", Math.max(LEAST_THINKING, Math.min(wanted, most)))
                .put("includeThoughts", !(asked instanceof Reasoning.Off));
    }
}
