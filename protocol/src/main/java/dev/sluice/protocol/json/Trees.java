package dev.sluice.protocol.json;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
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

    /// Reads one document.
    ///
    /// @throws JacksonException when it is none, or has a number beyond what can be kept
    public static JsonNode read(byte[] json) {
        return read(json, 0, json.length);
    }

    public static JsonNode read(byte[] json, int offset, int length) {
        try {
            return MAPPER.readTree(json, offset, length);
        } catch (NumberFormatException e) {
            throw new StreamConstraintsException("a number is out of bounds");
        }
    }

    /// Reads a request that was checked before, but for the size of its numbers.
    ///
    /// @throws dev.sluice.domain.FaultException `invalid_request` for a number out of bounds
    public static JsonNode request(byte[] json) {
        try {
            return read(json);
        } catch (JacksonException e) {
            throw Fault.invalid("The request has a number that is out of bounds.", null)
                    .asException();
        }
    }

    /// The same for a provider's answer.
    ///
    /// @throws dev.sluice.domain.FaultException `upstream_error`
    public static JsonNode answer(byte[] json) {
        try {
            return read(json);
        } catch (JacksonException e) {
            throw Fault.of(
                            FaultCode.UPSTREAM_ERROR,
                            "The upstream's answer has a number that is out of bounds.")
                    .asException();
        }
    }

    /// Reads text that should be an object; null when it is not.
    public static @Nullable ObjectNode objectOrNull(String json) {
        try {
            return read(json.getBytes(StandardCharsets.UTF_8)) instanceof ObjectNode object
                    ? object
                    : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    /// Whether these bytes stand anywhere in the document: a cheap question before it is read.
    public static boolean mentions(byte[] json, byte[] word) {
        int last = json.length - word.length;
        for (int at = 0; at <= last; at++) {
            int same = 0;
            while (same < word.length && json[at + same] == word[same]) {
                same++;
            }
            if (same == word.length) {
                return true;
            }
        }
        return false;
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
