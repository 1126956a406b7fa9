package dev.sluice.simulator.exchange;

import dev.sluice.simulator.answer.Seed;
import io.vertx.core.buffer.Buffer;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reading requests and making answers as JSON trees.
public final class Json {

    public static final JsonMapper MAPPER = JsonMapper.shared();

    private Json() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static JsonNode body(Buffer bytes) {
        try {
            JsonNode root = MAPPER.readTree(bytes.getBytes());
            if (root.isObject()) {
                return root;
            }
        } catch (JacksonException e) {
            throw unreadable();
        }
        throw unreadable();
    }

    private static RefusedException unreadable() {
        return bad("We could not parse the JSON body of your request: it is not a JSON object.");
    }

    public static RefusedException bad(String message) {
        return new RefusedException(400, "", message);
    }

    /// The string at a field; empty where it is absent or something else.
    public static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isString() ? value.stringValue() : "";
    }

    public static boolean flag(JsonNode node, String field) {
        return node.path(field).isBoolean() && node.path(field).booleanValue();
    }

    /// An integer between bounds; `otherwise` where absent or null.
    public static long integer(JsonNode root, String field, long otherwise, long least, long most) {
        JsonNode value = root.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw bad("Invalid type for '" + field + "': expected an integer.");
        }
        long number = value.longValue();
        if (number < least || number > most) {
            throw bad(
                    "Invalid '%s': %d is not between %d and %d."
                            .formatted(field, number, least, most));
        }
        return number;
    }

    /// Everything that decides what is said. How it is delivered does not, nor where it is cut, so
    /// that a stream says what a plain answer says and a limited one begins like a full one.
    ///
    /// @param model its name without directives
    /// @param delivery fields that decide no content
    public static Seed seed(JsonNode root, String model, Set<String> delivery) {
        ObjectNode essence = object();
        root.properties().forEach(field -> essence.set(field.getKey(), field.getValue()));
        delivery.forEach(essence::remove);
        essence.put("model", model);
        return Seed.of(essence.toString());
    }
}
