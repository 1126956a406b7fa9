package dev.sluice.protocol.gemini;

import dev.sluice.protocol.json.Trees;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Gemini's own schemas, a subset of OpenAPI's, as JSON Schema.
final class OpenSchema {

    /// 64-bit integers, which protocol buffers may write as strings.
    private static final Set<String> COUNTS =
            Set.of(
                    "minItems",
                    "maxItems",
                    "minLength",
                    "maxLength",
                    "minProperties",
                    "maxProperties");

    private OpenSchema() {}

    static JsonNode jsonSchema(JsonNode schema) {
        if (!schema.isObject()) {
            return schema;
        }
        ObjectNode written = Trees.object();
        boolean nullable = false;
        for (Map.Entry<String, JsonNode> member : schema.properties()) {
            String name = Spelling.camel(member.getKey());
            JsonNode value = member.getValue();
            switch (name) {
                case "type" ->
                        written.put("type", value.asString("object").toLowerCase(Locale.ROOT));
                case "nullable" -> nullable = value.asBoolean(false);
                case "properties" -> {
                    ObjectNode properties = written.putObject("properties");
                    value.properties()
                            .forEach(p -> properties.set(p.getKey(), jsonSchema(p.getValue())));
                }
                case "items" -> written.set("items", jsonSchema(value));
                case "anyOf" -> {
                    ArrayNode any = written.putArray("anyOf");
                    Repeated.elements(value).forEach(one -> any.add(jsonSchema(one)));
                }
                // Only the order in which Gemini writes, and its own word for an enumeration.
                case "propertyOrdering" -> {}
                case "format" -> {
                    if (!value.asString("").equals("enum")) {
                        written.set("format", value);
                    }
                }
                case "required", "enum" -> {
                    if (!value.isNull()) {
                        written.putArray(name).addAll(Repeated.elements(value));
                    }
                }
                default -> written.set(name, COUNTS.contains(name) ? count(value) : value);
            }
        }
        if (nullable && written.path("type").isString()) {
            String type = written.path("type").stringValue();
            written.putArray("type").add(type).add("null");
        }
        return written;
    }

    private static JsonNode count(JsonNode value) {
        return value.isString() && value.stringValue().matches("[0-9]{1,18}")
                ? Trees.array().add(Long.parseLong(value.stringValue())).get(0)
                : value;
    }
}
