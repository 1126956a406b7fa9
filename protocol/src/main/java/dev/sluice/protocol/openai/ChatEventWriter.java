package dev.sluice.protocol.openai;

import dev.sluice.domain.Usage;
import dev.sluice.protocol.canonical.Asked;
import dev.sluice.protocol.canonical.EventWriter;
import dev.sluice.protocol.canonical.ReplyEvent;
import dev.sluice.protocol.canonical.Stop;
import dev.sluice.protocol.json.Trees;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Events as chunks of a chat completion.
final class ChatEventWriter implements EventWriter {

    private static final byte[] PULSE = ": \n\n".getBytes(StandardCharsets.UTF_8);

    private final Asked asked;
    private final StringBuilder thinking = new StringBuilder();
    private @Nullable String id;
    private @Nullable String model;

    ChatEventWriter(Asked asked) {
        this.asked = asked;
    }

    @Override
    public byte[] write(ReplyEvent event) {
        return switch (event) {
            case ReplyEvent.Started(String ofProvider, String served) -> {
                id = ofProvider;
                model = served;
                yield delta(Trees.object().put("role", "assistant").put("content", ""));
            }
            case ReplyEvent.Text(String piece) -> delta(Trees.object().put("content", piece));
            case ReplyEvent.Refusal(String piece) -> delta(Trees.object().put("refusal", piece));
            case ReplyEvent.Thinking(String piece) -> {
                thinking.append(piece);
                yield delta(Trees.object().put("reasoning_content", piece));
            }
            case ReplyEvent.ThinkingSigned(String signature) -> {
                ObjectNode sealed = ChatReplies.sealed(thinking.toString(), signature);
                thinking.setLength(0);
                yield sealed(sealed);
            }
            case ReplyEvent.SealedThinking(String data) -> sealed(ChatReplies.sealed(data));
            case ReplyEvent.ToolCall(int call, String callId, String name) -> {
                ObjectNode entry = Trees.object().put("index", call).put("id", callId);
                entry.put("type", "function")
                        .putObject("function")
                        .put("name", name)
                        .put("arguments", "");
                yield call(entry);
            }
            case ReplyEvent.Arguments(int call, String piece) -> {
                ObjectNode entry = Trees.object().put("index", call);
                entry.putObject("function").put("arguments", piece);
                yield call(entry);
            }
            case ReplyEvent.Stopped(Stop stop, String _) ->
                    chunk(Trees.object(), ChatReplies.finishReason(stop));
            case ReplyEvent.Pulse _ -> PULSE;
        };
    }

    @Override
    public byte[] end(Usage usage) {
        byte[] done = "data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8);
        if (!asked.usageRequested()) {
            return done;
        }
        ObjectNode chunk = ChatReplies.head(id, model, asked, "chat.completion.chunk");
        chunk.putArray("choices");
        chunk.set("usage", ChatReplies.usage(usage));
        byte[] last = frame(chunk);
        byte[] both = new byte[last.length + done.length];
        System.arraycopy(last, 0, both, 0, last.length);
        System.arraycopy(done, 0, both, last.length, done.length);
        return both;
    }

    private byte[] sealed(ObjectNode block) {
        ObjectNode delta = Trees.object();
        ArrayNode blocks = delta.putArray("thinking_blocks");
        blocks.add(block);
        return delta(delta);
    }

    private byte[] call(ObjectNode entry) {
        ObjectNode delta = Trees.object();
        delta.putArray("tool_calls").add(entry);
        return delta(delta);
    }

    private byte[] delta(ObjectNode delta) {
        return chunk(delta, null);
    }

    private byte[] chunk(ObjectNode delta, @Nullable String finishReason) {
        ObjectNode chunk = ChatReplies.head(id, model, asked, "chat.completion.chunk");
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", finishReason);
        if (asked.usageRequested()) {
            chunk.putNull("usage");
        }
        return frame(chunk);
    }

    private static byte[] frame(ObjectNode chunk) {
        return ("data: " + Trees.text(chunk) + "\n\n").getBytes(StandardCharsets.UTF_8);
    }
}
