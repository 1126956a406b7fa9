package dev.sluice.protocol.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Documents as trees, for what is translated. Numbers keep every digit they were written with.
public final class Trees {

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxStringLength(Integer.MAX_VALUE)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private Trees() {}

    /// Reads one document that was checked before.
    ///
    /// @throws JacksonException when it is none
    public static JsonNode read(byte[] json) {
        return MAPPER.readTree(json);
    }

    public static JsonNode read(byte[] json, int offset, int length) {
        return MAPPER.readTree(json, offset, length);
    }

    /// Reads text that should be an object; null when it is not.
    public static @Nullable ObjectNode objectOrNull(String json) {
        try {
            return MAPPER.readTree(json) instanceof ObjectNode object ? object : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    public static byte[] bytes(JsonNode tree) {
        return MAPPER.writeValueAsBytes(tree);
    }

    public static String text(JsonNode tree) {
        return MAPPER.writeValueAsString(tree);
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /// The member when it is a string, else null.
    public static @Nullable String string(JsonNode parent, String name) {
        JsonNode value = parent.get(name);
        return value != null && value.isString() ? value.stringValue() : null;
    }

    /// The member when it is a string, else the empty string.
    public static String stringOrEmpty(JsonNode parent, String name) {
        String text = string(parent, name);
        return text == null ? "" : text;
    }

    /// The member unless it is absent or null.
    public static @Nullable JsonNode present(JsonNode parent, String name) {
        JsonNode value = parent.get(name);
        return value == null || value.isNull() ? null : value;
    }
}
