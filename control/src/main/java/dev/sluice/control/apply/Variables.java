package dev.sluice.control.apply;

import dev.sluice.control.http.Json;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// Expands `${NAME}` in the strings of a file; `$${` stands for `${` itself. The server's
/// environment is the installation's: nobody else may read it through a file.
final class Variables {

    private static final Pattern USE = Pattern.compile("\\$(\\$\\{|\\{([^}]*)}|\\{)");
    private static final String NAME = "[A-Za-z_][A-Za-z0-9_]*";

    private final SourceTree source;
    private final Function<String, Optional<String>> environment;
    private final boolean allowed;
    private final Problems problems;

    /// Over one file.
    ///
    /// @param allowed whether whoever applies the file may read the environment
    Variables(
            SourceTree source,
            Function<String, Optional<String>> environment,
            boolean allowed,
            Problems problems) {
        this.source = source;
        this.environment = environment;
        this.allowed = allowed;
        this.problems = problems;
    }

    /// Replaces them in the tree itself.
    void expand() {
        expand(source.tree(), "");
    }

    private void expand(JsonNode node, String path) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : fields(object).entrySet()) {
                String at = TreeBuilder.field(path, field.getKey());
                if (field.getValue() instanceof StringNode text) {
                    object.set(field.getKey(), expanded(field.getKey(), text, at));
                } else {
                    expand(field.getValue(), at);
                }
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                String at = TreeBuilder.item(path, i);
                if (array.get(i) instanceof StringNode text) {
                    array.set(i, expanded("", text, at));
                } else {
                    expand(array.get(i), at);
                }
            }
        }
    }

    private static Map<String, JsonNode> fields(ObjectNode object) {
        Map<String, JsonNode> fields = new java.util.LinkedHashMap<>();
        object.properties().forEach(e -> fields.put(e.getKey(), e.getValue()));
        return fields;
    }

    private JsonNode expanded(String field, StringNode node, String path) {
        String text = node.stringValue();
        if (!text.contains("${")) {
            return node;
        }
        Matcher use = USE.matcher(text);
        // a credential that is nothing but a variable is a reference, not written out in the file
        if (field.equals("credential")
                && use.matches()
                && use.group(2) != null
                && use.group(2).matches(NAME)) {
            return Json.object().put("env", use.group(2));
        }
        use.reset();
        StringBuilder result = new StringBuilder();
        while (use.find()) {
            use.appendReplacement(result, Matcher.quoteReplacement(replacement(use, path)));
        }
        return StringNode.valueOf(use.appendTail(result).toString());
    }

    private String replacement(Matcher use, String path) {
        if (use.group(1).equals("${")) {
            return "${";
        }
        String name = use.group(2);
        String problem;
        if (!allowed) {
            problem = "may use ${…} only for the installation; $${ stands for ${ itself.";
        } else if (name == null || !name.matches(NAME)) {
            problem = "has a ${ without the name of a variable; $${ stands for ${ itself.";
        } else {
            Optional<String> value = environment.apply(name);
            if (value.isPresent()) {
                return value.get();
            }
            problem = "names a variable that is not set: " + name + ".";
        }
        problems.add(source.at(path), path, "'" + path + "' " + problem);
        return "unset";
    }
}
