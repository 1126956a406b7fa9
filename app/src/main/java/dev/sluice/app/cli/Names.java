package dev.sluice.app.cli;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// Names for the ids of teams, keys and the like in what a person reads. What is gone, or not for
/// this credential's eyes, keeps its id.
final class Names {

    private static final Pattern ID = Pattern.compile("(team|key|user|svc|quo|ups)_[0-9a-z]{26}");
    private static final Set<String> FIELDS =
            Set.of("team", "key", "user", "rule", "quota", "upstream");
    private static final Map<String, String> LISTS =
            Map.of(
                    "team", "teams",
                    "key", "keys",
                    "user", "users",
                    "svc", "services",
                    "quo", "quotas",
                    "ups", "upstreams");

    /// As many as one page of a list holds.
    private static final int PAGE = 500;

    /// Of one kind: more are looked for in the list first.
    private static final int ONE_BY_ONE = 2;

    /// Of one kind and answer: further ones stay ids.
    private static final int MOST_ASKED = 30;

    private final ApiClient client;
    private final Map<String, String> known = new HashMap<>();
    private final Set<String> listed = new HashSet<>();

    Names(ApiClient client) {
        this.client = client;
    }

    /// The same with names where ids were.
    JsonNode in(JsonNode answer) {
        Map<String, Set<String>> wanted = new HashMap<>();
        collect(answer, wanted);
        wanted.forEach(this::learn);
        if (wanted.isEmpty()) {
            return answer;
        }
        JsonNode copy = answer.deepCopy();
        replace(copy);
        return copy;
    }

    private static boolean isId(String field, JsonNode value) {
        return FIELDS.contains(field)
                && value.isString()
                && ID.matcher(value.stringValue()).matches();
    }

    private static void collect(JsonNode node, Map<String, Set<String>> wanted) {
        for (var field : node.properties()) {
            JsonNode value = field.getValue();
            if (isId(field.getKey(), value)) {
                String id = value.stringValue();
                String kind = id.substring(0, id.indexOf('_'));
                wanted.computeIfAbsent(kind, _ -> new HashSet<>()).add(id);
            } else {
                collect(value, wanted);
            }
        }
        if (node.isArray()) {
            node.forEach(item -> collect(item, wanted));
        }
    }

    private void learn(String kind, Set<String> ids) {
        String list = LISTS.getOrDefault(kind, kind);
        if (missing(ids).size() > ONE_BY_ONE && listed.add(kind)) {
            JsonNode page = ask(list, Map.of("limit", Integer.toString(PAGE)));
            if (page.get("data") instanceof ArrayNode rows) {
                rows.forEach(this::remember);
            }
        }
        missing(ids).stream()
                .limit(MOST_ASKED)
                .forEach(id -> {
                    // an id that is its own name is not asked for again
                    known.put(id, id);
                    remember(ask(list + "/" + id, Map.of()));
                });
    }

    private Set<String> missing(Set<String> ids) {
        Set<String> missing = new HashSet<>(ids);
        missing.removeAll(known.keySet());
        return missing;
    }

    private JsonNode ask(String path, Map<String, String> query) {
        JsonNode none = Json.object();
        try {
            ApiAnswer answer = client.get(path, query);
            JsonNode node = answer.ok() ? answer.json() : null;
            return node == null ? none : node;
        } catch (CliException _) {
            // what was asked for is here already: it is shown with ids
            return none;
        }
    }

    private void remember(JsonNode row) {
        String id = Json.text(row, "id");
        String label = Json.text(row, "label");
        String name = label == null ? Json.text(row, "name") : label;
        if (id != null && name != null) {
            known.put(id, name);
        }
    }

    private void replace(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (var field : object.properties()) {
                JsonNode value = field.getValue();
                if (isId(field.getKey(), value)) {
                    String id = value.stringValue();
                    field.setValue(StringNode.valueOf(known.getOrDefault(id, id)));
                } else {
                    replace(value);
                }
            }
        } else if (node.isArray()) {
            node.forEach(this::replace);
        }
    }
}
