package dev.sluice.protocol.gemini;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.canonical.Arguments;
import dev.sluice.protocol.canonical.Asked;
import dev.sluice.protocol.canonical.Block;
import dev.sluice.protocol.canonical.Reply;
import dev.sluice.protocol.canonical.Stop;
import dev.sluice.protocol.json.Trees;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Whole answers of replies; each chunk of a stream is one, too.
final class GeminiReplies {

    private GeminiReplies() {}

    static byte[] write(Reply reply, Usage usage, Asked asked) {
        ArrayNode parts = Trees.array();
        reply.blocks().forEach(block -> part(block, parts));
        ObjectNode answer =
                answer(parts, reply.stop(), usage(usage), reply.id(), reply.model(), asked);
        finishMessage(answer, reply.refusal());
        return Trees.bytes(answer);
    }

    /// Why there is no answer, in a place of its own beside the text.
    static void finishMessage(ObjectNode answer, String why) {
        if (!why.isEmpty() && answer.path("candidates").path(0) instanceof ObjectNode candidate) {
            candidate.put("finishMessage", why);
        }
    }

    /// One answer or chunk.
    ///
    /// @param stop why it ended; null for a chunk that is not the last
    /// @param usage null for a chunk that is not the last
    static ObjectNode answer(
            ArrayNode parts,
            @Nullable Stop stop,
            @Nullable ObjectNode usage,
            @Nullable String id,
            @Nullable String model,
            Asked asked) {
        if (parts.isEmpty()) {
            // Clients look into the first part unasked.
            parts.addObject().put("text", "");
        }
        ObjectNode answer = Trees.object();
        ObjectNode candidate = answer.putArray("candidates").addObject();
        candidate.putObject("content").put("role", "model").set("parts", parts);
        if (stop != null) {
            candidate.put("finishReason", finishReason(stop));
        }
        candidate.put("index", 0);
        if (usage != null) {
            answer.set("usageMetadata", usage);
        }
        answer.put("modelVersion", model == null ? asked.model() : model);
        return answer.put("responseId", id == null ? Long.toString(asked.atSeconds()) : id);
    }

    /// There is no reason for a call: it is seen by its part.
    static String finishReason(Stop stop) {
        return switch (stop) {
            case END, SEQUENCE, TOOLS, PAUSED -> "STOP";
            case LIMIT -> "MAX_TOKENS";
            case REFUSED, FILTERED -> "SAFETY";
        };
    }

    static void part(Block block, ArrayNode parts) {
        switch (block) {
            case Block.Text(String text) -> parts.addObject().put("text", text);
            case Block.Refusal(String text) -> parts.addObject().put("text", text);
            case Block.Thinking(String text, String signature) -> {
                ObjectNode part = parts.addObject().put("thought", true).put("text", text);
                if (signature != null) {
                    part.put("thoughtSignature", Seal.ofSignature(signature));
                }
            }
            case Block.SealedThinking(String data) ->
                    parts.addObject()
                            .put("thought", true)
                            .put("text", "")
                            .put("thoughtSignature", Seal.ofSealed(data));
            case Block.ToolCall(String id, String name, String arguments) ->
                    parts.addObject()
                            .putObject("functionCall")
                            .put("id", id)
                            .put("name", name)
                            .set("args", Arguments.object(arguments));
            case Block.Image _, Block.Document _, Block.Audio _, Block.ToolResult _ -> {}
        }
    }

    /// Disjoint meters as Gemini counts: the prompt includes what a cache served, the candidates
    /// exclude thoughts.
    static ObjectNode usage(Usage usage) {
        long thoughts = usage.count(MeterKind.REASONING);
        long cached = usage.count(MeterKind.CACHE_READ);
        ObjectNode counts =
                Trees.object()
                        .put("promptTokenCount", usage.allInputTokens())
                        .put("candidatesTokenCount", usage.allOutputTokens() - thoughts)
                        .put("totalTokenCount", usage.allTokens());
        if (cached > 0) {
            counts.put("cachedContentTokenCount", cached);
        }
        if (thoughts > 0) {
            counts.put("thoughtsTokenCount", thoughts);
        }
        return counts;
    }
}
