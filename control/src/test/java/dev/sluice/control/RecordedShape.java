package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// What another product's answers were seen to have: names of fields and types, one on a line.
/// A `?` behind the type: may be null.
final class RecordedShape {

    private final Map<String, String> fields = new LinkedHashMap<>();

    private RecordedShape() {}

    static RecordedShape of(String lines) {
        RecordedShape shape = new RecordedShape();
        for (String line : lines.strip().lines().toList()) {
            String[] parts = line.strip().split(" ", 2);
            shape.fields.put(parts[0], parts[1]);
        }
        return shape;
    }

    /// Fails unless every field is there, and of its type.
    void check(JsonNode node) {
        fields.forEach((name, type) -> {
            assertThat(node.has(name)).as(name + " in " + node).isTrue();
            JsonNode value = node.path(name);
            boolean nullable = type.endsWith("?");
            if (!(nullable && value.isNull())) {
                assertThat(typeOf(value)).as(name + " in " + node).isEqualTo(type.replace("?", ""));
            }
        });
    }

    private static String typeOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "text";
            case NUMBER -> "number";
            case BOOLEAN -> "flag";
            case ARRAY -> "list";
            case OBJECT -> "object";
            case NULL -> "null";
            case BINARY, MISSING, POJO -> "none";
        };
    }
}
