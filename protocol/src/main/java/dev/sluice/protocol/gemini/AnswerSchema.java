package dev.sluice.protocol.gemini;

import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.json.Trees;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// JSON Schema as far as Gemini holds an answer to it: one word it does not know fails the whole
/// request. What is left out only widens what an answer may be, and is reported.
final class AnswerSchema {

    private static final Set<String> TAKEN =
            Set.of(
                    "$id",
                    "$ref",
                    "$anchor",
                    "type",
                    "format",
                    "title",
                    "description",
                    "enum",
                    "minItems",
                    "maxItems",
                    "minimum",
                    "maximum",
                    "required",
                    "propertyOrdering");

    /// Words that hold an answer to nothing.
    private static final Set<String> REMARKS = Set.of("$schema", "$comment", "default", "examples");

    private final Losses losses;

    AnswerSchema(Losses losses) {
        this.losses = losses;
    }

    JsonNode written(JsonNode schema) {
        if (!schema.isObject()) {
            return schema;
        }
        ObjectNode written = Trees.object();
        for (Map.Entry<String, JsonNode> member : schema.properties()) {
            member(member.getKey(), member.getValue(), written);
        }
        return written;
    }

    private void member(String name, JsonNode value, ObjectNode written) {
        switch (name) {
            case "properties", "$defs" -> {
                ObjectNode named = written.putObject(name);
                value.properties().forEach(one -> named.set(one.getKey(), written(one.getValue())));
            }
            case "definitions" -> {
                ObjectNode named = written.putObject("$defs");
                value.properties().forEach(one -> named.set(one.getKey(), written(one.getValue())));
            }
            case "items", "additionalProperties" -> written.set(name, written(value));
            case "prefixItems", "anyOf", "oneOf" -> {
                ArrayNode several = written.putArray(name);
                value.forEach(one -> several.add(written(one)));
            }
            case "const" -> written.putArray("enum").add(value);
            case "exclusiveMinimum" -> bound("minimum", value, written);
            case "exclusiveMaximum" -> bound("maximum", value, written);
            default -> {
                if (name.equals("$ref")) {
                    String to = value.asString("").replace("#/definitions/", "#/$defs/");
                    written.put(name, to);
                } else if (TAKEN.contains(name)) {
                    written.set(name, value);
                } else if (!REMARKS.contains(name)) {
                    losses.drop("response_format.schema." + name);
                }
            }
        }
    }

    /// Nearly the same; the bound itself is let through.
    private void bound(String name, JsonNode value, ObjectNode written) {
        written.set(name, value);
        losses.drop(
                "response_format.schema.exclusive"
                        + Character.toUpperCase(name.charAt(0))
                        + name.substring(1));
    }
}
