package dev.sluice.control.usage;

import dev.sluice.control.http.Json;
import dev.sluice.ledger.reading.UsageReport.UsageRow;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// Rows of usage in each format. `requests`, `errors`, `usd` and `provider_usd` are always there.
final class UsageRows {

    private static final List<String> ALWAYS = List.of("requests", "errors", "usd", "provider_usd");

    private UsageRows() {}

    static ObjectNode json(UsageRow row) {
        ObjectNode node = Json.object();
        node.put("start", Json.time(row.start()));
        row.group().forEach(node::put);
        node.setAll(units(row.units()));
        return node;
    }

    /// Each unit that was used, and those that are always there.
    static ObjectNode units(Map<String, BigDecimal> used) {
        ObjectNode node = Json.object();
        for (String unit : names(Stream.of(used))) {
            RequestJson.put(node, unit, used.getOrDefault(unit, BigDecimal.ZERO));
        }
        return node;
    }

    static void writeLines(List<UsageRow> rows, OutputStream out) throws IOException {
        for (UsageRow row : rows) {
            out.write((Json.text(json(row)) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    /// A header, then a line per row; a unit that a row did not use is 0.
    static void writeCsv(List<UsageRow> rows, List<String> groupBy, OutputStream out)
            throws IOException {
        Set<String> units = names(rows.stream().map(UsageRow::units));
        List<CsvLines.Cell> header = new ArrayList<>();
        header.add(CsvLines.Cell.text("start"));
        groupBy.forEach(name -> header.add(CsvLines.Cell.text(name)));
        units.forEach(unit -> header.add(CsvLines.Cell.text(unit)));
        out.write(CsvLines.line(header).getBytes(StandardCharsets.UTF_8));
        for (UsageRow row : rows) {
            List<CsvLines.Cell> cells = new ArrayList<>();
            cells.add(CsvLines.Cell.figure(Json.time(row.start())));
            groupBy.forEach(name -> cells.add(CsvLines.Cell.text(row.group().get(name))));
            for (String unit : units) {
                BigDecimal quantity = row.units().getOrDefault(unit, BigDecimal.ZERO);
                cells.add(CsvLines.Cell.figure(Json.decimal(quantity)));
            }
            out.write(CsvLines.line(cells).getBytes(StandardCharsets.UTF_8));
        }
    }

    /// Counts first, money last, whatever else was used in between.
    private static Set<String> names(Stream<Map<String, BigDecimal>> rows) {
        Set<String> units = new LinkedHashSet<>(ALWAYS.subList(0, 2));
        rows.forEach(row ->
                row.keySet().stream()
                        .filter(unit -> !ALWAYS.contains(unit))
                        .sorted()
                        .forEach(units::add));
        units.addAll(ALWAYS);
        return units;
    }
}
