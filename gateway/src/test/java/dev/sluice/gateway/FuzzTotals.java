package dev.sluice.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// How long each target was fuzzed on this machine, over all runs: a table of its own, which people
/// read and the next run adds to.
final class FuzzTotals {

    private static final String HEAD = "target\tseconds\texecutions\tcoverage\tfindings";

    private FuzzTotals() {}

    /// The row of one target.
    ///
    /// @param coverage the most of any run
    private record Row(long seconds, long executions, long coverage, long findings) {}

    static void add(FuzzRun run) throws IOException {
        Map<String, Row> rows = read();
        String name = run.target().folder();
        Row before = rows.getOrDefault(name, new Row(0, 0, 0, 0));
        rows.put(
                name,
                new Row(
                        before.seconds + run.took().toSeconds(),
                        before.executions + run.executions(),
                        Math.max(before.coverage, run.coverage()),
                        run.findings().size()));
        StringBuilder text = new StringBuilder(HEAD).append('\n');
        rows.forEach((target, row) ->
                text.append(
                        "%s\t%d\t%d\t%d\t%d\n"
                                .formatted(
                                        target,
                                        row.seconds,
                                        row.executions,
                                        row.coverage,
                                        row.findings)));
        Files.writeString(FuzzRun.totals(), text);
    }

    private static Map<String, Row> read() throws IOException {
        Map<String, Row> rows = new TreeMap<>();
        Path file = FuzzRun.totals();
        if (Files.exists(file)) {
            Files.readAllLines(file).stream()
                    .skip(1)
                    .forEach(line -> {
                        String[] cells = line.split("\t", -1);
                        rows.put(
                                cells[0],
                                new Row(
                                        Long.parseLong(cells[1]),
                                        Long.parseLong(cells[2]),
                                        Long.parseLong(cells[3]),
                                        Long.parseLong(cells[4])));
                    });
        }
        return rows;
    }

    /// The table for people, in minutes.
    static String shown() throws IOException {
        StringBuilder text = new StringBuilder();
        text.append(line("target", "minutes", "executions", "coverage", "findings"));
        read().forEach((target, row) ->
                text.append(
                        line(
                                target,
                                "%d:%02d".formatted(row.seconds / 60, row.seconds % 60),
                                Long.toString(row.executions),
                                Long.toString(row.coverage),
                                Long.toString(row.findings))));
        return text.toString();
    }

    private static String line(String target, String... cells) {
        return String.format(
                Locale.ROOT,
                "%-14s %9s %12s %9s %9s%n",
                target,
                cells[0],
                cells[1],
                cells[2],
                cells[3]);
    }
}
