package dev.sluice.protocol.responses;

import dev.sluice.domain.Fault;
import dev.sluice.protocol.json.Trees;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a request refers to instead of saying it: an earlier response (`previous_response_id`), or
/// single items of earlier ones (`item_reference`).
public final class References {

    private static final String PREVIOUS = "previous_response_id";
    private static final String ITEM = "item_reference";

    private final ObjectNode request;
    private final @Nullable String previous;
    private final Set<String> items;

    private References(ObjectNode request, @Nullable String previous, Set<String> items) {
        this.request = request;
        this.previous = previous;
        this.items = items;
    }

    /// Whether it is worth while to ask [#of]: cheap, and never wrong when it says no of a request
    /// that spells these words without escapes.
    public static boolean mayBeIn(byte[] body) {
        return contains(body, PREVIOUS) || contains(body, ITEM);
    }

    private static boolean contains(byte[] body, String word) {
        byte[] wanted = word.getBytes(StandardCharsets.US_ASCII);
        int last = body.length - wanted.length;
        for (int at = 0; at <= last; at++) {
            int same = 0;
            while (same < wanted.length && body[at + same] == wanted[same]) {
                same++;
            }
            if (same == wanted.length) {
                return true;
            }
        }
        return false;
    }

    /// Those of a request; null where there are none, and of what is no request.
    public static @Nullable References of(byte[] body) {
        JsonNode request;
        try {
            request = Trees.read(body);
        } catch (JacksonException e) {
            return null;
        }
        if (!(request instanceof ObjectNode object)) {
            return null;
        }
        Set<String> items = new LinkedHashSet<>();
        for (JsonNode item : request.path("input")) {
            String id = Trees.string(item, "id");
            if (isReference(item) && id != null) {
                items.add(id);
            }
        }
        String previous = Trees.string(request, PREVIOUS);
        return previous == null && items.isEmpty() ? null : new References(object, previous, items);
    }

    /// An item may also be referred to by its id alone.
    private static boolean isReference(JsonNode item) {
        String type = Trees.stringOrEmpty(item, "type");
        return type.equals(ITEM) || (type.isEmpty() && item.size() == 1 && item.has("id"));
    }

    public @Nullable String previous() {
        return previous;
    }

    public Set<String> items() {
        return items;
    }

    /// The request that says all of itself.
    ///
    /// @param before the conversation of the earlier response; empty where none is referred to
    /// @param known items by id
    /// @throws dev.sluice.domain.FaultException `invalid_request` for an item that is not known
    public byte[] resolved(JsonNode before, Map<String, JsonNode> known) {
        ArrayNode whole = Trees.array();
        before.forEach(whole::add);
        JsonNode input = request.path("input");
        if (input.isString()) {
            whole.addObject().put("role", "user").set("content", input);
        }
        for (int i = 0; i < input.size(); i++) {
            JsonNode item = input.get(i);
            if (isReference(item)) {
                JsonNode meant = known.get(Trees.stringOrEmpty(item, "id"));
                if (meant == null) {
                    throw unknown("Item " + Trees.stringOrEmpty(item, "id"), "input[" + i + "]");
                }
                whole.add(meant);
            } else {
                whole.add(item);
            }
        }
        request.remove(PREVIOUS);
        request.set("input", whole);
        return Trees.bytes(request);
    }

    /// That something referred to is not there (any more).
    public static RuntimeException unknown(String what, String param) {
        return Fault.invalid(
                        what
                                + " is not kept here: it was made by another key, with `store:"
                                + " false`, or too long ago. Send the whole conversation in"
                                + " `input`.",
                        param)
                .asException();
    }

    /// That earlier response.
    public static RuntimeException unknownResponse(String id) {
        return unknown("Response " + id, PREVIOUS);
    }
}
