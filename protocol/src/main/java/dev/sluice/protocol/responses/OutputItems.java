package dev.sluice.protocol.responses;

import dev.sluice.protocol.canonical.Arguments;
import dev.sluice.protocol.json.Trees;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The items of an answer as they grow. Each that is added is done before the end, and what is done
/// is what was shown: some clients read only pieces, others only whole items.
///
/// Text and reasoning take turns, one item at a time. Calls may take turns too: they stay open to
/// the end of the answer.
final class OutputItems {

    /// What an item is, how its id begins and how the events of its pieces are called.
    enum Kind {
        TEXT("msg_", "response.output_text"),
        REFUSAL("msg_", "response.refusal"),
        REASONING("rs_", "response.reasoning_summary_text"),
        CALL("fc_", "response.function_call_arguments"),
        FREE_CALL("ctc_", "response.custom_tool_call_input"),
        SEARCH_CALL("tsc_", "");

        private final String prefix;
        private final String pieces;

        Kind(String prefix, String pieces) {
            this.prefix = prefix;
            this.pieces = pieces;
        }
    }

    private record Item(Kind kind, int index, String id, ObjectNode shape, StringBuilder text) {

        /// An event about it.
        ObjectNode event() {
            return Trees.object().put("item_id", id).put("output_index", index);
        }

        /// An event about its one part.
        ObjectNode partEvent() {
            return event().put(kind == Kind.REASONING ? "summary_index" : "content_index", 0);
        }

        String parts() {
            return kind == Kind.REASONING
                    ? "response.reasoning_summary_part"
                    : "response.content_part";
        }

        String field() {
            return kind == Kind.REFUSAL ? "refusal" : "text";
        }

        ObjectNode part() {
            String type =
                    switch (kind) {
                        case REASONING -> "summary_text";
                        case REFUSAL -> "refusal";
                        default -> "output_text";
                    };
            ObjectNode part = Trees.object().put("type", type).put(field(), text.toString());
            if (kind == Kind.TEXT) {
                part.putArray("annotations");
                part.putArray("logprobs");
            }
            return part;
        }
    }

    private final String key;
    private final JsonNode tools;
    private final BiConsumer<String, ObjectNode> events;
    private final List<Item> items = new ArrayList<>();
    private final Map<Integer, Item> calls = new LinkedHashMap<>();
    private @Nullable Item open;

    /// Items of one answer.
    ///
    /// @param key what makes their ids unlike those of other answers
    /// @param tools what is to be known of those that were offered, of [OfferedTools#notes]
    /// @param events gets the type of each event and its members
    OutputItems(String key, JsonNode tools, BiConsumer<String, ObjectNode> events) {
        this.key = key;
        this.tools = tools;
        this.events = events;
    }

    /// A piece of text, of a refusal or of reasoning.
    void say(Kind kind, String piece) {
        if (piece.isEmpty()) {
            return;
        }
        Item item = enter(kind);
        if (item.text().isEmpty()) {
            ObjectNode added = item.partEvent();
            added.set("part", item.part());
            events.accept(item.parts() + ".added", added);
        }
        item.text().append(piece);
        ObjectNode delta = item.partEvent().put("delta", piece);
        if (kind == Kind.TEXT) {
            delta.putArray("logprobs");
        }
        events.accept(kind.pieces + ".delta", delta);
    }

    /// Ends the reasoning before it, which may have been none that is shown.
    void seal(String sealed) {
        Item item = enter(Kind.REASONING);
        item.shape().put("encrypted_content", sealed);
        leave("completed");
    }

    /// Reasoning of which nothing is shown.
    void secret(String sealed) {
        leave("completed");
        seal(sealed);
    }

    void call(int call, String id, String name) {
        leave("completed");
        OfferedTools.Called tool = OfferedTools.called(tools, name);
        Kind kind =
                switch (tool.kind()) {
                    case FUNCTION -> Kind.CALL;
                    case FREE_TEXT -> Kind.FREE_CALL;
                    case SEARCH -> Kind.SEARCH_CALL;
                };
        ObjectNode shape =
                Trees.object()
                        .put("type", type(kind))
                        .put("status", "in_progress")
                        .put("call_id", id);
        if (kind == Kind.SEARCH_CALL) {
            shape.put("execution", "client").putObject("arguments");
        } else {
            if (tool.namespace() != null) {
                shape.put("namespace", tool.namespace());
            }
            shape.put("name", tool.name()).put(kind == Kind.FREE_CALL ? "input" : "arguments", "");
        }
        calls.put(call, begin(kind, shape));
    }

    private static String type(Kind kind) {
        return switch (kind) {
            case FREE_CALL -> "custom_tool_call";
            case SEARCH_CALL -> "tool_search_call";
            default -> "function_call";
        };
    }

    void arguments(int call, String piece) {
        Item item = calls.get(call);
        if (item == null || piece.isEmpty()) {
            return;
        }
        item.text().append(piece);
        // The text of the others can be read only when it is whole.
        if (item.kind() == Kind.CALL) {
            events.accept(item.kind().pieces + ".delta", item.event().put("delta", piece));
        }
    }

    /// Ends what is still open.
    ///
    /// @param status of the items that end with the answer: `completed` or `incomplete`
    ArrayNode end(String status) {
        leave(status);
        calls.values().forEach(call -> endCall(call, status));
        ArrayNode output = Trees.array();
        items.forEach(item -> output.add(item.shape()));
        return output;
    }

    private Item enter(Kind kind) {
        Item current = open;
        if (current != null && current.kind() == kind) {
            return current;
        }
        leave("completed");
        ObjectNode shape = Trees.object();
        if (kind == Kind.REASONING) {
            shape.put("type", "reasoning").putArray("summary");
        } else {
            shape.put("type", "message")
                    .put("status", "in_progress")
                    .put("role", "assistant")
                    .putArray("content");
        }
        Item begun = begin(kind, shape);
        open = begun;
        return begun;
    }

    private Item begin(Kind kind, ObjectNode members) {
        int index = items.size();
        String id = kind.prefix + key + "_" + index;
        ObjectNode shape = Trees.object().put("id", id);
        shape.setAll(members);
        Item item = new Item(kind, index, id, shape, new StringBuilder());
        items.add(item);
        about(item, "response.output_item.added");
        return item;
    }

    private void leave(String status) {
        Item item = open;
        if (item == null) {
            return;
        }
        open = null;
        boolean reasoning = item.kind() == Kind.REASONING;
        if (!item.text().isEmpty()) {
            ObjectNode said = item.partEvent().put(item.field(), item.text().toString());
            if (item.kind() == Kind.TEXT) {
                said.putArray("logprobs");
            }
            events.accept(item.kind().pieces + ".done", said);
            ObjectNode done = item.partEvent();
            done.set("part", item.part());
            events.accept(item.parts() + ".done", done);
            item.shape().putArray(reasoning ? "summary" : "content").add(item.part());
        }
        if (!reasoning) {
            item.shape().put("status", status);
        } else if (!item.shape().has("encrypted_content")) {
            item.shape().put("encrypted_content", Seal.ofSignature(null));
        }
        about(item, "response.output_item.done");
    }

    private void endCall(Item item, String status) {
        String given = item.text().toString();
        item.shape().put("status", status);
        if (item.kind() == Kind.SEARCH_CALL) {
            ObjectNode wanted = Trees.objectOrNull(given);
            item.shape().set("arguments", wanted == null ? Trees.object() : wanted);
            about(item, "response.output_item.done");
            return;
        }
        boolean free = item.kind() == Kind.FREE_CALL;
        String text = free ? FreeText.text(given) : Arguments.text(given);
        if (free || given.isBlank()) {
            events.accept(item.kind().pieces + ".delta", item.event().put("delta", text));
        }
        String field = free ? "input" : "arguments";
        ObjectNode done = item.event().put(field, text);
        if (!free) {
            done.put("name", item.shape().path("name").asString());
        }
        events.accept(item.kind().pieces + ".done", done);
        item.shape().put(field, text);
        about(item, "response.output_item.done");
    }

    private void about(Item item, String event) {
        ObjectNode members = Trees.object().put("output_index", item.index());
        members.set("item", item.shape());
        events.accept(event, members);
    }
}
