package dev.sluice.app;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// The OpenAPI document as one page for people: every route by its group, with what it takes and
/// answers. Plain HTML that opens and closes by itself, so that it needs no script.
final class ApiReference {

    private static final String SCHEMAS = "#/components/schemas/";
    private static final int DEEPEST = 3;

    private final JsonNode document;
    private final StringBuilder out = new StringBuilder();

    private ApiReference(JsonNode document) {
        this.document = document;
    }

    /// What stands in the page's `main`.
    static String of(JsonNode document) {
        return new ApiReference(document).page();
    }

    private record Operation(String method, String path, JsonNode node) {}

    private String page() {
        Map<String, Map<String, Operation>> groups = new TreeMap<>();
        document.path("paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .properties()
                                .forEach(one -> {
                                    Operation operation =
                                            new Operation(
                                                    one.getKey().toUpperCase(Locale.ROOT),
                                                    path.getKey(),
                                                    one.getValue());
                                    groups.computeIfAbsent(
                                                    one.getValue().at("/tags/0").asString(""),
                                                    _ -> new TreeMap<>())
                                            .put(path.getKey() + " " + one.getKey(), operation);
                                }));
        out.append("<h1>API reference</h1>\n<p>").append(text(document.at("/info/description")));
        out.append("</p>\n<p>The same for programs: <a href=\"/openapi.json\">/openapi.json</a>.");
        out.append("</p>\n<p>");
        groups.keySet()
                .forEach(tag ->
                        out.append("<a href=\"#")
                                .append(escaped(tag))
                                .append("\">")
                                .append(escaped(tag))
                                .append("</a> "));
        out.append("</p>\n");
        groups.forEach((tag, operations) -> {
            out.append("<h2 id=\"").append(escaped(tag)).append("\">").append(escaped(tag));
            out.append("</h2>\n");
            operations.values().forEach(this::operation);
        });
        return out.toString();
    }

    private void operation(Operation operation) {
        JsonNode node = operation.node;
        out.append("<details id=\"").append(text(node.path("operationId"))).append("\"><summary>");
        out.append("<code>").append(operation.method).append(' ').append(escaped(operation.path));
        out.append("</code> ").append(text(node.path("summary"))).append("</summary>\n");
        if (node.has("description")) {
            out.append("<p>").append(text(node.path("description"))).append("</p>\n");
        }
        parameters(node.path("parameters"));
        content("Body", node.path("requestBody"));
        node.path("responses")
                .properties()
                .forEach(response -> {
                    JsonNode answer = resolved(response.getValue());
                    if (response.getKey().startsWith("2")) {
                        content("Answer " + response.getKey(), answer);
                    }
                });
        out.append("<p>Fails with: ");
        node.path("responses").propertyNames().stream()
                .filter(status -> !status.startsWith("2"))
                .forEach(status -> out.append(escaped(status)).append(' '));
        out.append("</p></details>\n");
    }

    private void parameters(JsonNode parameters) {
        if (parameters.isEmpty()) {
            return;
        }
        out.append("<table><thead><tr><th>parameter</th><th>in</th><th>type</th><th>meaning</th>");
        out.append("</tr></thead><tbody>\n");
        for (JsonNode parameter : parameters) {
            out.append("<tr><td><code>").append(text(parameter.path("name")));
            out.append("</code></td><td>").append(text(parameter.path("in")));
            out.append("</td><td>").append(type(parameter.path("schema"))).append("</td><td>");
            out.append(text(parameter.path("description"))).append("</td></tr>\n");
        }
        out.append("</tbody></table>\n");
    }

    private void content(String title, JsonNode holder) {
        holder.path("content")
                .properties()
                .forEach(one -> {
                    out.append("<p>").append(escaped(title)).append(": <code>");
                    out.append(escaped(one.getKey())).append("</code></p>\n");
                    fields(resolved(one.getValue().path("schema")), 1);
                });
    }

    private void fields(JsonNode schema, int depth) {
        JsonNode properties = schema.path("properties");
        if (properties.isEmpty()) {
            return;
        }
        out.append("<ul>\n");
        properties
                .properties()
                .forEach(field -> {
                    JsonNode node = resolved(field.getValue());
                    out.append("<li><code>").append(escaped(field.getKey())).append("</code> ");
                    out.append(type(node))
                            .append(required(schema, field.getKey()) ? "" : ", optional");
                    String meaning = text(field.getValue().path("description"));
                    out.append(meaning.isEmpty() ? "" : ": " + meaning);
                    JsonNode inner = node.has("items") ? resolved(node.path("items")) : node;
                    if (depth < DEEPEST) {
                        fields(inner, depth + 1);
                    }
                    out.append("</li>\n");
                });
        out.append("</ul>\n");
    }

    private static boolean required(JsonNode schema, String field) {
        return schema.path("required").valueStream().anyMatch(one -> one.asString().equals(field));
    }

    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        String name =
                type.isArray()
                        ? String.join(
                                " or ", type.valueStream().map(one -> one.asString()).toList())
                        : type.asString("any");
        String words =
                String.join(
                        ", ", schema.path("enum").valueStream().map(w -> w.asString("")).toList());
        return escaped(words.isEmpty() ? name : name + " (" + words + ")");
    }

    private JsonNode resolved(JsonNode node) {
        String reference = node.path("$ref").asString("");
        if (reference.startsWith(SCHEMAS)) {
            return document.at("/components/schemas").path(reference.substring(SCHEMAS.length()));
        }
        return reference.startsWith("#/") ? document.at(reference.substring(1)) : node;
    }

    private static String text(JsonNode node) {
        return escaped(node.asString(""));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
