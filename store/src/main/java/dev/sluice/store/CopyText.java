package dev.sluice.store;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows in the text format of PostgreSQL's `COPY`: tabs between columns, `\N` for null.
final class CopyText {

    private final StringBuilder text = new StringBuilder(4_096);

    void row(List<? extends @Nullable Object> values) {
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                text.append('\t');
            }
            value(values.get(i));
        }
        text.append('\n');
    }

    byte[] bytes() {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void value(@Nullable Object value) {
        switch (value) {
            case null -> text.append("\\N");
            case String string -> escaped(string, "");
            case BigDecimal decimal -> text.append(decimal.toPlainString());
            case Collection<?> elements -> array(elements);
            case Boolean _, Number _, java.time.Instant _, java.util.UUID _ -> text.append(value);
            default -> throw new IllegalArgumentException("no column of " + value.getClass());
        }
    }

    /// Of texts, each quoted: `{"a","b"}`.
    private void array(Collection<?> elements) {
        text.append('{');
        for (Iterator<?> each = elements.iterator(); each.hasNext(); ) {
            text.append('"');
            // what is escaped for the array is escaped once more for the row
            escaped(String.valueOf(each.next()), "\\\\");
            text.append(each.hasNext() ? "\"," : "\"");
        }
        text.append('}');
    }

    /// @param inArray what stands before a quote or a backslash inside an array, else nothing
    private void escaped(String string, String inArray) {
        for (int i = 0; i < string.length(); i++) {
            char next = string.charAt(i);
            switch (next) {
                case '\\' -> text.append(inArray).append("\\\\");
                case '"' -> text.append(inArray).append('"');
                case '\t' -> text.append("\\t");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                default -> text.append(next);
            }
        }
    }
}
