package dev.sluice.protocol.responses;

import dev.sluice.protocol.json.Trees;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Conversations of which Sluice keeps the turns: what a request adds to one, how it is told whole,
/// and how a kept response is shown.
public final class KeptItems {

    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.UTF_8);

    private KeptItems() {}

    /// What a request itself says, as items with ids.
    ///
    /// @param key makes the ids of items that have none
    public static ArrayNode ofInput(byte[] request, String key) {
        ArrayNode items = Trees.array();
        for (JsonNode item : said(Trees.request(request).path("input"))) {
            ObjectNode kept = items.addObject();
            if (!item.has("id")) {
                kept.put("id", "item_" + key + "_" + (items.size() - 1));
            }
            kept.setAll((ObjectNode) item);
            if (!kept.has("type")) {
                kept.put("type", "message");
            }
        }
        return items;
    }

    private static ArrayNode said(JsonNode input) {
        if (input instanceof ArrayNode items) {
            return items;
        }
        ArrayNode items = Trees.array();
        items.addObject()
                .put("type", "message")
                .put("role", "user")
                .putArray("content")
                .addObject()
                .put("type", "input_text")
                .put("text", input.asString(""));
        return items;
    }

    /// The request with all of its conversation in `input`, so that any provider understands it.
    ///
    /// @param earlier what was said before, oldest first
    public static byte[] whole(byte[] request, List<JsonNode> earlier) {
        ObjectNode body = (ObjectNode) Trees.request(request);
        ArrayNode input = Trees.array();
        for (JsonNode item : earlier) {
            ObjectNode portable = portable(item);
            if (portable != null) {
                input.add(portable);
            }
        }
        input.addAll(said(body.path("input")));
        body.remove("previous_response_id");
        body.set("input", input);
        return Trees.bytes(body);
    }

    /// An item as an account takes it that knows nothing of it: without its id. What says nothing
    /// without it (reasoning that is not sealed, what the provider's own tools did) is left out.
    static @Nullable ObjectNode portable(JsonNode item) {
        boolean says =
                switch (Trees.stringOrEmpty(item, "type")) {
                    case "reasoning" -> !Trees.stringOrEmpty(item, "encrypted_content").isEmpty();
                    case "message", "additional_tools" -> true;
                    default -> item.has("call_id");
                };
        if (!says || !(item.deepCopy() instanceof ObjectNode copy)) {
            return null;
        }
        copy.remove("id");
        return copy;
    }

    /// The request with what its answer is to say of itself; for a translation alone.
    ///
    /// @param id the answer's id, under which it is kept
    /// @param previousId the response it goes on from, or null
    public static byte[] named(byte[] request, String id, @Nullable String previousId) {
        ObjectNode body = (ObjectNode) Trees.request(request);
        body.putObject(OpenAiResponses.KEEPING).put("id", id).put("previous", previousId);
        return Trees.bytes(body);
    }

    /// The response of a whole answer; null when it is none.
    public static @Nullable ObjectNode ofAnswer(byte[] answer) {
        return Trees.objectOrNull(new String(answer, StandardCharsets.UTF_8));
    }

    /// The response in the last event of these bytes, when that ends an answer; null otherwise.
    public static @Nullable ObjectNode ofEvents(byte[] events) {
        int at = lastData(events);
        if (at < 0) {
            return null;
        }
        String line = new String(events, at, events.length - at, StandardCharsets.UTF_8);
        int end = line.indexOf('\n');
        ObjectNode event = Trees.objectOrNull(end < 0 ? line : line.substring(0, end));
        if (event == null) {
            return null;
        }
        String type = Trees.stringOrEmpty(event, "type");
        boolean last = type.equals("response.completed") || type.equals("response.incomplete");
        return last && event.path("response") instanceof ObjectNode response ? response : null;
    }

    private static int lastData(byte[] events) {
        for (int at = events.length - DATA.length; at >= 0; at--) {
            boolean begins = at == 0 || events[at - 1] == '\n';
            if (begins && java.util.Arrays.equals(events, at, at + DATA.length, DATA, 0, 6)) {
                return at + DATA.length;
            }
        }
        return -1;
    }

    /// Items as a list, newest first unless asked otherwise.
    ///
    /// @param items oldest first
    /// @param after the id of an item; what comes behind it is listed
    public static byte[] list(List<JsonNode> items, boolean ascending, int limit, String after) {
        List<JsonNode> ordered = ascending ? items : items.reversed();
        int from = 0;
        for (int i = 0; i < ordered.size(); i++) {
            if (Trees.stringOrEmpty(ordered.get(i), "id").equals(after)) {
                from = i + 1;
            }
        }
        int to = Math.min(ordered.size(), from + limit);
        ObjectNode list = Trees.object().put("object", "list");
        ArrayNode data = list.putArray("data");
        ordered.subList(from, to).forEach(data::add);
        list.put("first_id", id(data, 0)).put("last_id", id(data, data.size() - 1));
        return Trees.bytes(list.put("has_more", to < ordered.size()));
    }

    private static @Nullable String id(ArrayNode items, int index) {
        return Optional.ofNullable(items.get(index))
                .map(item -> Trees.string(item, "id"))
                .orElse(null);
    }

    /// The answer to a deletion.
    public static byte[] deleted(String id) {
        return Trees.bytes(
                Trees.object().put("id", id).put("object", "response").put("deleted", true));
    }
}
