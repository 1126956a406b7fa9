package dev.sluice.app.shapes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The facts of OpenAI's specification, `openai-shapes.json`: names, types, required members and
/// enums. `protocol/facts/openai_shapes.py` makes the file.
final class Shapes {

    static final JsonMapper JSON = JsonMapper.shared();
    static final Path FACTS = Path.of("..", "protocol", "src", "test", "facts");

    private static final List<String> CHOICES = List.of("anyOf", "oneOf");

    private final JsonNode facts;

    /// Names of members that the specification does not have, and that are fine all the same.
    private final Set<String> known;

    private Shapes(JsonNode facts, Set<String> known) {
        this.facts = facts;
        this.known = known;
    }

    static JsonNode file(String name) {
        try {
            return JSON.readTree(Files.readString(FACTS.resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Shapes read(String... known) {
        return new Shapes(file("openai-shapes.json"), Set.of(known));
    }

    /// The operations, `POST /chat/completions`.
    Set<String> operations() {
        return new HashSet<>(facts.path("operations").propertyNames());
    }

    /// The operation of a path with ids in it; null when there is none.
    @Nullable String operation(String method, String path) {
        return operations().stream()
                .filter(name ->
                        (method + " " + path)
                                .matches(name.replaceAll("\\{[^}]+}", "[^/]+").replace(".", "\\.")))
                .findFirst()
                .orElse(null);
    }

    /// What is wrong with a JSON request.
    List<String> ofRequest(String operation, JsonNode body) {
        return check(content(operation, "request", "application/json"), body);
    }

    /// What is wrong with a JSON answer.
    List<String> ofAnswer(String operation, JsonNode body) {
        return check(content(operation, "answer", "application/json"), body);
    }

    /// What is wrong with an event of a stream.
    List<String> ofEvent(String operation, JsonNode event) {
        return check(content(operation, "answer", "text/event-stream"), event);
    }

    /// What is wrong with a document that has this name in the specification.
    List<String> of(String schema, JsonNode document) {
        return check(schema(schema), document);
    }

    private JsonNode content(String operation, String side, String type) {
        JsonNode schema = facts.path("operations").path(operation).path(side).path(type);
        if (schema.isMissingNode()) {
            throw new IllegalArgumentException(operation + " has no " + side + " of " + type);
        }
        return schema;
    }

    private JsonNode schema(String name) {
        JsonNode schema = facts.path("schemas").path(name);
        if (schema.isMissingNode()) {
            throw new IllegalArgumentException("no schema " + name);
        }
        return schema;
    }

    private List<String> check(JsonNode schema, JsonNode value) {
        List<String> wrong = new ArrayList<>();
        check(schema, value, "", false, wrong);
        return wrong;
    }

    /// @param part whether the value has members that this schema need not know
    private void check(
            JsonNode schema, JsonNode value, String path, boolean part, List<String> wrong) {
        JsonNode reference = schema.get("$ref");
        if (reference != null) {
            check(schema(reference.asString()), value, path, part, wrong);
            return;
        }
        if (value.isNull() && schema.path("nullable").asBoolean(false)) {
            return;
        }
        type(schema, value, path, wrong);
        if (schema.has("enum") && schema.path("enum").valueStream().noneMatch(value::equals)) {
            wrong.add(path + " is " + value + ", not one of " + schema.path("enum"));
        }
        if (schema.has("const") && !schema.path("const").equals(value)) {
            wrong.add(path + " is " + value + ", not " + schema.path("const"));
        }
        boolean whole = !schema.has("properties") && !schema.has("allOf");
        for (JsonNode one : schema.path("allOf")) {
            check(one, value, path, true, wrong);
        }
        for (String choices : CHOICES) {
            if (schema.has(choices)) {
                wrong.addAll(nearest(schema.path(choices), value, path, part || !whole));
            }
        }
        if (value.isArray() && schema.has("items")) {
            for (int i = 0; i < value.size(); i++) {
                check(schema.path("items"), value.get(i), path + "[" + i + "]", false, wrong);
            }
        }
        if (value.isObject()) {
            members(schema, value, path, wrong);
            Set<String> names = part ? null : names(schema);
            if (names != null) {
                value.propertyNames().stream()
                        .filter(name -> !names.contains(name) && !known.contains(name))
                        .forEach(name -> wrong.add(path + "." + name + " is not specified"));
            }
        }
    }

    /// The members that a schema knows; null when it takes any.
    private @Nullable Set<String> names(JsonNode schema) {
        JsonNode reference = schema.get("$ref");
        if (reference != null) {
            return names(schema(reference.asString()));
        }
        JsonNode others = schema.path("additionalProperties");
        if (others.isObject() || others.asBoolean(false)) {
            return null;
        }
        Set<String> names = new HashSet<>(schema.path("properties").propertyNames());
        boolean told = schema.has("properties");
        for (String parts : List.of("allOf", "anyOf", "oneOf")) {
            for (JsonNode part : schema.path(parts)) {
                Set<String> more = names(part);
                if (more == null && mayBeObject(part)) {
                    return null;
                }
                told |= more != null;
                names.addAll(more == null ? Set.of() : more);
            }
        }
        return told ? names : null;
    }

    private boolean mayBeObject(JsonNode schema) {
        JsonNode reference = schema.get("$ref");
        if (reference != null) {
            return mayBeObject(schema(reference.asString()));
        }
        String type = schema.path("type").asString("object");
        return type.equals("object") && !schema.has("enum");
    }

    private static void type(JsonNode schema, JsonNode value, String path, List<String> wrong) {
        JsonNode type = schema.path("type");
        boolean fits =
                type.isMissingNode()
                        || (type.isArray()
                                ? type.valueStream().anyMatch(one -> is(one.asString(), value))
                                : is(type.asString(), value));
        if (!fits) {
            wrong.add(path + " is " + value.getNodeType() + ", not " + type);
        }
    }

    private static boolean is(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "null" -> value.isNull();
            default -> throw new IllegalArgumentException("type " + type);
        };
    }

    /// Nothing where one of several fits; else what is wrong with the one that fits best.
    private List<String> nearest(JsonNode choices, JsonNode value, String path, boolean part) {
        List<String> least = List.of();
        int leastWeight = Integer.MAX_VALUE;
        for (JsonNode choice : choices) {
            List<String> wrong = new ArrayList<>();
            check(choice, value, path, part, wrong);
            if (wrong.isEmpty()) {
                return wrong;
            }
            int weight = wrong.size() + (isOther(choice, value) ? 1_000 : 0);
            if (weight < leastWeight) {
                leastWeight = weight;
                least = wrong;
            }
        }
        return least;
    }

    /// Whether the value says that it is of another kind.
    private boolean isOther(JsonNode schema, JsonNode value) {
        JsonNode reference = schema.get("$ref");
        if (reference != null) {
            return isOther(schema(reference.asString()), value);
        }
        JsonNode type = schema.path("type");
        if (type.isString() && !is(type.asString(), value)) {
            return true;
        }
        for (String name : List.of("type", "role")) {
            JsonNode kind = schema.path("properties").path(name);
            if (kind.has("enum")
                    && kind.path("enum").valueStream().noneMatch(value.path(name)::equals)) {
                return true;
            }
        }
        return false;
    }

    private void members(JsonNode schema, JsonNode value, String path, List<String> wrong) {
        List<String> required =
                schema.path("required").valueStream().map(JsonNode::asString).toList();
        required.stream()
                .filter(name -> !value.has(name))
                .forEach(name -> wrong.add(path + "." + name + " is missing"));
        JsonNode properties = schema.path("properties");
        JsonNode others = schema.path("additionalProperties");
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            String at = path + "." + member.getKey();
            JsonNode told = properties.get(member.getKey());
            if (member.getValue().isNull() && !required.contains(member.getKey())) {
                // OpenAI's own examples have nothing where the specification has an optional member
                continue;
            }
            if (told != null) {
                check(told, member.getValue(), at, false, wrong);
            } else if (others.isObject()) {
                check(others, member.getValue(), at, false, wrong);
            }
        }
    }
}
