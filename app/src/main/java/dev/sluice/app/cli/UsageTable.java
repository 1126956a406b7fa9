package dev.sluice.app.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Usage for the eye: calls first, money last, what was used between them, the total below. Parts
/// of other units (cached and reasoning tokens, retries) are for `-o csv` and `-o json`.
final class UsageTable {

    private static final List<String> FIRST = List.of("requests", "errors");
    private static final List<String> LAST = List.of("usd", "provider_usd");
    private static final Set<String> PARTS =
            Set.of(
                    "attempts",
                    "retries",
                    "refused",
                    "absorbed_usd",
                    "cached_input_tokens",
                    "cache_write_5m_tokens",
                    "cache_write_1h_tokens",
                    "reasoning_tokens");
    private static final String START = "start";

    private UsageTable() {}

    /// @param report names stand where ids were
    /// @param groups what it is grouped by
    static int print(Invocation in, JsonNode report, List<String> groups) {
        ArrayNode rows = Json.array();
        report.path("data").forEach(row -> rows.add(row.deepCopy()));
        boolean spread = report.path("interval").isString();
        if (!spread && groups.isEmpty()) {
            in.show(report.path("totals"), List.of());
            return ExitCode.OK;
        }
        List<String> heads = new ArrayList<>(spread ? List.of(START) : List.of());
        heads.addAll(groups);
        for (JsonNode row : rows) {
            for (String group : groups) {
                if (row instanceof ObjectNode object && row.path(group).isNull()) {
                    object.put(group, "unowned");
                }
            }
        }
        if (rows.size() > 1 && report.path("totals") instanceof ObjectNode totals) {
            rows.add(totals.deepCopy().put(heads.getFirst(), "total"));
        }
        in.show(rows, columns(heads, rows));
        return ExitCode.OK;
    }

    private static List<String> columns(List<String> heads, ArrayNode rows) {
        Set<String> used = new LinkedHashSet<>();
        rows.forEach(row -> used.addAll(row.propertyNames()));
        used.removeAll(PARTS);
        used.removeAll(FIRST);
        used.removeAll(LAST);
        used.removeAll(heads);
        used.remove(START);
        List<String> columns = new ArrayList<>(heads);
        columns.addAll(FIRST);
        columns.addAll(used);
        columns.addAll(LAST);
        return columns;
    }
}
