package dev.sluice.protocol.gemini;

import dev.sluice.domain.Usage;
import dev.sluice.protocol.canonical.Asked;
import dev.sluice.protocol.canonical.Block;
import dev.sluice.protocol.canonical.EventWriter;
import dev.sluice.protocol.canonical.ReplyEvent;
import dev.sluice.protocol.canonical.Stop;
import dev.sluice.protocol.json.Trees;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Events as chunks: each an answer of its own, nothing but `data:` lines, no closing mark. Calls
/// are whole, so they wait for the end of the answer.
final class GeminiEventWriter implements EventWriter {

    private static final byte[] NOTHING = new byte[0];

    private record Call(String id, String name, StringBuilder arguments) {}

    private final Asked asked;
    private final Map<Integer, Call> calls = new LinkedHashMap<>();
    private final StringBuilder refusal = new StringBuilder();
    private @Nullable String id;
    private @Nullable String model;
    private Stop stop = Stop.END;

    GeminiEventWriter(Asked asked) {
        this.asked = asked;
    }

    @Override
    public byte[] write(ReplyEvent event) {
        return switch (event) {
            case ReplyEvent.Started(String answerId, String served) -> {
                id = answerId;
                model = served;
                yield NOTHING;
            }
            case ReplyEvent.Text(String piece) -> text(new Block.Text(piece), piece);
            case ReplyEvent.Refusal(String piece) -> {
                refusal.append(piece);
                yield text(new Block.Refusal(piece), piece);
            }
            case ReplyEvent.Thinking(String piece) -> text(new Block.Thinking(piece, null), piece);
            case ReplyEvent.ThinkingSigned(String signature) ->
                    chunk(new Block.Thinking("", signature));
            case ReplyEvent.SealedThinking(String data) -> chunk(new Block.SealedThinking(data));
            case ReplyEvent.ToolCall(int call, String callId, String name) -> {
                calls.put(call, new Call(callId, name, new StringBuilder()));
                yield NOTHING;
            }
            case ReplyEvent.Arguments(int call, String piece) -> {
                Call waiting = calls.get(call);
                if (waiting != null) {
                    waiting.arguments().append(piece);
                }
                yield NOTHING;
            }
            case ReplyEvent.Stopped(Stop reason, String _) -> {
                stop = reason;
                yield NOTHING;
            }
            // A comment or an event without data breaks clients.
            case ReplyEvent.Pulse _ -> NOTHING;
        };
    }

    private byte[] text(Block block, String piece) {
        return piece.isEmpty() ? NOTHING : chunk(block);
    }

    /// The calls, and the last chunk with the reason and the counts.
    @Override
    public byte[] end(Usage usage) {
        List<ObjectNode> chunks = new ArrayList<>();
        for (Call call : calls.values()) {
            chunks.add(
                    answer(
                            new Block.ToolCall(
                                    call.id(), call.name(), call.arguments().toString())));
        }
        ObjectNode last =
                GeminiReplies.answer(
                        Trees.array(), stop, GeminiReplies.usage(usage), id, model, asked);
        GeminiReplies.finishMessage(last, refusal.toString());
        chunks.add(last);
        StringBuilder events = new StringBuilder();
        chunks.forEach(chunk -> events.append(event(chunk)));
        return events.toString().getBytes(StandardCharsets.UTF_8);
    }

    private byte[] chunk(Block block) {
        return event(answer(block)).getBytes(StandardCharsets.UTF_8);
    }

    private ObjectNode answer(Block block) {
        ArrayNode parts = Trees.array();
        GeminiReplies.part(block, parts);
        return GeminiReplies.answer(parts, null, null, id, model, asked);
    }

    private static String event(ObjectNode chunk) {
        return "data: " + Trees.text(chunk) + "\r\n\r\n";
    }
}
