package dev.sluice.app.smoke;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// JSON as smoke writes and reads it.
final class SmokeJson {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int SHAPE_DEPTH = 4;

    private SmokeJson() {}

    static @Nullable JsonNode readOrNull(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException _) {
            return null;
        }
    }

    /// An object written out in the code; `$NAME` stands for a text.
    static ObjectNode of(String json, String... namesAndTexts) {
        String filled = json;
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            filled =
                    filled.replace(
                            "$" + namesAndTexts[i],
                            MAPPER.writeValueAsString(namesAndTexts[i + 1]));
        }
        return (ObjectNode) MAPPER.readTree(filled);
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /// The paths of all members, `choices[].message.content`: what an answer is made of, without
    /// what it says.
    static List<String> shape(@Nullable JsonNode node) {
        TreeSet<String> paths = new TreeSet<>();
        if (node != null) {
            collect(node, "", 0, paths);
        }
        return List.copyOf(paths);
    }

    private static void collect(JsonNode node, String path, int depth, Set<String> into) {
        if (node.isObject() && depth < SHAPE_DEPTH) {
            node.properties()
                    .forEach(member -> {
                        String name =
                                path.isEmpty() ? member.getKey() : path + "." + member.getKey();
                        into.add(name);
                        collect(member.getValue(), name, depth + 1, into);
                    });
        } else if (node.isArray() && !node.isEmpty()) {
            collect(node.get(0), path + "[]", depth, into);
        }
    }

    /// A count, or -1.
    static long count(JsonNode node, String pointer) {
        JsonNode value = node.at(pointer);
        return value.isIntegralNumber() ? value.asLong() : -1;
    }
}
