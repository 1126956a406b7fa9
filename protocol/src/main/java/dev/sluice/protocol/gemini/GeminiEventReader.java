package dev.sluice.protocol.gemini;

import dev.sluice.protocol.canonical.CallIds;
import dev.sluice.protocol.canonical.EventReader;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.ReplyEvent;
import dev.sluice.protocol.canonical.Seals;
import dev.sluice.protocol.canonical.Stop;
import dev.sluice.protocol.json.Trees;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Chunks as events. A chunk is an answer of its own, so that a whole answer is one chunk. Only the
/// first candidate is followed.
final class GeminiEventReader implements EventReader {

    /// Members of a part that are carried.
    private static final Set<String> SAID = Set.of("text", "thought", "thoughtSignature");

    private boolean started;
    private boolean stopped;
    private boolean said;
    private String answerId = "";
    private int calls;

    @Override
    public void read(JsonNode chunk, Consumer<ReplyEvent> sink, Losses losses) {
        if (!started) {
            started = true;
            answerId = Trees.stringOrEmpty(chunk, "responseId");
            sink.accept(
                    new ReplyEvent.Started(
                            Trees.string(chunk, "responseId"),
                            Trees.string(chunk, "modelVersion")));
        }
        for (JsonNode candidate : chunk.path("candidates")) {
            if (candidate.path("index").asInt(0) == 0) {
                unsaid(candidate, losses);
                candidate.path("content").path("parts").forEach(part -> part(part, sink, losses));
                String finish = Trees.stringOrEmpty(candidate, "finishReason");
                if (!finish.isEmpty() && !stopped) {
                    stop(finish, candidate, sink, losses);
                }
            }
        }
        JsonNode feedback = chunk.path("promptFeedback");
        String blocked = Trees.stringOrEmpty(feedback, "blockReason");
        if (!blocked.isEmpty() && !stopped) {
            ratings(feedback, "promptFeedback", losses);
            String why = Trees.stringOrEmpty(feedback, "blockReasonMessage");
            end(
                    Stop.FILTERED,
                    why.isEmpty() ? "The provider blocked the prompt (" + blocked + ")." : why,
                    sink);
        }
    }

    /// What a filter found, once it mattered.
    private static void ratings(JsonNode of, String path, Losses losses) {
        if (!of.path("safetyRatings").isEmpty()) {
            losses.drop(path + ".safetyRatings");
        }
    }

    /// Where the words are from: the text that follows tells it.
    private static void unsaid(JsonNode candidate, Losses losses) {
        for (String name : List.of("groundingMetadata", "citationMetadata", "urlContextMetadata")) {
            if (!candidate.path(name).isEmpty()) {
                losses.drop("candidates[]." + name);
            }
        }
    }

    private void part(JsonNode part, Consumer<ReplyEvent> sink, Losses losses) {
        String signature = Trees.stringOrEmpty(part, "thoughtSignature");
        JsonNode call = part.path("functionCall");
        if (call.isObject()) {
            call(call, signature, sink);
            return;
        }
        for (String name : part.propertyNames()) {
            if (!SAID.contains(name)) {
                losses.drop("parts[]." + name);
            }
        }
        boolean thought = part.path("thought").asBoolean(false);
        String text = Trees.stringOrEmpty(part, "text");
        if (!text.isEmpty()) {
            said |= !thought;
            sink.accept(thought ? new ReplyEvent.Thinking(text) : new ReplyEvent.Text(text));
        }
        if (!signature.isEmpty()) {
            String seal = Seals.marked(GeminiContent.FAMILY, signature);
            sink.accept(
                    thought
                            ? new ReplyEvent.ThinkingSigned(seal)
                            : new ReplyEvent.SealedThinking(seal));
        }
    }

    /// Each is whole, and a call of its own, whatever it is called.
    private void call(JsonNode call, String signature, Consumer<ReplyEvent> sink) {
        String given = Trees.stringOrEmpty(call, "id");
        String id = given.isEmpty() ? CallIds.minted(answerId, calls) : given;
        CallSeal seal = new CallSeal(id, signature.isEmpty() ? null : signature);
        sink.accept(
                new ReplyEvent.ToolCall(calls, seal.sealed(), Trees.stringOrEmpty(call, "name")));
        JsonNode args = call.path("args");
        sink.accept(new ReplyEvent.Arguments(calls, args.isObject() ? Trees.text(args) : "{}"));
        calls++;
    }

    private void stop(String finish, JsonNode candidate, Consumer<ReplyEvent> sink, Losses losses) {
        switch (finish) {
            case "STOP" -> end(calls > 0 ? Stop.TOOLS : Stop.END, "", sink);
            case "MAX_TOKENS" -> end(Stop.LIMIT, "", sink);
            default -> {
                boolean failure = isFailure(finish);
                ratings(candidate, "candidates[]", losses);
                String why = Trees.stringOrEmpty(candidate, "finishMessage");
                // Without a word it would look like an answer that is merely empty.
                boolean wordless = why.isEmpty() && (failure || !said);
                end(
                        failure ? Stop.REFUSED : Stop.FILTERED,
                        wordless ? "The provider ended the answer (" + finish + ")." : why,
                        sink);
            }
        }
    }

    private void end(Stop reason, String why, Consumer<ReplyEvent> sink) {
        stopped = true;
        if (!why.isEmpty()) {
            sink.accept(new ReplyEvent.Refusal(why));
        }
        sink.accept(new ReplyEvent.Stopped(reason, null));
    }

    /// Ends that are neither the model's nor a filter's.
    private static boolean isFailure(String finish) {
        return switch (finish) {
            case "MALFORMED_FUNCTION_CALL",
                    "MALFORMED_RESPONSE",
                    "UNEXPECTED_TOOL_CALL",
                    "TOO_MANY_TOOL_CALLS",
                    "MISSING_THOUGHT_SIGNATURE",
                    "NO_IMAGE",
                    "OTHER",
                    "FINISH_REASON_UNSPECIFIED" ->
                    true;
            default -> false;
        };
    }
}
