package dev.sluice.store;

import java.io.IOException;
import java.io.Reader;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/// What an archive says about itself.
///
/// @param schemaVersion the newest migration of the database it was taken from
/// @param generation how often that installation had been restored, plus one
/// @param takenAt all rows are of this moment
/// @param sequences name to the last value handed out; those never used are absent
public record ArchiveManifest(
        String schemaVersion,
        long generation,
        Instant takenAt,
        List<Table> tables,
        Map<String, Long> sequences) {

    static final int FORMAT = 1;

    /// One table of the archive.
    ///
    /// @param columns in the order of the rows' fields
    /// @param sha256 of the rows in COPY's text format, in hex
    public record Table(String name, List<String> columns, long rows, String sha256) {}

    public ArchiveManifest {
        tables = List.copyOf(tables);
        sequences = Map.copyOf(sequences);
    }

    /// Lines of `key=value`, as [Properties] reads them, sorted.
    String render() {
        Map<String, String> lines = new TreeMap<>();
        lines.put("format", Integer.toString(FORMAT));
        lines.put("schema_version", schemaVersion);
        lines.put("generation", Long.toString(generation));
        lines.put("taken_at", takenAt.toString());
        for (Table table : tables) {
            String key = "table." + table.name();
            lines.put(key + ".columns", String.join(",", table.columns()));
            lines.put(key + ".rows", Long.toString(table.rows()));
            lines.put(key + ".sha256", table.sha256());
        }
        sequences.forEach((name, value) -> lines.put("sequence." + name, value.toString()));
        StringBuilder text = new StringBuilder();
        lines.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
        return text.toString();
    }

    static ArchiveManifest parse(Reader reader) throws IOException {
        Properties lines = new Properties();
        lines.load(reader);
        try {
            if (!required(lines, "format").equals(Integer.toString(FORMAT))) {
                throw new IllegalStateException(
                        "The archive has format %s; this build reads format %d."
                                .formatted(lines.getProperty("format"), FORMAT));
            }
            List<Table> tables = new ArrayList<>();
            Map<String, Long> sequences = new TreeMap<>();
            for (String key : lines.stringPropertyNames().stream().sorted().toList()) {
                if (key.startsWith("sequence.")) {
                    String name = key.substring("sequence.".length());
                    sequences.put(name, Long.parseLong(required(lines, key)));
                } else if (key.startsWith("table.") && key.endsWith(".rows")) {
                    String table = key.substring(0, key.length() - ".rows".length());
                    tables.add(
                            new Table(
                                    table.substring("table.".length()),
                                    List.of(required(lines, table + ".columns").split(",", -1)),
                                    Long.parseLong(required(lines, key)),
                                    required(lines, table + ".sha256")));
                }
            }
            return new ArchiveManifest(
                    required(lines, "schema_version"),
                    Long.parseLong(required(lines, "generation")),
                    Instant.parse(required(lines, "taken_at")),
                    tables,
                    sequences);
        } catch (NumberFormatException | DateTimeParseException e) {
            throw new IllegalStateException("The archive's manifest is damaged.", e);
        }
    }

    private static String required(Properties lines, String key) {
        String value = lines.getProperty(key);
        if (value == null) {
            throw new IllegalStateException("The archive's manifest lacks '%s'.".formatted(key));
        }
        return value;
    }
}
