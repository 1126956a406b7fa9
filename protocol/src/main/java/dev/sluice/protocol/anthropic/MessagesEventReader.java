package dev.sluice.protocol.anthropic;

import dev.sluice.protocol.canonical.EventReader;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.ReplyEvent;
import dev.sluice.protocol.canonical.Stop;
import dev.sluice.protocol.json.Trees;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Events of a message as canonical ones.
final class MessagesEventReader implements EventReader {

    /// A call of the answer.
    private static final class Call {
        final int number;
        boolean hasArguments;

        Call(int number) {
            this.number = number;
        }
    }

    private final Map<Integer, Call> callOfBlock = new HashMap<>();
    private boolean stopped;

    @Override
    public void read(JsonNode event, Consumer<ReplyEvent> sink, Losses losses) {
        int index = event.path("index").asInt(0);
        switch (Trees.stringOrEmpty(event, "type")) {
            case "message_start" -> {
                JsonNode message = event.path("message");
                sink.accept(
                        new ReplyEvent.Started(
                                Trees.string(message, "id"), Trees.string(message, "model")));
            }
            case "ping" -> sink.accept(new ReplyEvent.Pulse());
            case "content_block_start" -> begin(index, event.path("content_block"), sink, losses);
            case "content_block_delta" -> piece(index, event.path("delta"), sink, losses);
            case "content_block_stop" -> {
                Call call = callOfBlock.get(index);
                if (call != null && !call.hasArguments) {
                    // Clients parse what they got, and nothing is no JSON.
                    arguments(call, "{}", sink);
                }
            }
            case "message_delta" -> {
                JsonNode delta = event.path("delta");
                String reason = Trees.stringOrEmpty(delta, "stop_reason");
                if (!reason.isEmpty() && !stopped) {
                    stopped = true;
                    Stop stop = MessagesReplies.stop(reason, !callOfBlock.isEmpty());
                    String why = MessagesReplies.why(delta, stop, losses);
                    if (!why.isEmpty()) {
                        sink.accept(new ReplyEvent.Refusal(why));
                    }
                    sink.accept(new ReplyEvent.Stopped(stop, Trees.string(delta, "stop_sequence")));
                }
            }
            default -> {}
        }
    }

    private void begin(int index, JsonNode block, Consumer<ReplyEvent> sink, Losses losses) {
        switch (Trees.stringOrEmpty(block, "type")) {
            case "text" -> text(Trees.stringOrEmpty(block, "text"), sink);
            case "thinking" -> thinking(Trees.stringOrEmpty(block, "thinking"), sink);
            case "redacted_thinking" ->
                    sink.accept(new ReplyEvent.SealedThinking(Trees.stringOrEmpty(block, "data")));
            case "tool_use" -> {
                Call call = new Call(callOfBlock.size());
                callOfBlock.put(index, call);
                sink.accept(
                        new ReplyEvent.ToolCall(
                                call.number,
                                Trees.stringOrEmpty(block, "id"),
                                Trees.stringOrEmpty(block, "name")));
                if (!block.path("input").isEmpty()) {
                    arguments(call, Trees.text(block.path("input")), sink);
                }
            }
            default -> MessagesReplies.unsaid(block, losses);
        }
    }

    private void piece(int index, JsonNode delta, Consumer<ReplyEvent> sink, Losses losses) {
        switch (Trees.stringOrEmpty(delta, "type")) {
            case "text_delta" -> text(Trees.stringOrEmpty(delta, "text"), sink);
            case "thinking_delta" -> thinking(Trees.stringOrEmpty(delta, "thinking"), sink);
            case "signature_delta" ->
                    sink.accept(
                            new ReplyEvent.ThinkingSigned(Trees.stringOrEmpty(delta, "signature")));
            case "citations_delta" -> losses.drop("content[].citations");
            case "input_json_delta" -> {
                Call call = callOfBlock.get(index);
                String piece = Trees.stringOrEmpty(delta, "partial_json");
                if (call != null && !piece.isEmpty()) {
                    arguments(call, piece, sink);
                }
            }
            default -> {}
        }
    }

    private static void arguments(Call call, String piece, Consumer<ReplyEvent> sink) {
        call.hasArguments = true;
        sink.accept(new ReplyEvent.Arguments(call.number, piece));
    }

    private static void text(String piece, Consumer<ReplyEvent> sink) {
        if (!piece.isEmpty()) {
            sink.accept(new ReplyEvent.Text(piece));
        }
    }

    private static void thinking(String piece, Consumer<ReplyEvent> sink) {
        if (!piece.isEmpty()) {
            sink.accept(new ReplyEvent.Thinking(piece));
        }
    }
}
