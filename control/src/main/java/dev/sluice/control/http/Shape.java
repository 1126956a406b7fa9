package dev.sluice.control.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The shape of a JSON object for the OpenAPI document: named, with typed and described fields.
/// Built once at the start; not thread-safe while it is built.
public final class Shape {

    private final String name;
    private final Map<String, ObjectNode> fields = new LinkedHashMap<>();
    private final List<String> required = new ArrayList<>();
    private final List<Shape> mentioned = new ArrayList<>();

    private Shape(String name) {
        this.name = name;
    }

    /// A shape without fields yet; `name` is unique in the document, in CamelCase.
    public static Shape object(String name) {
        return new Shape(name);
    }

    /// The list envelope.
    public static Shape listOf(Shape item) {
        ObjectNode array = Json.object();
        array.put("type", "array");
        array.set("items", item.reference());
        Shape list =
                object(item.name + "List")
                        .text("object", "always `list`")
                        .raw("data", array, "newest first")
                        .flag("has_more", "whether another page exists")
                        .text("next_cursor", "for the next page, or null");
        list.mentioned.add(item);
        return list;
    }

    public Shape text(String field, String description) {
        return typed(field, "string", description);
    }

    public Shape time(String field, String description) {
        typed(field, "string", description);
        node(field).put("format", "date-time");
        return this;
    }

    public Shape decimal(String field, String description) {
        typed(field, "string", description + " (canonical decimal)");
        return this;
    }

    public Shape whole(String field, String description) {
        return typed(field, "integer", description);
    }

    public Shape flag(String field, String description) {
        return typed(field, "boolean", description);
    }

    public Shape texts(String field, String description) {
        ObjectNode array = Json.object();
        array.put("type", "array");
        array.putObject("items").put("type", "string");
        return raw(field, array, description);
    }

    public Shape nested(String field, Shape shape, String description) {
        return raw(field, shape.schema(), description);
    }

    public Shape listOf(String field, Shape shape, String description) {
        ObjectNode array = Json.object();
        array.put("type", "array");
        array.set("items", shape.schema());
        return raw(field, array, description);
    }

    /// Any JSON value.
    public Shape any(String field, String description) {
        return raw(field, Json.object(), description);
    }

    private Shape typed(String field, String type, String description) {
        ObjectNode schema = Json.object();
        schema.put("type", type);
        return raw(field, schema, description);
    }

    private Shape raw(String field, ObjectNode schema, String description) {
        schema.put("description", description);
        fields.put(field, schema);
        return this;
    }

    /// Fields the caller must send.
    public Shape require(String... names) {
        required.addAll(List.of(names));
        return this;
    }

    /// Fields that only answers have.
    public Shape readOnly(String... names) {
        for (String field : names) {
            node(field).put("readOnly", true);
        }
        return this;
    }

    /// Fields that only requests have.
    public Shape writeOnly(String... names) {
        for (String field : names) {
            node(field).put("writeOnly", true);
        }
        return this;
    }

    private ObjectNode node(String field) {
        ObjectNode node = fields.get(field);
        if (node == null) {
            throw new IllegalStateException(name + " has no field " + field);
        }
        return node;
    }

    public String name() {
        return name;
    }

    public boolean declares(String field) {
        return fields.containsKey(field);
    }

    /// Shapes that the schema refers to by name.
    public List<Shape> mentioned() {
        return List.copyOf(mentioned);
    }

    /// A reference to the schema by name.
    public ObjectNode reference() {
        return Json.object().put("$ref", "#/components/schemas/" + name);
    }

    /// JSON Schema 2020-12, as OpenAPI 3.1 uses it.
    public ObjectNode schema() {
        ObjectNode schema = Json.object();
        schema.put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        fields.forEach((field, node) -> properties.set(field, (JsonNode) node.deepCopy()));
        if (!required.isEmpty()) {
            ArrayNode names = schema.putArray("required");
            required.forEach(names::add);
        }
        return schema;
    }
}
