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

/// Single items of kept responses that a request refers to instead of saying them
/// (`item_reference`): what some clients do with all that a model said.
public final class References {

    private static final byte[] TYPE = "item_reference".getBytes(StandardCharsets.US_ASCII);

    private final ObjectNode request;
    private final Set<String> ids;

    private References(ObjectNode request, Set<String> ids) {
        this.request = request;
        this.ids = ids;
    }

    /// Whether it is worth while to ask [#of]; cheap.
    public static boolean mayBeIn(byte[] body) {
        int last = body.length - TYPE.length;
        for (int at = 0; at <= last; at++) {
            int same = 0;
            while (same < TYPE.length && body[at + same] == TYPE[same]) {
                same++;
            }
            if (same == TYPE.length) {
                return true;
            }
        }
        return false;
    }

    /// Those of a request; null where there are none, and of what is no request.
    public static @Nullable References of(byte[] body) {
        try {
            if (!(Trees.read(body) instanceof ObjectNode request)
                    || !request.path("input").isArray()) {
                return null;
            }
            Set<String> ids = new LinkedHashSet<>();
            for (JsonNode item : request.path("input")) {
                if (isReference(item)) {
                    ids.add(Trees.stringOrEmpty(item, "id"));
                }
            }
            return ids.isEmpty() ? null : new References(request, ids);
        } catch (JacksonException e) {
            return null;
        }
    }

    private static boolean isReference(JsonNode item) {
        return Trees.stringOrEmpty(item, "type").equals("item_reference");
    }

    /// The ids of the items.
    public Set<String> ids() {
        return Set.copyOf(ids);
    }

    /// The request with the items in place of the references, each as any account takes it.
    ///
    /// @param known items by id
    /// @throws dev.sluice.domain.FaultException `invalid_request` for an item that is not known
    public byte[] resolved(Map<String, JsonNode> known) {
        ArrayNode whole = Trees.array();
        JsonNode input = request.path("input");
        for (int i = 0; i < input.size(); i++) {
            JsonNode item = input.get(i);
            if (!isReference(item)) {
                whole.add(item);
                continue;
            }
            JsonNode meant = known.get(Trees.stringOrEmpty(item, "id"));
            if (meant == null) {
                throw unknown(Trees.stringOrEmpty(item, "id"), "input[" + i + "]");
            }
            ObjectNode portable = KeptItems.portable(meant);
            if (portable != null) {
                whole.add(portable);
            }
        }
        request.set("input", whole);
        return Trees.bytes(request);
    }

    private static RuntimeException unknown(String id, String param) {
        return Fault.invalid(
                        "The item '"
                                + id
                                + "' is not kept for this key, or no longer: send the item itself.",
                        param)
                .asException();
    }
}
