package dev.sluice.app.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// JSON for the eye: a list becomes a table, an object a column of names and values. Scalars are
/// shown as they came, numbers line up at their decimal points; see [Words] for the rest.
final class Table {

    private static final String ABSENT = Words.ABSENT;
    private static final String GAP = "  ";

    /// What a person wants of lists inside an object; of others, every field that is used.
    private static final Map<String, List<String>> NESTED =
            Map.of(
                    "attempts",
                    List.of(
                            "upstream",
                            "model",
                            "status",
                            "error_code",
                            "accepted",
                            "duration_ms",
                            "cost_usd",
                            "provider_request_id"),
                    "cost_lines",
                    List.of(
                            "meter",
                            "quantity",
                            "unit_price",
                            "units_per_price",
                            "multiply",
                            "amount_usd"));

    private final PrintWriter out;

    Table(PrintWriter out) {
        this.out = out;
    }

    /// Prints a list answer (`{object:"list",data:[…]}`), an array or an object.
    ///
    /// @param columns paths into the rows; empty for every field
    void print(JsonNode node, List<String> columns) {
        JsonNode data = node.isObject() ? node.get("data") : null;
        if (data != null && data.isArray()) {
            rows(data, columns, "");
        } else if (node.isArray()) {
            rows(node, columns, "");
        } else if (node.isObject()) {
            object(node, "");
        } else {
            out.println(Words.of(node));
        }
    }

    /// Prints rows under a line of names.
    void rows(JsonNode rows, List<String> wanted, String indent) {
        if (rows.isEmpty()) {
            out.println(indent + "(none)");
            return;
        }
        List<String> columns = wanted.isEmpty() ? fields(rows) : wanted;
        List<List<String>> cells = new ArrayList<>();
        cells.add(columns.stream().map(Table::heading).toList());
        for (JsonNode row : rows) {
            cells.add(columns.stream().map(column -> Words.of(Json.at(row, column))).toList());
        }
        printAligned(cells, indent);
    }

    private void printAligned(List<List<String>> cells, String indent) {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < cells.getFirst().size(); i++) {
            int index = i;
            columns.add(Column.of(cells.stream().map(row -> row.get(index)).toList()));
        }
        for (int r = 0; r < cells.size(); r++) {
            StringBuilder line = new StringBuilder(indent);
            for (int c = 0; c < columns.size(); c++) {
                line.append(c == 0 ? "" : GAP).append(columns.get(c).cell(cells.get(r).get(c), r));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static List<String> fields(JsonNode rows) {
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode row : rows) {
            names.addAll(row.propertyNames());
        }
        names.remove("object");
        return List.copyOf(names);
    }

    private static String heading(String column) {
        return column.substring(column.lastIndexOf('.') + 1).toUpperCase(Locale.ROOT);
    }

    /// Scalars first, then each list of objects as a table of its own.
    private void object(JsonNode node, String indent) {
        List<List<String>> scalars = new ArrayList<>();
        collect(node, "", scalars);
        if (!scalars.isEmpty()) {
            int width = scalars.stream().mapToInt(pair -> pair.getFirst().length()).max().orElse(0);
            for (List<String> pair : scalars) {
                out.println(indent + padRight(pair.getFirst(), width) + GAP + pair.getLast());
            }
        }
        for (var field : node.properties()) {
            if (isRows(field.getValue())) {
                out.println();
                out.println(indent + field.getKey() + ":");
                rows(field.getValue(), nested(field.getKey(), field.getValue()), indent + GAP);
            }
        }
    }

    private static List<String> nested(String list, JsonNode rows) {
        List<String> wanted = NESTED.get(list);
        return wanted != null
                ? wanted
                : fields(rows).stream()
                        .filter(name -> rows.valueStream().anyMatch(row -> isUsed(row.get(name))))
                        .toList();
    }

    private static boolean isUsed(@Nullable JsonNode value) {
        return !Words.of(value).equals(ABSENT);
    }

    private static void collect(JsonNode node, String prefix, List<List<String>> into) {
        for (var field : node.properties()) {
            String name = prefix + field.getKey();
            JsonNode value = field.getValue();
            if (value.isObject() && !value.isEmpty()) {
                collect(value, name + ".", into);
            } else if (!name.equals("object") && !(prefix.isEmpty() && isRows(value))) {
                into.add(List.of(name, Words.of(value)));
            }
        }
    }

    private static boolean isRows(JsonNode value) {
        return value.isArray() && !value.isEmpty() && value.get(0).isObject();
    }

    static String padRight(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /// How the cells of a column line up.
    private record Column(int width, int fraction, boolean numeric) {

        /// @param cells the heading first
        static Column of(List<String> cells) {
            List<String> values = cells.subList(1, cells.size());
            boolean numeric =
                    values.stream().anyMatch(Column::isNumber)
                            && values.stream().allMatch(v -> v.equals(ABSENT) || isNumber(v));
            int fraction = numeric ? values.stream().mapToInt(Column::fraction).max().orElse(0) : 0;
            int width = cells.getFirst().length();
            for (String value : values) {
                int wide = value.length();
                width = Math.max(width, numeric ? wide - fraction(value) + fraction : wide);
            }
            return new Column(width, fraction, numeric);
        }

        String cell(String text, int row) {
            if (!numeric) {
                return padRight(text, width);
            }
            String after = row == 0 ? "" : " ".repeat(fraction - fraction(text));
            return " ".repeat(Math.max(0, width - text.length() - after.length())) + text + after;
        }

        private static boolean isNumber(String text) {
            return text.matches("-?[0-9]+(\\.[0-9]+)?");
        }

        /// The length of the decimal point and what follows it.
        private static int fraction(String text) {
            int point = isNumber(text) ? text.indexOf('.') : -1;
            return point < 0 ? 0 : text.length() - point;
        }
    }
}
