package dev.sluice.protocol;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.json.Span;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/// Typed reads of known request fields: the right type, null as absent, else a 400 with `param`.
public final class Fields {

    private static final int MAX_MODEL = 256;

    /// Longer names of end users are refused rather than cut: cut ones could fall together.
    public static final int MAX_NAME = 512;

    private Fields() {}

    public static FaultException wrong(String param, String expected) {
        return Fault.invalid("`%s` must be %s.".formatted(param, expected), param).asException();
    }

    public static FaultException missing(String param) {
        return Fault.invalid("`%s` is required.".formatted(param), param).asException();
    }

    /// The elements of an array of a request that is translated; none where it is absent or null.
    public static List<JsonNode> elements(JsonNode array, String param) {
        return elements(array, param, "an array");
    }

    /// The parts of content that is not a string.
    public static List<JsonNode> parts(JsonNode content, String param) {
        return elements(content, param, "a string or an array");
    }

    private static List<JsonNode> elements(JsonNode array, String param, String expected) {
        if (!array.isArray() && !array.isMissingNode() && !array.isNull()) {
            throw wrong(param, expected);
        }
        List<JsonNode> elements = new ArrayList<>(array.size());
        array.forEach(elements::add);
        return elements;
    }

    public static String model(JsonParser p) {
        if (p.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong("model", "a string");
        }
        return model(p.getString());
    }

    /// A model's name, if it can be one.
    public static String model(String model) {
        if (model.isBlank() || model.length() > MAX_MODEL || hasControls(model)) {
            throw wrong("model", "a name of 1 to " + MAX_MODEL + " characters");
        }
        return model;
    }

    public static @Nullable String text(JsonParser p, String param, int maxLength) {
        if (p.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (p.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong(param, "a string");
        }
        String text = p.getString();
        if (text.length() > maxLength || hasControls(text)) {
            throw wrong(
                    param, "at most " + maxLength + " characters long, without control characters");
        }
        return text.isEmpty() ? null : text;
    }

    public static boolean flag(JsonParser p, String param) {
        return switch (p.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE, VALUE_NULL -> false;
            default -> throw wrong(param, "a boolean");
        };
    }

    /// An integer of `min` to `max`, or 0 for null.
    public static long whole(JsonParser p, String param, long min, long max) {
        if (p.currentToken() == JsonToken.VALUE_NULL) {
            return 0;
        }
        String expected =
                max == Integer.MAX_VALUE
                        ? "an integer of at least " + min + " and at most " + max
                        : "an integer from " + min + " to " + max;
        if (p.currentToken() != JsonToken.VALUE_NUMBER_INT
                || p.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw wrong(param, expected);
        }
        long value = p.getLongValue();
        if (value < min || value > max) {
            throw wrong(param, expected);
        }
        return value;
    }

    /// True at `[` or `{` as asked, false at null, else a fault.
    public static boolean opens(JsonParser p, JsonToken start, String param) {
        if (p.currentToken() == JsonToken.VALUE_NULL) {
            return false;
        }
        if (p.currentToken() != start) {
            throw wrong(param, start == JsonToken.START_ARRAY ? "an array" : "an object");
        }
        return true;
    }

    /// The bytes of the value the parser is at; leaves the parser at the value's last token.
    public static Span span(JsonParser p) {
        int from = (int) p.currentTokenLocation().getByteOffset();
        if (p.currentToken().isStructStart()) {
            p.skipChildren();
        } else {
            p.finishToken();
        }
        return new Span(from, (int) p.currentLocation().getByteOffset());
    }

    private static boolean hasControls(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }
}
