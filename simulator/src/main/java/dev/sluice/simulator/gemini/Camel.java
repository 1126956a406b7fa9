package dev.sluice.simulator.gemini;

import dev.sluice.simulator.exchange.Json;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Field names may be written in either of two ways, and lists of one without the list; from here
/// on there is one way.
final class Camel {

    /// What lies below these is the client's own, or a schema with a reader of its own.
    private static final Set<String> OPAQUE =
            Set.of(
                    "args",
                    "response",
                    "parameters",
                    "parametersJsonSchema",
                    "responseSchema",
                    "responseJsonSchema");

    private static final Set<String> LISTS =
            Set.of(
                    "contents",
                    "parts",
                    "tools",
                    "functionDeclarations",
                    "safetySettings",
                    "stopSequences",
                    "responseModalities",
                    "allowedFunctionNames",
                    "requests");

    private Camel() {}

    static JsonNode of(JsonNode given) {
        if (given.isArray()) {
            ArrayNode out = Json.MAPPER.createArrayNode();
            given.forEach(item -> out.add(of(item)));
            return out;
        }
        if (!given.isObject()) {
            return given;
        }
        ObjectNode out = Json.object();
        given.properties()
                .forEach(field -> {
                    String name = name(field.getKey());
                    JsonNode value =
                            OPAQUE.contains(name) ? field.getValue() : of(field.getValue());
                    boolean alone = LISTS.contains(name) && !value.isArray() && !value.isNull();
                    out.set(name, alone ? Json.MAPPER.createArrayNode().add(value) : value);
                });
        return out;
    }

    static String name(String given) {
        StringBuilder out = new StringBuilder();
        boolean raise = false;
        for (int at = 0; at < given.length(); at++) {
            char c = given.charAt(at);
            if (c == '_') {
                raise = true;
            } else {
                out.append(raise ? Character.toUpperCase(c) : c);
                raise = false;
            }
        }
        return out.toString();
    }
}
