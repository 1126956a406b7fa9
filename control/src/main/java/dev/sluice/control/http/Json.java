package dev.sluice.control.http;

import dev.sluice.domain.Decimals;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The management plane's JSON: duplicate keys are errors, numbers keep their exact text.
public final class Json {

    /// Exponents beyond this make no sense in any field and would blow up when written out.
    private static final int MAX_SCALE = 400;

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
                    .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                    .build();

    private Json() {}

    /// Reads what a client sent; anything but one JSON value in UTF-8 is a 400.
    public static JsonNode read(byte[] body) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            if (text.isBlank()) {
                throw Fault.invalid("The request needs a JSON body.", null).asException();
            }
            JsonNode node = MAPPER.readTree(text);
            requireSane(node);
            return node;
        } catch (CharacterCodingException e) {
            throw Fault.invalid("The body is not valid UTF-8.", null).asException();
        } catch (JacksonException e) {
            throw Fault.invalid("The body is not valid JSON: " + e.getOriginalMessage(), null)
                    .asException();
        }
    }

    /// Reads what Sluice itself wrote.
    public static JsonNode parse(String text) {
        return MAPPER.readTree(text);
    }

    public static byte[] write(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    public static String text(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    public static ArrayNode array(Collection<String> texts) {
        ArrayNode array = array();
        texts.forEach(array::add);
        return array;
    }

    /// An object of texts.
    public static ObjectNode texts(Map<String, String> texts) {
        ObjectNode node = object();
        texts.forEach(node::put);
        return node;
    }

    public static void putIfPresent(ObjectNode node, String name, @Nullable String value) {
        if (value != null) {
            node.put(name, value);
        }
    }

    /// RFC 3339 in UTC, to the microsecond PostgreSQL keeps.
    public static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.MICROS).toString();
    }

    /// A decimal as the API writes it: a string.
    public static @Nullable String decimal(@Nullable BigDecimal number) {
        return number == null ? null : Decimals.canonical(number);
    }

    /// Guards everything that later writes a number out in plain digits.
    public static void requireSane(JsonNode node) {
        if (node.isBigDecimal() && Math.abs(node.decimalValue().scale()) > MAX_SCALE) {
            throw Fault.of(FaultCode.INVALID_REQUEST, "A number in the body is out of range.")
                    .asException();
        }
        for (JsonNode child : node) {
            requireSane(child);
        }
    }
}
