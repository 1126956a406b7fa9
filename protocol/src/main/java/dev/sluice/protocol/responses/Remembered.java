package dev.sluice.protocol.responses;

import dev.sluice.protocol.json.Trees;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// A response to be kept: its id, and the conversation up to its end.
///
/// @param items those with an id
public record Remembered(String id, Map<String, JsonNode> items, ArrayNode conversation) {

    private static final String DATA = "data:";

    /// What a client is shown of a response, together with its request; null where it is not to be
    /// kept or is none.
    ///
    /// @param request as it was answered, without references
    /// @param shown a whole answer, or the closing event of a stream
    public static @Nullable Remembered of(byte[] request, byte[] shown) {
        try {
            JsonNode asked = Trees.read(request);
            JsonNode store = Trees.present(asked, "store");
            JsonNode response = response(new String(shown, StandardCharsets.UTF_8));
            String id = response == null ? null : Trees.string(response, "id");
            if (response == null || id == null || (store != null && !store.asBoolean(true))) {
                return null;
            }
            ArrayNode whole = Trees.array();
            JsonNode input = asked.path("input");
            if (input.isString()) {
                whole.addObject().put("role", "user").set("content", input);
            }
            input.forEach(whole::add);
            response.path("output").forEach(whole::add);
            return new Remembered(id, byId(whole), whole);
        } catch (JacksonException e) {
            return null;
        }
    }

    /// Those items of a conversation that have an id.
    public static Map<String, JsonNode> byId(JsonNode conversation) {
        Map<String, JsonNode> items = new LinkedHashMap<>();
        for (JsonNode item : conversation) {
            String id = Trees.string(item, "id");
            if (id != null) {
                items.put(id, item);
            }
        }
        return items;
    }

    public Set<String> ids() {
        return Set.copyOf(items.keySet());
    }

    private static @Nullable JsonNode response(String shown) {
        if (shown.startsWith("{")) {
            return Trees.objectOrNull(shown);
        }
        JsonNode found = null;
        for (String line : shown.split("\r\n|\n|\r", -1)) {
            JsonNode event =
                    line.startsWith(DATA)
                            ? Trees.objectOrNull(line.substring(DATA.length()))
                            : null;
            if (event != null && event.path("response").isObject()) {
                found = event.path("response");
            }
        }
        return found;
    }
}
