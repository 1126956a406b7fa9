package dev.sluice.protocol.openai;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.canonical.Arguments;
import dev.sluice.protocol.canonical.Asked;
import dev.sluice.protocol.canonical.Block;
import dev.sluice.protocol.canonical.CallIds;
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

/// Whole chat completions to and from replies.
final class ChatReplies {

    private ChatReplies() {}

    /// The first choice; where more than one answer is asked for nothing is translated.
    static Reply read(JsonNode answer, Losses losses) {
        JsonNode choice = answer.path("choices").path(0);
        JsonNode message = choice.path("message");
        unsaid(message, losses);
        List<Block> blocks = new ArrayList<>();
        String thinking = thinking(message);
        if (!thinking.isEmpty()) {
            blocks.add(new Block.Thinking(thinking, null));
        }
        String text = text(message.path("content"));
        if (!text.isEmpty()) {
            blocks.add(new Block.Text(text));
        }
        String refusal = Trees.stringOrEmpty(message, "refusal");
        if (!refusal.isEmpty()) {
            blocks.add(new Block.Refusal(refusal));
        }
        String id = Trees.string(answer, "id");
        boolean called = calls(message, id, blocks);
        Stop stop = stop(Trees.stringOrEmpty(choice, "finish_reason"), called, !refusal.isEmpty());
        unsaid(choice, stop, losses);
        return new Reply(id, Trees.string(answer, "model"), blocks, stop, null);
    }

    /// What stands beside the words.
    static void unsaid(JsonNode message, Losses losses) {
        for (String name : List.of("annotations", "citations", "audio", "images")) {
            if (!message.path(name).isEmpty()) {
                losses.drop("message." + name);
            }
        }
    }

    /// What a filter found, once it mattered.
    static void unsaid(JsonNode choice, Stop stop, Losses losses) {
        if (stop == Stop.FILTERED && !choice.path("content_filter_results").isEmpty()) {
            losses.drop("choices[].content_filter_results");
        }
    }

    private static boolean calls(JsonNode message, @Nullable String id, List<Block> blocks) {
        int count = 0;
        for (JsonNode call : message.path("tool_calls")) {
            JsonNode function = call.path("function");
            blocks.add(
                    new Block.ToolCall(
                            callId(Trees.stringOrEmpty(call, "id"), id, count),
                            Trees.stringOrEmpty(function, "name"),
                            arguments(function)));
            count++;
        }
        JsonNode legacy = message.path("function_call");
        if (count == 0 && legacy.isObject()) {
            String name = Trees.stringOrEmpty(legacy, "name");
            blocks.add(new Block.ToolCall(callId("", id, 0), name, arguments(legacy)));
            count++;
        }
        return count > 0;
    }

    /// Some servers send the arguments as the object itself.
    static String arguments(JsonNode function) {
        JsonNode arguments = function.path("arguments");
        if (arguments.isString()) {
            return arguments.stringValue();
        }
        return arguments.isObject() ? Trees.text(arguments) : "";
    }

    /// An id for a call whose provider gives none: unlike those of other answers and calls.
    static String callId(String given, @Nullable String answerId, int call) {
        return given.isEmpty() ? CallIds.minted(answerId == null ? "" : answerId, call) : given;
    }

    /// Some providers send the same text under both names, some as parts of the content.
    static String thinking(JsonNode message) {
        String content = Trees.stringOrEmpty(message, "reasoning_content");
        String named = content.isEmpty() ? Trees.stringOrEmpty(message, "reasoning") : content;
        if (!named.isEmpty() || !message.path("content").isArray()) {
            return named;
        }
        StringBuilder thinking = new StringBuilder();
        for (JsonNode part : message.path("content")) {
            if (Trees.stringOrEmpty(part, "type").equals("thinking")) {
                thinking.append(text(part.path("thinking")));
            }
        }
        return thinking.toString();
    }

    /// Text, or the texts of parts.
    static String text(JsonNode content) {
        if (content.isString()) {
            return content.stringValue();
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            text.append(Trees.stringOrEmpty(part, "text"));
        }
        return text.toString();
    }

    /// The reasons behind the first of a line are those of compatible servers: an answer that was
    /// cut short must not look whole.
    static Stop stop(String finishReason, boolean called, boolean refused) {
        return switch (finishReason) {
            case "length",
                    "model_length",
                    "model_context_window_exceeded",
                    "insufficient_system_resource",
                    "network_error",
                    "abort",
                    "error" ->
                    Stop.LIMIT;
            case "content_filter", "sensitive" -> Stop.FILTERED;
            // Some servers finish with `stop` although a tool is called.
            default -> called ? Stop.TOOLS : refused ? Stop.REFUSED : Stop.END;
        };
    }

    static String finishReason(Stop stop) {
        return switch (stop) {
            // A refusal is an answer, told by its place in the message.
            case END, SEQUENCE, PAUSED, REFUSED -> "stop";
            case LIMIT -> "length";
            case TOOLS -> "tool_calls";
            case FILTERED -> "content_filter";
        };
    }

    static byte[] write(Reply reply, Usage usage, Asked asked) {
        ObjectNode answer = head(reply.id(), reply.model(), asked, "chat.completion");
        ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
        message(reply.blocks(), choice.putObject("message").put("role", "assistant"));
        choice.putNull("logprobs").put("finish_reason", finishReason(reply.stop()));
        answer.set("usage", usage(usage));
        return Trees.bytes(answer);
    }

    static ObjectNode head(
            @Nullable String id, @Nullable String model, Asked asked, String object) {
        return Trees.object()
                .put("id", "chatcmpl-" + (id == null ? asked.atSeconds() : id))
                .put("object", object)
                .put("created", asked.atSeconds())
                .put("model", model == null ? asked.model() : model);
    }

    private static void message(List<Block> blocks, ObjectNode message) {
        StringBuilder text = new StringBuilder();
        StringBuilder thinking = new StringBuilder();
        StringBuilder refusal = new StringBuilder();
        ArrayNode sealed = Trees.array();
        ArrayNode calls = Trees.array();
        for (Block block : blocks) {
            switch (block) {
                case Block.Text(String piece) -> text.append(piece);
                case Block.Refusal(String piece) -> refusal.append(piece);
                case Block.Thinking(String piece, String signature) -> {
                    thinking.append(piece);
                    if (signature != null) {
                        sealed.add(sealed(piece, signature));
                    }
                }
                case Block.SealedThinking(String data) -> sealed.add(sealed(data));
                case Block.ToolCall call ->
                        calls.addObject()
                                .put("id", call.id())
                                .put("type", "function")
                                .putObject("function")
                                .put("name", call.name())
                                .put("arguments", Arguments.text(call.arguments()));
                case Block.Image _, Block.Document _, Block.Audio _, Block.ToolResult _ -> {}
            }
        }
        boolean silent = text.isEmpty() && !(calls.isEmpty() && refusal.isEmpty());
        message.put("content", silent ? null : text.toString());
        message.put("refusal", refusal.isEmpty() ? null : refusal.toString());
        if (!thinking.isEmpty()) {
            message.put("reasoning_content", thinking.toString());
        }
        if (!sealed.isEmpty()) {
            message.set("thinking_blocks", sealed);
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
    }

    /// Thinking as clients of chat keep it and send it back: unlike `reasoning_content` it has the
    /// seal without which its provider refuses it.
    static ObjectNode sealed(String thinking, String signature) {
        return Trees.object()
                .put("type", "thinking")
                .put("thinking", thinking)
                .put("signature", signature);
    }

    static ObjectNode sealed(String data) {
        return Trees.object().put("type", "redacted_thinking").put("data", data);
    }

    /// Disjoint meters as the overlapping counts of chat.
    static ObjectNode usage(Usage usage) {
        ObjectNode counts =
                Trees.object()
                        .put("prompt_tokens", usage.allInputTokens())
                        .put("completion_tokens", usage.allOutputTokens())
                        .put("total_tokens", usage.allTokens());
        long written =
                usage.count(MeterKind.CACHE_WRITE_5M) + usage.count(MeterKind.CACHE_WRITE_1H);
        counts.putObject("prompt_tokens_details")
                .put("cached_tokens", usage.count(MeterKind.CACHE_READ))
                .put("cache_write_tokens", written)
                .put("audio_tokens", usage.count(MeterKind.AUDIO_INPUT));
        counts.putObject("completion_tokens_details")
                .put("reasoning_tokens", usage.count(MeterKind.REASONING))
                .put("audio_tokens", usage.count(MeterKind.AUDIO_OUTPUT));
        return counts;
    }
}
