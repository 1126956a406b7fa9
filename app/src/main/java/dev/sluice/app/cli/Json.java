package dev.sluice.app.cli;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/// JSON and YAML as the commands need them: numbers keep their digits.
final class Json {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /// The tree, or null when the text is not JSON.
    static @Nullable JsonNode parseOrNull(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            return node.isMissingNode() ? null : node;
        } catch (JacksonException _) {
            return null;
        }
    }

    /// A file that the user wrote, as JSON or YAML.
    static JsonNode parseFile(String text, String what) {
        JsonNode json = parseOrNull(text);
        if (json != null) {
            return json;
        }
        try {
            return YamlReader.MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw CliException.usage(
                    what
                            + ": is neither JSON nor YAML: line "
                            + e.getLocation().getLineNr()
                            + ", column "
                            + e.getLocation().getColumnNr()
                            + ": "
                            + e.getOriginalMessage());
        }
    }

    /// The same as YAML, texts in quotes, so that none is taken for a number.
    static String yaml(JsonNode node) {
        return YamlReader.MAPPER.writeValueAsString(node);
    }

    static String write(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    /// Sets `a.b.c`, making the objects on the way.
    static void set(ObjectNode root, String path, JsonNode value) {
        ObjectNode at = root;
        String[] names = path.split("\\.", -1);
        for (int i = 0; i < names.length - 1; i++) {
            JsonNode next = at.get(names[i]);
            at = next instanceof ObjectNode inner ? inner : at.putObject(names[i]);
        }
        at.set(names[names.length - 1], value);
    }

    /// What stands at `a.b.c`, or null.
    static @Nullable JsonNode at(JsonNode root, String path) {
        JsonNode at = root;
        for (String name : path.split("\\.", -1)) {
            at = at.get(name);
            if (at == null) {
                return null;
            }
        }
        return at;
    }

    /// The string at `a.b.c`, or null.
    static @Nullable String text(JsonNode root, String path) {
        JsonNode node = at(root, path);
        return node == null || !node.isString() ? null : node.stringValue();
    }

    /// Loaded when the first YAML file is read.
    private static final class YamlReader {
        static final YAMLMapper MAPPER =
                YAMLMapper.builder().disable(YAMLWriteFeature.WRITE_DOC_START_MARKER).build();
    }
}
