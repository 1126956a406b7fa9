package dev.sluice.protocol.responses;

import dev.sluice.protocol.canonical.EventReader;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.ReplyEvent;
import dev.sluice.protocol.canonical.Seals;
import dev.sluice.protocol.canonical.Stop;
import dev.sluice.protocol.json.Trees;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Events of a response as canonical ones. An item that is done says what its pieces did not, so
/// that servers that send only whole items, and whole answers, are read alike.
final class ResponsesEventReader implements EventReader {

    /// How much of an item its pieces said.
    private static final class Item {
        int call = -1;
        boolean said;
        long part;
    }

    private final Map<Integer, Item> items = new HashMap<>();
    private int calls;
    private boolean refused;

    @Override
    public void read(JsonNode event, Consumer<ReplyEvent> sink, Losses losses) {
        int index = event.path("output_index").asInt(0);
        String delta = Trees.stringOrEmpty(event, "delta");
        switch (Trees.stringOrEmpty(event, "type")) {
            case "response.created" -> start(event.path("response"), sink);
            case "response.in_progress", "keepalive" -> sink.accept(new ReplyEvent.Pulse());
            case "response.output_item.added" -> added(index, event.path("item"), sink);
            case "response.output_text.delta" -> piece(index, new ReplyEvent.Text(delta), sink);
            case "response.refusal.delta" -> {
                refused = true;
                piece(index, new ReplyEvent.Refusal(delta), sink);
            }
            case "response.reasoning_summary_text.delta" ->
                    thought(index, event.path("summary_index").asLong(0), delta, sink);
            case "response.reasoning_text.delta" ->
                    thought(index, event.path("content_index").asLong(0), delta, sink);
            case "response.function_call_arguments.delta" -> {
                Item item = item(index);
                if (item.call >= 0 && !delta.isEmpty()) {
                    piece(index, new ReplyEvent.Arguments(item.call, delta), sink);
                }
            }
            case "response.output_item.done" -> done(index, event.path("item"), sink, losses);
            case "response.completed", "response.incomplete" -> stop(event.path("response"), sink);
            default -> {}
        }
    }

    /// Reads a whole answer.
    void readWhole(JsonNode response, Consumer<ReplyEvent> sink, Losses losses) {
        start(response, sink);
        int index = 0;
        for (JsonNode item : response.path("output")) {
            done(index, item, sink, losses);
            index++;
        }
        stop(response, sink);
    }

    private static void start(JsonNode response, Consumer<ReplyEvent> sink) {
        sink.accept(
                new ReplyEvent.Started(
                        Trees.string(response, "id"), Trees.string(response, "model")));
    }

    private Item item(int index) {
        return items.computeIfAbsent(index, _ -> new Item());
    }

    private void piece(int index, ReplyEvent event, Consumer<ReplyEvent> sink) {
        item(index).said = true;
        sink.accept(event);
    }

    /// Parts of a summary are paragraphs.
    private void thought(int index, long part, String piece, Consumer<ReplyEvent> sink) {
        Item item = item(index);
        boolean next = item.said && part != item.part;
        item.part = part;
        piece(index, new ReplyEvent.Thinking(next ? "\n\n" + piece : piece), sink);
    }

    private void added(int index, JsonNode shape, Consumer<ReplyEvent> sink) {
        Item item = item(index);
        boolean call =
                switch (Trees.stringOrEmpty(shape, "type")) {
                    case "function_call", "custom_tool_call" -> true;
                    default -> false;
                };
        if (call && item.call < 0) {
            item.call = calls++;
            sink.accept(
                    new ReplyEvent.ToolCall(
                            item.call,
                            Trees.stringOrEmpty(shape, "call_id"),
                            Trees.stringOrEmpty(shape, "name")));
        }
    }

    private void done(int index, JsonNode shape, Consumer<ReplyEvent> sink, Losses losses) {
        Item item = item(index);
        switch (Trees.stringOrEmpty(shape, "type")) {
            case "message" -> {
                boolean unsaid = !item.said;
                for (JsonNode part : shape.path("content")) {
                    if (unsaid) {
                        message(index, part, sink);
                    }
                    if (!part.path("annotations").isEmpty()) {
                        losses.drop("output[].content[].annotations");
                    }
                }
            }
            case "reasoning" -> reasoning(index, item, shape, sink);
            case "function_call", "custom_tool_call" -> {
                added(index, shape, sink);
                if (!item.said) {
                    String text = Trees.string(shape, "input");
                    String arguments =
                            text == null
                                    ? Trees.stringOrEmpty(shape, "arguments")
                                    : FreeText.arguments(text);
                    sink.accept(
                            new ReplyEvent.Arguments(
                                    item.call, arguments.isBlank() ? "{}" : arguments));
                }
            }
            // What a tool of the provider did is told in the text that follows it.
            default -> losses.drop("output[]." + Trees.stringOrEmpty(shape, "type"));
        }
    }

    private void message(int index, JsonNode part, Consumer<ReplyEvent> sink) {
        String text = Trees.stringOrEmpty(part, "text");
        String refusal = Trees.stringOrEmpty(part, "refusal");
        if (!text.isEmpty()) {
            piece(index, new ReplyEvent.Text(text), sink);
        }
        if (!refusal.isEmpty()) {
            refused = true;
            piece(index, new ReplyEvent.Refusal(refusal), sink);
        }
    }

    private void reasoning(int index, Item item, JsonNode shape, Consumer<ReplyEvent> sink) {
        if (!item.said) {
            for (String parts : List.of("summary", "content")) {
                long number = 0;
                for (JsonNode part : shape.path(parts)) {
                    thought(index, number, Trees.stringOrEmpty(part, "text"), sink);
                    number++;
                }
            }
        }
        String secret = Trees.stringOrEmpty(shape, "encrypted_content");
        if (!secret.isEmpty()) {
            String seal = Seals.marked(OpenAiResponses.FAMILY, secret);
            sink.accept(
                    item.said
                            ? new ReplyEvent.ThinkingSigned(seal)
                            : new ReplyEvent.SealedThinking(seal));
        }
    }

    private void stop(JsonNode response, Consumer<ReplyEvent> sink) {
        sink.accept(new ReplyEvent.Stopped(reason(response), null));
    }

    /// An incomplete answer must not look whole, whatever it is cut short by.
    private Stop reason(JsonNode response) {
        boolean incomplete = Trees.stringOrEmpty(response, "status").equals("incomplete");
        return switch (String.valueOf(ResponsesAnswer.finish(response))) {
            case "max_output_tokens" -> Stop.LIMIT;
            case "content_filter" -> Stop.FILTERED;
            default ->
                    incomplete
                            ? Stop.LIMIT
                            : calls > 0 ? Stop.TOOLS : refused ? Stop.REFUSED : Stop.END;
        };
    }
}
