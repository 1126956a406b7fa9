package dev.sluice.app.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// JSON as CSV by RFC 4180: a list is a line for each row, an object one line. Spreadsheets run
/// texts that start like a formula: such a text gets an apostrophe in front.
final class CsvRows {

    private static final String FORMULA_STARTS = "=+-@\t\r\n|%＝＋－＠";
    private static final String LINE_END = "\r\n";

    private final List<String> columns;

    /// @param columns paths into the rows
    CsvRows(List<String> columns) {
        this.columns = columns;
    }

    /// A whole answer.
    ///
    /// @param wanted paths into the rows; empty for every field
    static String of(JsonNode node, List<String> wanted) {
        JsonNode data = node.isObject() ? node.get("data") : null;
        List<JsonNode> rows = new ArrayList<>();
        if (data != null && data.isArray()) {
            data.forEach(rows::add);
        } else if (node.isArray()) {
            node.forEach(rows::add);
        } else {
            rows.add(node);
        }
        CsvRows csv = new CsvRows(wanted.isEmpty() ? fields(rows) : wanted);
        StringBuilder text = new StringBuilder(csv.head());
        rows.forEach(row -> text.append(csv.line(row)));
        return text.toString();
    }

    private static List<String> fields(List<JsonNode> rows) {
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode row : rows) {
            collect(row, "", names);
        }
        names.remove("object");
        return List.copyOf(names);
    }

    private static void collect(JsonNode row, String prefix, Set<String> names) {
        row.properties()
                .forEach(field -> {
                    JsonNode value = field.getValue();
                    if (value.isObject() && !value.isEmpty()) {
                        collect(value, prefix + field.getKey() + ".", names);
                    } else {
                        names.add(prefix + field.getKey());
                    }
                });
    }

    String head() {
        return String.join(",", columns.stream().map(CsvRows::quoted).toList()) + LINE_END;
    }

    String line(JsonNode row) {
        return String.join(",", columns.stream().map(c -> cell(Json.at(row, c))).toList())
                + LINE_END;
    }

    private static String cell(@Nullable JsonNode value) {
        if (value == null || value.isNull() || value.isMissingNode()) {
            return "";
        }
        String text;
        if (value.isArray() && value.valueStream().noneMatch(JsonNode::isContainer)) {
            text = String.join(",", value.valueStream().map(JsonNode::asString).toList());
        } else {
            // one cell holds one fact, in the words that a table has for it
            String words = value.isContainer() ? Words.of(value) : value.asString();
            text = value.isContainer() && words.equals(Words.ABSENT) ? "" : words;
        }
        boolean figure = value.isNumber() || text.matches("-?[0-9]+(\\.[0-9]+)?");
        boolean formula = !figure && !text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0;
        return quoted(formula ? "'" + text : text);
    }

    private static String quoted(String text) {
        boolean needed =
                text.chars().anyMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r')
                        || !text.equals(text.strip());
        return needed ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
