package dev.sluice.protocol.openai;

import dev.sluice.protocol.canonical.Arguments;
import dev.sluice.protocol.canonical.Block;
import dev.sluice.protocol.canonical.CallIds;
import dev.sluice.protocol.canonical.Conversation;
import dev.sluice.protocol.canonical.Conversation.Format;
import dev.sluice.protocol.canonical.Conversation.Reasoning;
import dev.sluice.protocol.canonical.Conversation.Tool;
import dev.sluice.protocol.canonical.Conversation.ToolChoice;
import dev.sluice.protocol.canonical.Conversation.Turn;
import dev.sluice.protocol.canonical.Efforts;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.Media;
import dev.sluice.protocol.canonical.ToolNames;
import dev.sluice.protocol.json.Trees;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A conversation as a chat request.
final class ChatRequestWriter {

    private static final int MOST_STOPS = 4;

    /// Longer ones are refused by the original.
    private static final int LONGEST_USER = 64;

    /// Longer ones of calls, too.
    private static final int LONGEST_ID = 40;

    private final ToolNames names;
    private final Losses losses;
    private final ArrayNode messages = Trees.array();

    ChatRequestWriter(ToolNames names, Losses losses) {
        this.names = names;
        this.losses = losses;
    }

    byte[] write(Conversation conversation) {
        ObjectNode request = Trees.object().put("model", "any");
        conversation.turns().forEach(this::turn);
        request.set("messages", messages);
        if (conversation.stream()) {
            request.put("stream", true);
        }
        sampling(conversation, request);
        if (!conversation.tools().isEmpty()) {
            tools(conversation, request);
        }
        format(conversation, request);
        reasoning(conversation, request);
        String user = conversation.endUser();
        if (user != null && user.length() <= LONGEST_USER) {
            request.put("user", user);
        } else if (user != null) {
            losses.drop("metadata.user_id");
        }
        return Trees.bytes(request);
    }

    private void sampling(Conversation conversation, ObjectNode request) {
        set(request, "temperature", conversation.sampling().temperature());
        set(request, "top_p", conversation.sampling().topP());
        if (conversation.sampling().topK() != null) {
            losses.drop("top_k");
        }
        set(request, "seed", conversation.sampling().seed());
        set(request, "presence_penalty", conversation.sampling().presencePenalty());
        set(request, "frequency_penalty", conversation.sampling().frequencyPenalty());
        List<String> stops = conversation.stops();
        if (stops.size() > MOST_STOPS) {
            losses.drop("stop_sequences");
        }
        if (!stops.isEmpty()) {
            ArrayNode kept = request.putArray("stop");
            stops.stream().limit(MOST_STOPS).forEach(kept::add);
        }
    }

    private static void set(ObjectNode request, String name, @Nullable JsonNode value) {
        if (value != null) {
            request.set(name, value);
        }
    }

    private void turn(Turn turn) {
        switch (turn.role()) {
            case SYSTEM ->
                    messages.addObject()
                            .put("role", "system")
                            .put("content", ChatRequestReader.text(turn.blocks(), "\n"));
            case USER -> user(turn);
            case ASSISTANT -> assistant(turn);
        }
    }

    /// Results come first, each a message of its own; what they show beside text follows them.
    private void user(Turn turn) {
        List<Block> spoken = new ArrayList<>();
        List<Block> shown = new ArrayList<>();
        for (Block block : turn.blocks()) {
            if (block instanceof Block.ToolResult result) {
                result(result, turn.path(), shown);
            } else {
                spoken.add(block);
            }
        }
        shown.addAll(spoken);
        if (!shown.isEmpty()) {
            ObjectNode message = messages.addObject().put("role", "user");
            message.set("content", content(shown, turn.path()));
        }
    }

    private void result(Block.ToolResult result, String path, List<Block> shown) {
        for (Block block : result.content()) {
            if (!(block instanceof Block.Text)) {
                shown.add(block);
            }
        }
        if (result.failed()) {
            losses.drop(path + ".content[].is_error");
        }
        messages.addObject()
                .put("role", "tool")
                .put("tool_call_id", CallIds.within(result.callId(), LONGEST_ID))
                .put("content", ChatRequestReader.text(result.content(), "\n"));
    }

    private JsonNode content(List<Block> blocks, String path) {
        if (blocks.size() == 1 && blocks.getFirst() instanceof Block.Text(String text)) {
            return Trees.array().add(text).get(0);
        }
        ArrayNode parts = Trees.array();
        for (Block block : blocks) {
            part(block, parts, path);
        }
        return parts;
    }

    private void part(Block block, ArrayNode parts, String path) {
        switch (block) {
            case Block.Text(String text) -> parts.addObject().put("type", "text").put("text", text);
            case Block.Refusal(String text) ->
                    parts.addObject().put("type", "text").put("text", text);
            case Block.Image(Media media, String detail) -> {
                ObjectNode image =
                        parts.addObject().put("type", "image_url").putObject("image_url");
                image.put("url", media.toUrl());
                if (detail != null) {
                    image.put("detail", detail);
                }
            }
            case Block.Document(Media media, String name) -> {
                if (media instanceof Media.Remote) {
                    throw ChatRequestReader.impossible(path, "A document at a web address");
                }
                parts.addObject()
                        .put("type", "file")
                        .putObject("file")
                        .put("filename", name == null ? "document.pdf" : name)
                        .put("file_data", media.toUrl());
            }
            case Block.Audio(String base64, String format) ->
                    parts.addObject()
                            .put("type", "input_audio")
                            .putObject("input_audio")
                            .put("data", base64)
                            .put("format", format);
            case Block.Thinking _, Block.SealedThinking _ -> losses.drop(path + ".content[]");
            case Block.ToolCall _, Block.ToolResult _ -> losses.drop(path + ".content[]");
        }
    }

    private void assistant(Turn turn) {
        StringBuilder text = new StringBuilder();
        ArrayNode calls = Trees.array();
        for (Block block : turn.blocks()) {
            switch (block) {
                case Block.Text(String piece) -> text.append(piece);
                case Block.Refusal(String piece) -> text.append(piece);
                case Block.ToolCall call ->
                        calls.addObject()
                                .put("id", CallIds.within(call.id(), LONGEST_ID))
                                .put("type", "function")
                                .putObject("function")
                                .put("name", names.sent(call.name()))
                                .put("arguments", Arguments.text(call.arguments()));
                // Only its own provider takes thinking back.
                case Block.Thinking _, Block.SealedThinking _ ->
                        losses.drop(turn.path() + ".content[].thinking");
                case Block.Image _, Block.Document _, Block.Audio _, Block.ToolResult _ ->
                        losses.drop(turn.path() + ".content[]");
            }
        }
        ObjectNode message = messages.addObject().put("role", "assistant");
        if (calls.isEmpty() || !text.isEmpty()) {
            message.put("content", text.toString());
        } else {
            message.putNull("content");
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
    }

    private void tools(Conversation conversation, ObjectNode request) {
        ArrayNode tools = request.putArray("tools");
        for (Tool tool : conversation.tools()) {
            ObjectNode function = tools.addObject().put("type", "function").putObject("function");
            function.put("name", names.sent(tool.name()));
            if (tool.description() != null) {
                function.put("description", tool.description());
            }
            JsonNode schema = tool.schema();
            function.set("parameters", schema == null ? anyArguments() : schema);
            if (tool.strict() != null) {
                function.put("strict", tool.strict());
            }
        }
        switch (conversation.toolChoice()) {
            case null -> {}
            case ToolChoice.Auto _ -> request.put("tool_choice", "auto");
            case ToolChoice.Required _ -> request.put("tool_choice", "required");
            case ToolChoice.None _ -> request.put("tool_choice", "none");
            case ToolChoice.Named(String name) ->
                    request.putObject("tool_choice")
                            .put("type", "function")
                            .putObject("function")
                            .put("name", names.sent(name));
        }
        if (Boolean.FALSE.equals(conversation.parallelTools())) {
            request.put("parallel_tool_calls", false);
        }
    }

    private static ObjectNode anyArguments() {
        ObjectNode schema = Trees.object().put("type", "object");
        schema.putObject("properties");
        return schema;
    }

    private static void format(Conversation conversation, ObjectNode request) {
        switch (conversation.format()) {
            case null -> {}
            case Format.AnyJson _ ->
                    request.putObject("response_format").put("type", "json_object");
            case Format.Schema schema -> {
                ObjectNode named =
                        request.putObject("response_format")
                                .put("type", "json_schema")
                                .putObject("json_schema");
                named.put("name", schema.name() == null ? "answer" : schema.name());
                named.set("schema", schema.schema());
                if (schema.strict() != null) {
                    named.put("strict", schema.strict());
                }
            }
        }
    }

    private void reasoning(Conversation conversation, ObjectNode request) {
        switch (conversation.reasoning()) {
            case null -> {}
            // Which models take `none` is not known here, and one that does not fails the call.
            case Reasoning.Off _ -> losses.drop("thinking");
            case Reasoning.Effort(String level) -> request.put("reasoning_effort", level);
            case Reasoning.Budget(long tokens) ->
                    request.put("reasoning_effort", Efforts.level(tokens));
        }
    }
}
