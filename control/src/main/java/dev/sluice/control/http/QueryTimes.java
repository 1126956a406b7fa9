package dev.sluice.control.http;

import dev.sluice.domain.Fault;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Times in queries: RFC 3339, or a date, which is the first instant of that day in a zone.
public final class QueryTimes {

    private QueryTimes() {}

    /// Reads a parameter; dates are days in UTC.
    public static @Nullable Instant instantOrNull(ManagementRequest request, String name) {
        return instant(request, name, ZoneOffset.UTC).orElse(null);
    }

    public static Optional<Instant> instant(ManagementRequest request, String name, ZoneId zone) {
        Optional<String> text = request.query(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            String value = text.get();
            return Optional.of(
                    value.length() == "2026-11-21".length()
                            ? LocalDate.parse(value).atStartOfDay(zone).toInstant()
                            : OffsetDateTime.parse(value).toInstant());
        } catch (DateTimeException _) {
            throw Fault.invalid(
                            "'"
                                    + name
                                    + "' must be an RFC 3339 time such as 2026-11-21T08:00:00Z, or"
                                    + " a date.",
                            name)
                    .asException();
        }
    }
}
