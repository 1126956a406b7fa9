package dev.sluice.control.apply;

import dev.sluice.control.http.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What one file changes, object by object, in the order in which it is done: organization, then
/// the sections in the order of their dependencies, then deletions the other way round.
final class Plan {

    /// What happens to an object.
    enum Action {
        CREATE,
        UPDATE,
        DELETE,
        NONE
    }

    /// Stands for every secret; that it stands on both sides means that the secret changed.
    private static final String SECRET = "***";

    private final List<ObjectNode> entries = new ArrayList<>();

    /// Adds one object.
    ///
    /// @param fields the names of the fields that change
    void add(
            Action action,
            String kind,
            String name,
            Collection<String> fields,
            ObjectNode before,
            ObjectNode after) {
        ObjectNode entry = Json.object();
        entry.put("action", action.name().toLowerCase(Locale.ROOT));
        entry.put("kind", kind);
        entry.put("name", name);
        ObjectNode changes = entry.putObject("changes");
        for (String field : fields) {
            ObjectNode change = changes.putObject(field);
            boolean secret = field.equals("credential");
            change.set(
                    "from", secret ? secret(action) : before.path(field).asOptional().orElse(null));
            change.set(
                    "to",
                    secret ? secret(Action.UPDATE) : after.path(field).asOptional().orElse(null));
        }
        entries.add(entry);
    }

    private static JsonNode secret(Action action) {
        return action == Action.CREATE
                ? Json.object().nullNode()
                : tools.jackson.databind.node.StringNode.valueOf(SECRET);
    }

    boolean names(String kind, String name) {
        return entries.stream()
                .anyMatch(entry ->
                        entry.path("kind").asString().equals(kind)
                                && entry.path("name").asString().equals(name));
    }

    /// Every object of the file and every one that goes.
    ArrayNode all() {
        ArrayNode all = Json.array();
        entries.forEach(all::add);
        return all;
    }

    /// Only those that change.
    ArrayNode changes() {
        ArrayNode some = Json.array();
        entries.stream()
                .filter(entry -> !entry.path("action").asString().equals("none"))
                .forEach(entry -> some.add(entry.deepCopy()));
        return some;
    }
}
