package dev.sluice.simulator.gemini;

import dev.sluice.simulator.exchange.Json;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The dialect's own form of a schema: a closed list of fields, types in capitals. Anything else
/// in it fails the whole request, as it does at the provider.
final class OpenSchema {

    private static final Set<String> FIELDS =
            Set.of(
                    "type",
                    "format",
                    "title",
                    "description",
                    "nullable",
                    "enum",
                    "items",
                    "maxItems",
                    "minItems",
                    "properties",
                    "required",
                    "minProperties",
                    "maxProperties",
                    "minimum",
                    "maximum",
                    "minLength",
                    "maxLength",
                    "pattern",
                    "example",
                    "anyOf",
                    "propertyOrdering",
                    "default");

    private OpenSchema() {}

    /// As JSON Schema.
    ///
    /// @param at where it stands, for the message
    static ObjectNode asJsonSchema(JsonNode schema, String at) {
        ObjectNode out = Json.object();
        schema.properties()
                .forEach(field -> {
                    String name = Camel.name(field.getKey());
                    if (!FIELDS.contains(name)) {
                        throw Json.bad(
                                "Invalid JSON payload received. Unknown name \"%s\" at '%s': Cannot"
                                                .formatted(field.getKey(), at)
                                        + " find field.");
                    }
                    out.set(name, value(name, field.getValue(), at));
                });
        return out;
    }

    private static JsonNode value(String name, JsonNode value, String at) {
        return switch (name) {
            case "type" ->
                    Json.MAPPER
                            .getNodeFactory()
                            .stringNode(value.asString("").toLowerCase(Locale.ROOT));
            case "items" -> asJsonSchema(value, at + ".items");
            case "properties" -> {
                ObjectNode out = Json.object();
                value.properties()
                        .forEach(property ->
                                out.set(
                                        property.getKey(),
                                        asJsonSchema(
                                                property.getValue(),
                                                at + ".properties[" + property.getKey() + "]")));
                yield out;
            }
            case "anyOf" -> {
                ArrayNode out = Json.MAPPER.createArrayNode();
                value.forEach(option -> out.add(asJsonSchema(option, at + ".any_of")));
                yield out;
            }
            default -> value;
        };
    }
}
