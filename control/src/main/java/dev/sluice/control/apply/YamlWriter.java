package dev.sluice.control.apply;

import dev.sluice.control.http.Json;
import java.util.Map;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import tools.jackson.databind.JsonNode;

/// Writes the YAML of an export: sections and items in blocks, what is inside of them in one line.
final class YamlWriter {

    private final StringBuilder out = new StringBuilder();
    private final CoreScalarResolver resolver = new CoreScalarResolver(false);

    String text() {
        return out.toString();
    }

    void line(String text) {
        out.append(text).append('\n');
    }

    void comment(String text) {
        line("# " + text);
    }

    void field(String name, JsonNode value) {
        line(name + ": " + flow(value));
    }

    void object(String name, JsonNode fields) {
        line(name + ":");
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            line("  " + scalar(field.getKey()) + ": " + flow(field.getValue()));
        }
    }

    void list(String name) {
        line(name + ":");
    }

    void item(JsonNode fields) {
        String lead = "  - ";
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            line(lead + scalar(field.getKey()) + ": " + flow(field.getValue()));
            lead = "    ";
        }
    }

    private String flow(JsonNode value) {
        if (value.isObject()) {
            StringBuilder text = new StringBuilder("{");
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                text.append(text.length() == 1 ? "" : ", ");
                text.append(scalar(field.getKey())).append(": ").append(flow(field.getValue()));
            }
            return text.append('}').toString();
        }
        if (value.isArray()) {
            StringBuilder text = new StringBuilder("[");
            for (JsonNode item : value) {
                text.append(text.length() == 1 ? "" : ", ").append(flow(item));
            }
            return text.append(']').toString();
        }
        return value.isString() ? scalar(value.stringValue()) : Json.text(value);
    }

    /// Plain where that reads back as the same string, else quoted as in JSON.
    private String scalar(String text) {
        String escaped = text.replace("${", "$${");
        boolean plain =
                escaped.matches("[A-Za-z][A-Za-z0-9_./@+-]*(:[A-Za-z0-9_./@+-]+)*")
                        && resolver.resolve(escaped, true).equals(Tag.STR);
        return plain ? escaped : Json.text(tools.jackson.databind.node.StringNode.valueOf(escaped));
    }
}
