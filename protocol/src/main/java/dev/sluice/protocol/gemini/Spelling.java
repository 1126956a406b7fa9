package dev.sluice.protocol.gemini;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Names of members as protocol buffers take them: `inlineData` and `inline_data` are the same.
final class Spelling {

    private Spelling() {}

    /// The camel-case spelling.
    static String camel(String name) {
        if (name.indexOf('_') < 1) {
            return name;
        }
        StringBuilder camel = new StringBuilder(name.length());
        boolean upper = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '_') {
                upper = true;
            } else {
                camel.append(upper && c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c);
                upper = false;
            }
        }
        return camel.toString();
    }

    /// The member in either spelling, unless it is absent or null.
    static @Nullable JsonNode member(JsonNode parent, String camel) {
        JsonNode value = parent.get(camel);
        if (value == null) {
            value = parent.get(snake(camel));
        }
        return value == null || value.isNull() ? null : value;
    }

    static @Nullable String string(JsonNode parent, String camel) {
        JsonNode value = member(parent, camel);
        return value != null && value.isString() ? value.stringValue() : null;
    }

    static String stringOrEmpty(JsonNode parent, String camel) {
        String text = string(parent, camel);
        return text == null ? "" : text;
    }

    private static String snake(String camel) {
        StringBuilder snake = new StringBuilder(camel.length() + 4);
        for (int i = 0; i < camel.length(); i++) {
            char c = camel.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                snake.append('_').append((char) (c - 'A' + 'a'));
            } else {
                snake.append(c);
            }
        }
        return snake.toString();
    }
}
