package dev.sluice.protocol.gemini;

import dev.sluice.protocol.Fields;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/// Repeated fields as Google's servers read them: a list, or its only element without one.
final class Repeated {

    private static final String MESSAGES = "a list of objects, or one object";

    /// What is done with an element; the parser is left at its last token.
    interface Element {
        void at(JsonParser p, String path);
    }

    private Repeated() {}

    /// The messages of a field; none where it is absent or null.
    static List<JsonNode> messages(JsonNode value, String path) {
        if (value.isValueNode() && !value.isNull()) {
            throw Fields.wrong(path, MESSAGES);
        }
        return elements(value);
    }

    /// The elements of a field whatever they are; none where it is absent or null.
    static List<JsonNode> elements(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return List.of();
        }
        if (!value.isArray()) {
            return List.of(value);
        }
        List<JsonNode> elements = new ArrayList<>(value.size());
        value.forEach(elements::add);
        return elements;
    }

    /// Reads the messages the parser is at.
    ///
    /// @return how many there are
    static int messages(JsonParser p, String path, Element element) {
        return switch (p.currentToken()) {
            case VALUE_NULL -> 0;
            case START_OBJECT -> {
                element.at(p, path);
                yield 1;
            }
            case START_ARRAY -> {
                int count = 0;
                while (p.nextToken() != JsonToken.END_ARRAY) {
                    String at = path + "[" + count + "]";
                    if (p.currentToken() != JsonToken.START_OBJECT) {
                        throw Fields.wrong(at, "an object");
                    }
                    element.at(p, at);
                    count++;
                }
                yield count;
            }
            default -> throw Fields.wrong(path, MESSAGES);
        };
    }
}
