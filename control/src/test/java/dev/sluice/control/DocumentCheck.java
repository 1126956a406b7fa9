package dev.sluice.control;

import dev.sluice.control.http.Route;
import dev.sluice.control.http.Router;
import dev.sluice.control.openapi.OpenApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/// Holds every answer that any test gets against the OpenAPI document: the status must be listed,
/// every field declared and of its type, every promised field there.
final class DocumentCheck {

    private final Router router;
    private final Map<Integer, JsonNode> documents = new ConcurrentHashMap<>();

    DocumentCheck(Router router) {
        this.router = router;
    }

    /// Throws [AssertionError] that lists everything the document does not say.
    void check(String method, String path, Plane.Answer answer) {
        List<Route> routes = router.routes();
        JsonNode document =
                documents.computeIfAbsent(routes.size(), _ -> new OpenApi(router).document());
        String pattern =
                routes.stream()
                        .filter(route -> route.method().equals(method))
                        .map(Route::pattern)
                        .filter(candidate -> matches(candidate, path))
                        .min((a, b) -> Integer.compare(variables(a), variables(b)))
                        .orElse(null);
        if (pattern == null) {
            return;
        }
        List<String> problems = new ArrayList<>();
        JsonNode operation =
                document.path("paths").path(pattern).path(method.toLowerCase(Locale.ROOT));
        JsonNode listed = operation.path("responses").path(Integer.toString(answer.status()));
        if (listed.isMissingNode()) {
            problems.add("status " + answer.status() + " is not listed");
        } else {
            body(document, listed, answer, problems);
        }
        if (!problems.isEmpty()) {
            throw new AssertionError(
                    method
                            + " "
                            + pattern
                            + " is not as /openapi.json says: "
                            + problems
                            + "\n"
                            + answer.response().bodyText());
        }
    }

    private static boolean matches(String pattern, String path) {
        return path.matches(pattern.replaceAll("\\{[a-z_]+}", "[^/]+"));
    }

    private static int variables(String pattern) {
        return pattern.length() - pattern.replace("{", "").length();
    }

    private static void body(
            JsonNode document, JsonNode listed, Plane.Answer answer, List<String> problems) {
        JsonNode response = resolved(document, listed);
        String type = answer.response().headers().getOrDefault("content-type", "");
        if (type.isEmpty()) {
            return;
        }
        String plain = type.replaceAll(";.*", "");
        JsonNode content = response.path("content").path(plain);
        if (content.isMissingNode()) {
            problems.add("no answer of type " + plain);
        } else if (plain.equals("application/json") && answer.response().writer().isEmpty()) {
            value(document, content.path("schema"), answer.json(), "", problems);
        }
    }

    private static void value(
            JsonNode document, JsonNode schema, JsonNode value, String at, List<String> problems) {
        JsonNode wanted = resolved(document, schema);
        if (wanted.has("type") && !types(wanted).contains(typeOf(value))) {
            problems.add(at + " is " + typeOf(value) + ", not " + types(wanted));
            return;
        }
        if (wanted.has("enum") && !contains(wanted.path("enum"), value)) {
            problems.add(at + " is none of " + wanted.path("enum"));
        }
        if (value.isArray() && wanted.has("items")) {
            for (JsonNode item : value) {
                value(document, wanted.path("items"), item, at + "[]", problems);
            }
        }
        if (value.isObject() && wanted.has("type")) {
            fields(document, wanted, value, at, problems);
        }
    }

    private static void fields(
            JsonNode document, JsonNode wanted, JsonNode value, String at, List<String> problems) {
        for (JsonNode name : wanted.path("required")) {
            if (!value.has(name.asString())) {
                problems.add(at + "." + name.asString() + " is missing");
            }
        }
        boolean free = !wanted.has("properties") && !wanted.has("additionalProperties");
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            String name = at + "." + field.getKey();
            JsonNode declared = wanted.path("properties").path(field.getKey());
            JsonNode other = wanted.path("additionalProperties");
            if (!declared.isMissingNode()) {
                value(document, declared, field.getValue(), name, problems);
            } else if (!other.isMissingNode()) {
                value(document, other, field.getValue(), name, problems);
            } else if (!free) {
                problems.add(name + " is not declared");
            }
        }
    }

    private static JsonNode resolved(JsonNode document, JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asString().substring(1)) : node;
    }

    private static Set<String> types(JsonNode schema) {
        Set<String> types = new TreeSet<>();
        if (schema.path("type").isArray()) {
            schema.path("type").forEach(type -> types.add(type.asString()));
        } else {
            types.add(schema.path("type").asString());
        }
        if (types.contains("number")) {
            types.add("integer");
        }
        return types;
    }

    private static String typeOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NULL -> "null";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case BINARY, MISSING, POJO -> "none";
        };
    }

    private static boolean contains(JsonNode words, JsonNode value) {
        for (JsonNode word : words) {
            if (word.equals(value)) {
                return true;
            }
        }
        return false;
    }
}
