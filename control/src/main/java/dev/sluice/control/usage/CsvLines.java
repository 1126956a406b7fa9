package dev.sluice.control.usage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lines of CSV by RFC 4180: CRLF, quotes where needed, quotes doubled.
///
/// Texts come from callers (workflow, customer …), and spreadsheets run what starts like a formula:
/// such a text gets an apostrophe in front, which spreadsheets show as plain text. Figures are
/// written as they are, a leading minus included.
final class CsvLines {

    private static final String FORMULA_STARTS = "=+-@\t\r\n|%＝＋－＠";

    private CsvLines() {}

    /// One cell; a figure is a number that Sluice made itself.
    record Cell(@Nullable String value, boolean figure) {

        static Cell text(@Nullable String value) {
            return new Cell(value, false);
        }

        static Cell figure(@Nullable String value) {
            return new Cell(value, true);
        }
    }

    static String line(List<Cell> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            Cell cell = cells.get(i);
            line.append(i == 0 ? "" : ",");
            String value = cell.value();
            if (value != null) {
                line.append(quoted(cell.figure() ? value : harmless(value)));
            }
        }
        return line.append("\r\n").toString();
    }

    private static String harmless(String text) {
        boolean formula = !text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0;
        return formula ? "'" + text : text;
    }

    private static String quoted(String text) {
        boolean needed =
                text.indexOf('"') >= 0
                        || text.indexOf(',') >= 0
                        || text.indexOf('\n') >= 0
                        || text.indexOf('\r') >= 0
                        || text.startsWith(" ")
                        || text.endsWith(" ");
        return needed ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
