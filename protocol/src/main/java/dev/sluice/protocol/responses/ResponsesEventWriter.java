package dev.sluice.protocol.responses;

import dev.sluice.domain.Usage;
import dev.sluice.protocol.canonical.Asked;
import dev.sluice.protocol.canonical.Block;
import dev.sluice.protocol.canonical.EventWriter;
import dev.sluice.protocol.canonical.Reply;
import dev.sluice.protocol.canonical.ReplyEvent;
import dev.sluice.protocol.canonical.Stop;
import dev.sluice.protocol.json.Trees;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Events as those of a response, numbered without a gap. A whole answer is what its stream would
/// end with.
final class ResponsesEventWriter implements EventWriter {

    private static final byte[] PULSE = ": \n\n".getBytes(StandardCharsets.UTF_8);

    private final Asked asked;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private @Nullable OutputItems items;
    private ObjectNode response = Trees.object();
    private long sequence;
    private Stop stop = Stop.END;

    ResponsesEventWriter(Asked asked) {
        this.asked = asked;
    }

    static byte[] write(Reply reply, Usage usage, Asked asked) {
        ResponsesEventWriter writer = new ResponsesEventWriter(asked);
        writer.start(reply.id(), reply.model());
        int calls = 0;
        for (Block block : reply.blocks()) {
            switch (block) {
                case Block.Text(String text) -> writer.show(new ReplyEvent.Text(text));
                case Block.Refusal(String text) -> writer.show(new ReplyEvent.Refusal(text));
                case Block.Thinking(String text, String signature) -> {
                    writer.show(new ReplyEvent.Thinking(text));
                    if (signature != null) {
                        writer.show(new ReplyEvent.ThinkingSigned(signature));
                    }
                }
                case Block.SealedThinking(String data) ->
                        writer.show(new ReplyEvent.SealedThinking(data));
                case Block.ToolCall(String id, String name, String arguments) -> {
                    writer.show(new ReplyEvent.ToolCall(calls, id, name));
                    writer.show(new ReplyEvent.Arguments(calls, arguments));
                    calls++;
                }
                case Block.Image _, Block.Document _, Block.Audio _, Block.ToolResult _ -> {}
            }
        }
        writer.stop = reply.stop();
        writer.finish(usage);
        return Trees.bytes(writer.response);
    }

    @Override
    public byte[] write(ReplyEvent event) {
        out.reset();
        show(event);
        return out.toByteArray();
    }

    /// The response, with the counts: other providers tell them after the reason of the end.
    @Override
    public byte[] end(Usage usage) {
        out.reset();
        finish(usage);
        return out.toByteArray();
    }

    private void show(ReplyEvent event) {
        switch (event) {
            case ReplyEvent.Started(String id, String model) -> start(id, model);
            case ReplyEvent.Pulse _ -> out.writeBytes(PULSE);
            case ReplyEvent.Text(String piece) -> items().say(OutputItems.Kind.TEXT, piece);
            case ReplyEvent.Refusal(String piece) -> items().say(OutputItems.Kind.REFUSAL, piece);
            case ReplyEvent.Thinking(String piece) ->
                    items().say(OutputItems.Kind.REASONING, piece);
            case ReplyEvent.ThinkingSigned(String signature) ->
                    items().seal(Seal.ofSignature(signature));
            case ReplyEvent.SealedThinking(String data) -> items().secret(Seal.ofSecret(data));
            case ReplyEvent.ToolCall(int call, String id, String name) ->
                    items().call(call, id, name);
            case ReplyEvent.Arguments(int call, String piece) -> items().arguments(call, piece);
            case ReplyEvent.Stopped(Stop reason, String _) -> stop = reason;
        }
    }

    private OutputItems items() {
        return items == null ? start(null, null) : items;
    }

    private OutputItems start(@Nullable String id, @Nullable String model) {
        String key = ResponseObject.key(id, asked);
        OutputItems begun =
                new OutputItems(key, asked.repeated().path(OpenAiResponses.TOOLS), this::send);
        items = begun;
        response = ResponseObject.begun(key, model, asked);
        about("response.created");
        about("response.in_progress");
        return begun;
    }

    private void finish(Usage usage) {
        String reason = ResponseObject.reason(stop);
        String status = reason == null ? "completed" : "incomplete";
        ResponseObject.end(response, items().end(status), stop, usage);
        about("response." + status);
    }

    private void about(String type) {
        ObjectNode members = Trees.object();
        members.set("response", response);
        send(type, members);
    }

    private void send(String type, ObjectNode members) {
        ObjectNode event = Trees.object().put("type", type).put("sequence_number", sequence);
        sequence++;
        event.setAll(members);
        out.writeBytes(
                ("event: " + type + "\ndata: " + Trees.text(event) + "\n\n")
                        .getBytes(StandardCharsets.UTF_8));
    }
}
