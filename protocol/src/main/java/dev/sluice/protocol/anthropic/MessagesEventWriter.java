package dev.sluice.protocol.anthropic;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.canonical.Asked;
import dev.sluice.protocol.canonical.EventWriter;
import dev.sluice.protocol.canonical.ReplyEvent;
import dev.sluice.protocol.canonical.Stop;
import dev.sluice.protocol.json.Trees;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Events as those of a message: one block is open at a time, and its index only grows.
///
/// Calls of other dialects may take turns. The first one stays open to the end of the answer; what
/// comes meanwhile for others, or as text, waits until then.
final class MessagesEventWriter implements EventWriter {

    /// What kind of block is open.
    private enum Open {
        NOTHING,
        TEXT,
        THINKING,
        CALL
    }

    /// A block that waits: a call with its arguments, or text when `id` is null.
    private record Waiting(@Nullable String id, String name, StringBuilder content) {}

    private static final int TEXT_WAITS = -1;

    private final Asked asked;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Map<Integer, Waiting> waiting = new LinkedHashMap<>();
    private final StringBuilder refusal = new StringBuilder();
    private Open open = Open.NOTHING;
    private int openCall;
    private int index = -1;
    private boolean started;
    private boolean signed;
    private Stop stop = Stop.END;
    private @Nullable String stopSequence;

    MessagesEventWriter(Asked asked) {
        this.asked = asked;
    }

    @Override
    public byte[] write(ReplyEvent event) {
        out.reset();
        switch (event) {
            case ReplyEvent.Started(String id, String model) -> start(id, model);
            case ReplyEvent.Pulse _ -> send("ping", Trees.object());
            case ReplyEvent.Text(String piece) -> text(piece);
            // Here a refusal is text; the end says what it is.
            case ReplyEvent.Refusal(String piece) -> {
                refusal.append(piece);
                text(piece);
            }
            case ReplyEvent.Thinking(String piece) -> {
                if (open != Open.CALL) {
                    enter(Open.THINKING);
                    delta("thinking_delta", "thinking", piece);
                }
            }
            case ReplyEvent.ThinkingSigned(String signature) -> {
                if (open != Open.CALL) {
                    enter(Open.THINKING);
                    delta("signature_delta", "signature", signature);
                    signed = true;
                    leave();
                }
            }
            case ReplyEvent.SealedThinking(String data) -> {
                if (open != Open.CALL) {
                    leave();
                    begin(Trees.object().put("type", "redacted_thinking").put("data", data));
                    end();
                }
            }
            case ReplyEvent.ToolCall(int call, String id, String name) -> call(call, id, name);
            case ReplyEvent.Arguments(int call, String piece) -> arguments(call, piece);
            case ReplyEvent.Stopped(Stop reason, String sequence) -> {
                stop = reason;
                stopSequence = sequence;
            }
        }
        return out.toByteArray();
    }

    /// The last events, with the counts: other providers tell them after the reason of the end.
    @Override
    public byte[] end(Usage usage) {
        out.reset();
        if (!started) {
            start(null, null);
        }
        leave();
        for (Waiting block : waiting.values()) {
            if (block.id() == null) {
                enter(Open.TEXT);
                delta("text_delta", "text", block.content().toString());
            } else {
                begin(toolUse(block.id(), block.name()));
                open = Open.CALL;
                argumentsDelta(block.content().toString());
            }
            leave();
        }
        ObjectNode delta = Trees.object();
        ObjectNode ended =
                delta.putObject("delta")
                        .put("stop_reason", MessagesReplies.stopReason(stop))
                        .put("stop_sequence", stopSequence);
        MessagesReplies.details(ended, stop, refusal.toString());
        delta.set("usage", MessagesReplies.usage(usage));
        send("message_delta", delta);
        send("message_stop", Trees.object());
        return out.toByteArray();
    }

    private void start(@Nullable String id, @Nullable String model) {
        started = true;
        ObjectNode message = MessagesReplies.head(id, model, asked);
        message.putArray("content");
        message.putNull("stop_reason").putNull("stop_sequence");
        Usage known = Usage.of(MeterKind.INPUT, asked.inputTokens());
        message.set("usage", MessagesReplies.usage(known));
        ObjectNode event = Trees.object();
        event.set("message", message);
        send("message_start", event);
    }

    private void text(String piece) {
        if (open == Open.CALL) {
            waiting.computeIfAbsent(TEXT_WAITS, _ -> new Waiting(null, "", new StringBuilder()))
                    .content()
                    .append(piece);
        } else {
            enter(Open.TEXT);
            delta("text_delta", "text", piece);
        }
    }

    private void call(int call, String id, String name) {
        if (open == Open.CALL) {
            waiting.put(call, new Waiting(id, name, new StringBuilder()));
            return;
        }
        leave();
        begin(toolUse(id, name));
        open = Open.CALL;
        openCall = call;
    }

    private void arguments(int call, String piece) {
        Waiting block = waiting.get(call);
        if (block != null) {
            block.content().append(piece);
        } else if (open == Open.CALL && call == openCall) {
            argumentsDelta(piece);
        }
    }

    private static ObjectNode toolUse(String id, String name) {
        ObjectNode block = Trees.object().put("type", "tool_use").put("id", id).put("name", name);
        block.putObject("input");
        return block;
    }

    private void argumentsDelta(String piece) {
        if (!piece.isEmpty()) {
            delta("input_json_delta", "partial_json", piece);
        }
    }

    /// Opens a block of text or thinking unless one is open.
    private void enter(Open kind) {
        if (open == kind) {
            return;
        }
        leave();
        begin(
                kind == Open.TEXT
                        ? Trees.object().put("type", "text").put("text", "")
                        : Trees.object()
                                .put("type", "thinking")
                                .put("thinking", "")
                                .put("signature", ""));
        open = kind;
    }

    private void begin(ObjectNode block) {
        index++;
        ObjectNode event = Trees.object().put("index", index);
        event.set("content_block", block);
        send("content_block_start", event);
    }

    private void delta(String type, String name, String piece) {
        ObjectNode event = Trees.object().put("index", index);
        event.putObject("delta").put("type", type).put(name, piece);
        send("content_block_delta", event);
    }

    private void leave() {
        if (open == Open.THINKING && !signed) {
            delta("signature_delta", "signature", AnthropicMessages.UNSIGNED);
        }
        signed = false;
        if (open != Open.NOTHING) {
            end();
            open = Open.NOTHING;
        }
    }

    private void end() {
        send("content_block_stop", Trees.object().put("index", index));
    }

    private void send(String type, ObjectNode members) {
        ObjectNode event = Trees.object().put("type", type);
        event.setAll(members);
        out.writeBytes(
                ("event: " + type + "\ndata: " + Trees.text(event) + "\n\n")
                        .getBytes(StandardCharsets.UTF_8));
    }
}
