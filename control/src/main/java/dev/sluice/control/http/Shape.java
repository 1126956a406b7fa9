package dev.sluice.control.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The shape of a JSON object for the OpenAPI document: named, with typed and described fields.
/// One shape serves answers and requests: in answers every field is there and no field is null
/// unless the shape says so; in requests only what is [#require]d must be there.
/// Built once at the start; not thread-safe while it is built.
public final class Shape {

    /// Where a shape is used; each use has a schema of its own.
    public enum Use {
        ANSWER,
        REQUEST,
        /// A PATCH: any field, and null clears one.
        CHANGE
    }

    /// @param node the JSON Schema of the field, without what `shape` says
    /// @param shape of the field's objects, or null
    /// @param list whether the field holds a list of them
    private record Field(ObjectNode node, @Nullable Shape shape, boolean list) {

        ObjectNode schema(Use use) {
            if (shape == null) {
                return node.deepCopy();
            }
            ObjectNode inner = shape.schema(use);
            if (!list) {
                return inner.setAll(node);
            }
            ObjectNode array = Json.object().put("type", "array");
            array.set("items", inner);
            return array.setAll(node);
        }
    }

    private final String name;
    private final Map<String, Field> fields = new LinkedHashMap<>();
    private final List<String> required = new ArrayList<>();
    private final Set<String> optional = new LinkedHashSet<>();
    private final Set<String> nullable = new LinkedHashSet<>();
    private final Set<String> readOnly = new LinkedHashSet<>();
    private final Set<String> writeOnly = new LinkedHashSet<>();
    private final List<Shape> mentioned = new ArrayList<>();
    private @Nullable ObjectNode others;

    private Shape(String name) {
        this.name = name;
    }

    /// A shape without fields yet; `name` is unique in the document, in CamelCase.
    public static Shape object(String name) {
        return new Shape(name);
    }

    /// The list envelope.
    public static Shape listOf(Shape item) {
        ObjectNode array = Json.object().put("type", "array");
        array.set("items", item.reference(Use.ANSWER));
        Shape list =
                object(item.name + "List")
                        .word("object", "always `list`", "list")
                        .raw("data", array, "newest first")
                        .flag("has_more", "whether another page exists")
                        .text("next_cursor", "for the next page, or null")
                        .nullable("next_cursor");
        list.mentioned.add(item);
        return list;
    }

    public Shape text(String field, String description) {
        return typed(field, "string", description);
    }

    /// One of a few words.
    public Shape word(String field, String description, String... words) {
        typed(field, "string", description);
        ArrayNode list = node(field).putArray("enum");
        List.of(words).forEach(list::add);
        return this;
    }

    public Shape time(String field, String description) {
        typed(field, "string", description);
        node(field).put("format", "date-time");
        return this;
    }

    public Shape decimal(String field, String description) {
        return typed(field, "string", description + " (canonical decimal)");
    }

    public Shape whole(String field, String description) {
        return typed(field, "integer", description);
    }

    /// A number that need not be whole; never money.
    public Shape number(String field, String description) {
        return typed(field, "number", description);
    }

    public Shape flag(String field, String description) {
        return typed(field, "boolean", description);
    }

    public Shape texts(String field, String description) {
        return list(field, "string", description);
    }

    public Shape wholes(String field, String description) {
        return list(field, "integer", description);
    }

    private Shape list(String field, String type, String description) {
        ObjectNode array = Json.object().put("type", "array");
        array.putObject("items").put("type", type);
        return raw(field, array, description);
    }

    /// An object whose fields are named by data; each value has one of the types.
    public Shape map(String field, String description, String... types) {
        ObjectNode map = Json.object().put("type", "object");
        map.set("additionalProperties", oneOfTypes(types));
        return raw(field, map, description);
    }

    public Shape nested(String field, Shape shape, String description) {
        fields.put(field, new Field(described(Json.object(), description), shape, false));
        return this;
    }

    public Shape listOf(String field, Shape shape, String description) {
        fields.put(field, new Field(described(Json.object(), description), shape, true));
        return this;
    }

    /// Any JSON value.
    public Shape any(String field, String description) {
        return raw(field, Json.object(), description);
    }

    /// Further fields, named by data; each value has one of the types, or any if none is given.
    public Shape others(String... types) {
        others = oneOfTypes(types);
        return this;
    }

    private static ObjectNode oneOfTypes(String... types) {
        ObjectNode schema = Json.object();
        if (types.length == 1) {
            return schema.put("type", types[0]);
        }
        if (types.length > 1) {
            schema.set("type", Json.array(List.of(types)));
        }
        return schema;
    }

    private Shape typed(String field, String type, String description) {
        return raw(field, Json.object().put("type", type), description);
    }

    private Shape raw(String field, ObjectNode schema, String description) {
        fields.put(field, new Field(described(schema, description), null, false));
        return this;
    }

    private static ObjectNode described(ObjectNode schema, String description) {
        return schema.put("description", description);
    }

    /// Fields the caller must send.
    public Shape require(String... names) {
        return mark(names, required::add);
    }

    /// Fields that an answer may lack.
    public Shape optional(String... names) {
        return mark(names, optional::add);
    }

    /// Fields that are null in some answers.
    public Shape nullable(String... names) {
        return mark(names, nullable::add);
    }

    /// Fields that only answers have.
    public Shape readOnly(String... names) {
        return mark(names, readOnly::add);
    }

    /// Fields that only requests have.
    public Shape writeOnly(String... names) {
        return mark(names, writeOnly::add);
    }

    private Shape mark(String[] names, java.util.function.Consumer<String> into) {
        for (String field : names) {
            node(field);
            into.accept(field);
        }
        return this;
    }

    private ObjectNode node(String field) {
        Field found = fields.get(field);
        if (found == null) {
            throw new IllegalStateException(name + " has no field " + field);
        }
        return found.node;
    }

    /// The name of the schema for a use: a shape that differs between answers and requests has
    /// two, and a third one for changes.
    public String name(Use use) {
        return switch (use) {
            case ANSWER -> name;
            case REQUEST -> readOnly.isEmpty() && writeOnly.isEmpty() ? name : name + "Input";
            case CHANGE -> name + "Changes";
        };
    }

    /// Shapes that the schema refers to by name.
    public List<Shape> mentioned() {
        return List.copyOf(mentioned);
    }

    /// A reference to the schema by name.
    public ObjectNode reference(Use use) {
        return Json.object().put("$ref", "#/components/schemas/" + name(use));
    }

    /// JSON Schema 2020-12, as OpenAPI 3.1 uses it.
    public ObjectNode schema(Use use) {
        ObjectNode schema = Json.object().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        List<String> always = new ArrayList<>();
        fields.forEach((field, found) -> {
            boolean answer = use == Use.ANSWER;
            if ((answer ? writeOnly : readOnly).contains(field)) {
                return;
            }
            ObjectNode node = found.schema(use);
            boolean must = required.contains(field);
            if (answer ? nullable.contains(field) : use == Use.CHANGE && !must) {
                orNull(node);
            }
            if (answer ? !optional.contains(field) : use == Use.REQUEST && must) {
                always.add(field);
            }
            properties.set(field, node);
        });
        if (!always.isEmpty()) {
            schema.set("required", Json.array(always));
        }
        if (others != null) {
            schema.set("additionalProperties", others.deepCopy());
        }
        return schema;
    }

    private static void orNull(ObjectNode node) {
        if (node.has("type")) {
            String type = node.path("type").asString();
            node.putArray("type").add(type).add("null");
        }
        if (node.get("enum") instanceof ArrayNode words) {
            words.addNull();
        }
    }
}
