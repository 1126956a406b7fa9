package dev.sluice.simulator.openai;

import dev.sluice.simulator.answer.Seed;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.exchange.RefusedException;
import dev.sluice.simulator.plan.Seal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The items of a responses request: read, checked, references resolved, ids given.
final class ResponseInput {

    private static final Map<String, String> PREFIXES =
            Map.of("message", "msg_", "function_call", "fc_", "reasoning", "rs_");

    private final ResponseStore store;
    private final String account;
    private final List<ObjectNode> items = new ArrayList<>();

    private ResponseInput(ResponseStore store, String account) {
        this.store = store;
        this.account = account;
    }

    /// All items of the conversation up to now, those of earlier responses first.
    static List<ObjectNode> of(JsonNode root, ResponseStore store, String account) {
        ResponseInput input = new ResponseInput(store, account);
        String previous = Json.text(root, "previous_response_id");
        if (!previous.isEmpty()) {
            input.items.addAll(
                    store.find(account, previous)
                            .orElseThrow(() -> notFound(previous))
                            .conversation());
        }
        JsonNode given = root.path("input");
        if (given.isString()) {
            input.add(message(given.stringValue()));
        } else if (given.isArray()) {
            given.forEach(input::add);
        } else {
            throw Json.bad("Missing required parameter: 'input'.");
        }
        input.checkCalls();
        return input.items;
    }

    private static RefusedException notFound(String previous) {
        return new RefusedException(
                400,
                "previous_response_not_found",
                "Previous response with id '" + previous + "' not found.");
    }

    private static ObjectNode message(String text) {
        ObjectNode message = Json.object().put("type", "message").put("role", "user");
        message.putArray("content").addObject().put("type", "input_text").put("text", text);
        return message;
    }

    private void add(JsonNode given) {
        if (!given.isObject()) {
            throw Json.bad("Invalid type for 'input[" + items.size() + "]': expected an object.");
        }
        ObjectNode item = (ObjectNode) given.deepCopy();
        if (!item.has("type") && item.has("role")) {
            item.put("type", "message");
        }
        String type = Json.text(item, "type");
        String id = Json.text(item, "id");
        if (type.equals("item_reference")) {
            items.add(stored(id));
            return;
        }
        String prefix = PREFIXES.get(type);
        if (item.path("id").isString() && prefix != null && !id.startsWith(prefix)) {
            throw Json.bad(
                    "Invalid 'input[%d].id': '%s'. Expected an ID that begins with '%s'."
                            .formatted(items.size(), id, prefix.substring(0, prefix.length() - 1)));
        }
        if (type.equals("reasoning")) {
            reasoning(item, id);
        }
        if (id.isEmpty()) {
            String made = Seed.of(items.size() + item.toString()).head(24);
            item.put("id", (prefix == null ? "item_" : prefix) + made);
        }
        items.add(item);
    }

    /// A thought is known by what it is sealed in, or by having been kept.
    private void reasoning(ObjectNode item, String id) {
        JsonNode sealed = item.path("encrypted_content");
        if (!sealed.isString()) {
            ObjectNode unused = stored(id);
        } else if (!Seal.isOwn("reasoning", sealed.stringValue())) {
            throw new RefusedException(
                    400,
                    "invalid_encrypted_content",
                    "The encrypted content for item " + id + " could not be verified.");
        }
    }

    private ObjectNode stored(String id) {
        return store.item(account, id)
                .orElseThrow(() ->
                        new RefusedException(
                                404,
                                "",
                                "Item with id '%s' not found. Items are not persisted when `store`"
                                                .formatted(id)
                                        + " is set to false."));
    }

    /// Every call is answered, and nothing is answered that was not called.
    private void checkCalls() {
        Set<String> called = callIds("function_call", "custom_tool_call");
        Set<String> answered = callIds("function_call_output", "custom_tool_call_output");
        String unasked = firstMissing(answered, called);
        if (unasked != null) {
            throw Json.bad("No tool call found for function call output with call_id " + unasked);
        }
        String open = firstMissing(called, answered);
        if (open != null) {
            throw Json.bad("No tool output found for function call " + open + ".");
        }
    }

    private static @Nullable String firstMissing(Set<String> wanted, Set<String> there) {
        return wanted.stream().filter(id -> !there.contains(id)).findFirst().orElse(null);
    }

    private Set<String> callIds(String type, String other) {
        Set<String> ids = new HashSet<>();
        for (ObjectNode item : items) {
            String own = Json.text(item, "type");
            if (own.equals(type) || own.equals(other)) {
                ids.add(Json.text(item, "call_id"));
            }
        }
        return ids;
    }
}
