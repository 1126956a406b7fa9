package dev.sluice.protocol.openai;

import dev.sluice.protocol.canonical.EventReader;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.ReplyEvent;
import dev.sluice.protocol.canonical.Stop;
import dev.sluice.protocol.json.Trees;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Chunks of a chat completion as events. Only the first choice is followed.
final class ChatEventReader implements EventReader {

    private boolean started;
    private boolean refused;
    private boolean stopped;
    private @Nullable String id;

    /// The call that a `tool_calls` entry of this index belongs to, and how that call is called.
    private final Map<Integer, Integer> callOfIndex = new HashMap<>();

    private final Map<Integer, String> idOfIndex = new HashMap<>();
    private int calls;

    @Override
    public void read(JsonNode chunk, Consumer<ReplyEvent> sink, Losses losses) {
        if (!started) {
            id = named(chunk, "id");
            if (id == null && chunk.path("choices").isEmpty()) {
                // What a filter found in the prompt; the answer has not begun.
                return;
            }
            started = true;
            sink.accept(new ReplyEvent.Started(id, named(chunk, "model")));
        }
        for (JsonNode choice : chunk.path("choices")) {
            if (choice.path("index").asInt(0) == 0) {
                choice(choice, sink, losses);
            }
        }
    }

    private static @Nullable String named(JsonNode chunk, String name) {
        String text = Trees.stringOrEmpty(chunk, name);
        return text.isEmpty() ? null : text;
    }

    private void choice(JsonNode choice, Consumer<ReplyEvent> sink, Losses losses) {
        // Some servers send whole messages also in a stream.
        JsonNode delta = choice.has("delta") ? choice.path("delta") : choice.path("message");
        ChatReplies.unsaid(delta, losses);
        String thinking = ChatReplies.thinking(delta);
        if (!thinking.isEmpty()) {
            sink.accept(new ReplyEvent.Thinking(thinking));
        }
        String text = ChatReplies.text(delta.path("content"));
        if (!text.isEmpty()) {
            sink.accept(new ReplyEvent.Text(text));
        }
        String refusal = Trees.stringOrEmpty(delta, "refusal");
        if (!refusal.isEmpty()) {
            refused = true;
            sink.accept(new ReplyEvent.Refusal(refusal));
        }
        int position = 0;
        for (JsonNode call : delta.path("tool_calls")) {
            call(call, call.path("index").asInt(position), call.path("function"), sink);
            position++;
        }
        JsonNode legacy = delta.path("function_call");
        if (legacy.isObject()) {
            call(delta, 0, legacy, sink);
        }
        String finish = Trees.stringOrEmpty(choice, "finish_reason");
        if (!finish.isEmpty() && !stopped) {
            stopped = true;
            Stop stop = ChatReplies.stop(finish, calls > 0, refused);
            ChatReplies.unsaid(choice, stop, losses);
            sink.accept(new ReplyEvent.Stopped(stop, null));
        }
    }

    /// Some servers give each of several calls the same index: an id of its own makes a call new.
    private void call(JsonNode entry, int index, JsonNode function, Consumer<ReplyEvent> sink) {
        String given = Trees.stringOrEmpty(entry, "id");
        String known = idOfIndex.get(index);
        Integer call = callOfIndex.get(index);
        if (call == null || (!given.isEmpty() && known != null && !given.equals(known))) {
            call = calls++;
            callOfIndex.put(index, call);
            String callId = ChatReplies.callId(given, id, call);
            idOfIndex.put(index, given.isEmpty() ? callId : given);
            sink.accept(
                    new ReplyEvent.ToolCall(call, callId, Trees.stringOrEmpty(function, "name")));
        }
        String piece = ChatReplies.arguments(function);
        if (!piece.isEmpty()) {
            sink.accept(new ReplyEvent.Arguments(call, piece));
        }
    }
}
