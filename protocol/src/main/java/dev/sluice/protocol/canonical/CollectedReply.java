package dev.sluice.protocol.canonical;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A whole answer from its events, for dialects whose whole answers are read as streams are.
public final class CollectedReply implements Consumer<ReplyEvent> {

    private record Call(String id, String name, StringBuilder arguments, int place) {}

    private final List<Block> blocks = new ArrayList<>();
    private final Map<Integer, Call> calls = new LinkedHashMap<>();
    private @Nullable String id;
    private @Nullable String model;
    private Stop stop = Stop.END;
    private @Nullable String sequence;

    @Override
    public void accept(ReplyEvent event) {
        switch (event) {
            case ReplyEvent.Started(String answer, String served) -> {
                id = answer;
                model = served;
            }
            case ReplyEvent.Text(String piece) ->
                    add(
                            last() instanceof Block.Text(String before)
                                    ? replaced(new Block.Text(before + piece))
                                    : new Block.Text(piece));
            case ReplyEvent.Refusal(String piece) -> add(new Block.Refusal(piece));
            case ReplyEvent.Thinking(String piece) ->
                    add(
                            last() instanceof Block.Thinking(String before, String signature)
                                            && signature == null
                                    ? replaced(new Block.Thinking(before + piece, null))
                                    : new Block.Thinking(piece, null));
            case ReplyEvent.ThinkingSigned(String signature) ->
                    add(
                            last() instanceof Block.Thinking(String before, String none)
                                            && none == null
                                    ? replaced(new Block.Thinking(before, signature))
                                    : new Block.Thinking("", signature));
            case ReplyEvent.SealedThinking(String data) -> add(new Block.SealedThinking(data));
            case ReplyEvent.ToolCall(int call, String callId, String name) -> {
                calls.put(call, new Call(callId, name, new StringBuilder(), blocks.size()));
                add(new Block.ToolCall(callId, name, ""));
            }
            case ReplyEvent.Arguments(int call, String piece) -> arguments(call, piece);
            case ReplyEvent.Stopped(Stop reason, String ended) -> {
                stop = reason;
                sequence = ended;
            }
            case ReplyEvent.Pulse _ -> {}
        }
    }

    private void arguments(int number, String piece) {
        Call call = calls.get(number);
        if (call != null) {
            call.arguments.append(piece);
            blocks.set(
                    call.place, new Block.ToolCall(call.id, call.name, call.arguments.toString()));
        }
    }

    private @Nullable Block last() {
        return blocks.isEmpty() ? null : blocks.getLast();
    }

    /// Takes the last block away for the one that continues it.
    private Block replaced(Block continued) {
        blocks.removeLast();
        return continued;
    }

    private void add(Block block) {
        blocks.add(block);
    }

    public Reply reply() {
        return new Reply(id, model, blocks, stop, sequence);
    }
}
