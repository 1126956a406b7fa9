package dev.sluice.checker;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import org.jspecify.annotations.Nullable;

/// Where the window that contains an instant begins, from the window's definition: `lifetime`, or
/// a calendar unit and a time zone (`day Europe/Berlin`).
final class WindowStarts {

    private WindowStarts() {}

    /// The beginning, or null for a definition that cannot be read.
    static @Nullable Instant of(String span, Instant at) {
        if (span.equals("lifetime")) {
            return Instant.EPOCH;
        }
        int blank = span.indexOf(' ');
        if (blank < 0) {
            return null;
        }
        ZoneId zone;
        try {
            zone = ZoneId.of(span.substring(blank + 1));
        } catch (java.time.DateTimeException _) {
            return null;
        }
        LocalDate day = LocalDateTime.ofInstant(at, zone).toLocalDate();
        return switch (span.substring(0, blank)) {
            case "minute" -> stretch(at, zone, 60);
            case "hour" -> stretch(at, zone, 3600);
            case "day" -> day.atStartOfDay(zone).toInstant();
            case "week" ->
                    day.minusDays(day.getDayOfWeek().getValue() - 1L)
                            .atStartOfDay(zone)
                            .toInstant();
            case "month" -> day.withDayOfMonth(1).atStartOfDay(zone).toInstant();
            default -> null;
        };
    }

    /// Whole minutes or hours of the wall clock; a change of the clock begins a new one.
    private static Instant stretch(Instant at, ZoneId zone, long seconds) {
        ZoneOffset offset = zone.getRules().getOffset(at);
        long wall = at.getEpochSecond() + offset.getTotalSeconds();
        Instant start = at.minusSeconds(Math.floorMod(wall, seconds)).minusNanos(at.getNano());
        ZoneOffsetTransition change = zone.getRules().previousTransition(at.plusNanos(1));
        return change != null && change.getInstant().isAfter(start) ? change.getInstant() : start;
    }
}
