package dev.sluice.protocol.anthropic;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.canonical.Arguments;
import dev.sluice.protocol.canonical.Asked;
import dev.sluice.protocol.canonical.Block;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.Reply;
import dev.sluice.protocol.canonical.Stop;
import dev.sluice.protocol.json.Trees;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Whole messages to and from replies.
final class MessagesReplies {

    private MessagesReplies() {}

    static Reply read(JsonNode answer, Losses losses) {
        List<Block> blocks = new ArrayList<>();
        boolean called = false;
        for (JsonNode block : answer.path("content")) {
            switch (Trees.stringOrEmpty(block, "type")) {
                case "text" -> {
                    unsaid(block, losses);
                    blocks.add(new Block.Text(Trees.stringOrEmpty(block, "text")));
                }
                case "thinking" ->
                        blocks.add(
                                new Block.Thinking(
                                        Trees.stringOrEmpty(block, "thinking"),
                                        Trees.string(block, "signature")));
                case "redacted_thinking" ->
                        blocks.add(new Block.SealedThinking(Trees.stringOrEmpty(block, "data")));
                case "tool_use" -> {
                    called = true;
                    blocks.add(
                            new Block.ToolCall(
                                    Trees.stringOrEmpty(block, "id"),
                                    Trees.stringOrEmpty(block, "name"),
                                    Trees.text(block.path("input"))));
                }
                default -> unsaid(block, losses);
            }
        }
        Stop stop = stop(Trees.stringOrEmpty(answer, "stop_reason"), called);
        String why = why(answer, stop, losses);
        if (!why.isEmpty()) {
            blocks.add(new Block.Refusal(why));
        }
        return new Reply(
                Trees.string(answer, "id"),
                Trees.string(answer, "model"),
                blocks,
                stop,
                Trees.string(answer, "stop_sequence"));
    }

    /// What is told of the end beside its reason: why the provider would not go on; empty where it
    /// says nothing.
    ///
    /// @param end a message, or the delta at the end of its stream
    static String why(JsonNode end, Stop stop, Losses losses) {
        if (stop == Stop.PAUSED) {
            // No other dialect can say that the turn should be sent again.
            losses.drop("stop_reason");
        }
        JsonNode details = end.path("stop_details");
        if (stop != Stop.FILTERED || !details.isObject()) {
            return "";
        }
        String category = Trees.stringOrEmpty(details, "category");
        String why = Trees.stringOrEmpty(details, "explanation");
        return why.isEmpty() && !category.isEmpty()
                ? "The provider ended the answer (" + category + ")."
                : why;
    }

    /// What a tool of the provider did, and where its words are from: the text that follows tells
    /// it.
    static void unsaid(JsonNode block, Losses losses) {
        String type = Trees.stringOrEmpty(block, "type");
        if (!type.equals("text")) {
            losses.drop("content[]." + type);
        } else if (!block.path("citations").isEmpty()) {
            losses.drop("content[].citations");
        }
    }

    static Stop stop(String stopReason, boolean called) {
        return switch (stopReason) {
            case "max_tokens", "model_context_window_exceeded" -> Stop.LIMIT;
            case "stop_sequence" -> Stop.SEQUENCE;
            case "tool_use" -> Stop.TOOLS;
            case "refusal" -> Stop.FILTERED;
            case "pause_turn" -> Stop.PAUSED;
            default -> called ? Stop.TOOLS : Stop.END;
        };
    }

    static String stopReason(Stop stop) {
        return switch (stop) {
            case END -> "end_turn";
            case LIMIT -> "max_tokens";
            case SEQUENCE -> "stop_sequence";
            case TOOLS -> "tool_use";
            case REFUSED, FILTERED -> "refusal";
            case PAUSED -> "pause_turn";
        };
    }

    static byte[] write(Reply reply, Usage usage, Asked asked) {
        ObjectNode message = head(reply.id(), reply.model(), asked);
        ArrayNode content = message.putArray("content");
        reply.blocks().forEach(block -> block(block, content));
        message.put("stop_reason", stopReason(reply.stop()));
        message.put("stop_sequence", reply.stopSequence());
        details(message, reply.stop(), reply.refusal());
        message.set("usage", usage(usage));
        return Trees.bytes(message);
    }

    /// Why there is no answer, in a place of its own beside the text.
    ///
    /// @param end a message, or the delta at the end of its stream
    static void details(ObjectNode end, Stop stop, String why) {
        if (stop == Stop.REFUSED || stop == Stop.FILTERED) {
            end.putObject("stop_details")
                    .put("type", "refusal")
                    .putNull("category")
                    .put("explanation", why.isEmpty() ? null : why);
        }
    }

    static ObjectNode head(@Nullable String id, @Nullable String model, Asked asked) {
        String of = id == null ? Long.toString(asked.atSeconds()) : id;
        return Trees.object()
                .put("id", "msg_" + of.replaceAll("[^A-Za-z0-9_-]", "_"))
                .put("type", "message")
                .put("role", "assistant")
                .put("model", model == null ? asked.model() : model);
    }

    private static void block(Block block, ArrayNode content) {
        switch (block) {
            case Block.Text(String text) ->
                    content.addObject().put("type", "text").put("text", text);
            case Block.Refusal(String text) ->
                    content.addObject().put("type", "text").put("text", text);
            case Block.Thinking(String text, String signature) ->
                    content.addObject()
                            .put("type", "thinking")
                            .put("thinking", text)
                            .put(
                                    "signature",
                                    signature == null ? AnthropicMessages.UNSIGNED : signature);
            case Block.SealedThinking(String data) ->
                    content.addObject().put("type", "redacted_thinking").put("data", data);
            case Block.ToolCall(String id, String name, String arguments) ->
                    content.addObject()
                            .put("type", "tool_use")
                            .put("id", id)
                            .put("name", name)
                            .set("input", Arguments.object(arguments));
            case Block.Image _, Block.Document _, Block.Audio _, Block.ToolResult _ -> {}
        }
    }

    /// Disjoint meters as the counts of messages: input is what no cache served.
    static ObjectNode usage(Usage usage) {
        long five = usage.count(MeterKind.CACHE_WRITE_5M);
        long hour = usage.count(MeterKind.CACHE_WRITE_1H);
        long read = usage.count(MeterKind.CACHE_READ);
        ObjectNode counts =
                Trees.object()
                        .put("input_tokens", usage.allInputTokens() - read - five - hour)
                        .put("cache_creation_input_tokens", five + hour)
                        .put("cache_read_input_tokens", read)
                        .put("output_tokens", usage.allOutputTokens());
        if (five + hour > 0) {
            counts.putObject("cache_creation")
                    .put("ephemeral_5m_input_tokens", five)
                    .put("ephemeral_1h_input_tokens", hour);
        }
        if (usage.count(MeterKind.REASONING) > 0) {
            counts.putObject("output_tokens_details")
                    .put("thinking_tokens", usage.count(MeterKind.REASONING));
        }
        if (usage.count(MeterKind.SEARCHES) > 0) {
            counts.putObject("server_tool_use")
                    .put("web_search_requests", usage.count(MeterKind.SEARCHES));
        }
        return counts;
    }
}
