package dev.sluice.domain;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The stretch of time a quota rule counts over.
public sealed interface Window {

    /// The instance of this window that contains `now`.
    Instance at(Instant now);

    /// True for windows shorter than an hour, which the rate store keeps unless the unit is money.
    boolean isShort();

    /// One stretch: `start` ≤ t < `end`; a null `end` never comes.
    record Instance(Instant start, @Nullable Instant end) {}

    /// Calendar units a window may follow.
    enum Span {
        MINUTE,
        HOUR,
        DAY,
        WEEK,
        MONTH;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Span> ofWireName(String name) {
            for (Span span : values()) {
                if (span.wireName().equals(name)) {
                    return Optional.of(span);
                }
            }
            return Optional.empty();
        }
    }

    /// A calendar stretch in one time zone. Days start at the first existing instant of their date
    /// in the zone (a date that a zone skipped has no day), weeks on Monday. Hours and minutes
    /// follow the wall clock: the repeated hour of a clock set back is two windows.
    record Calendar(Span span, ZoneId zone) implements Window {

        @Override
        public Instance at(Instant now) {
            ZonedDateTime local = now.atZone(zone);
            return switch (span) {
                case MINUTE -> clockStretch(local, ChronoUnit.MINUTES, 60);
                case HOUR -> clockStretch(local, ChronoUnit.HOURS, 3600);
                case DAY -> days(local.toLocalDate(), local.toLocalDate().plusDays(1));
                case WEEK -> {
                    LocalDate monday =
                            local.toLocalDate()
                                    .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                    yield days(monday, monday.plusWeeks(1));
                }
                case MONTH -> {
                    LocalDate first = local.toLocalDate().withDayOfMonth(1);
                    yield days(first, first.plusMonths(1));
                }
            };
        }

        private Instance days(LocalDate from, LocalDate to) {
            return new Instance(
                    from.atStartOfDay(zone).toInstant(), to.atStartOfDay(zone).toInstant());
        }

        // Works on the wall clock of the offset in force, so zones with half-hour offsets have
        // their own hours; a change of offset inside the stretch ends it early.
        private Instance clockStretch(ZonedDateTime local, ChronoUnit unit, int seconds) {
            Instant start = local.toLocalDateTime().truncatedTo(unit).toInstant(local.getOffset());
            Instant end = start.plusSeconds(seconds);
            var rules = zone.getRules();
            var change = rules.previousTransition(local.toInstant().plusNanos(1));
            if (change != null && change.getInstant().isAfter(start)) {
                start = change.getInstant();
            }
            var next = rules.nextTransition(local.toInstant());
            if (next != null && next.getInstant().isBefore(end)) {
                end = next.getInstant();
            }
            return new Instance(start, end);
        }

        @Override
        public boolean isShort() {
            return span == Span.MINUTE;
        }
    }

    /// One window that never ends.
    record Lifetime() implements Window {
        private static final Instance ALL = new Instance(Instant.EPOCH, null);

        @Override
        public Instance at(Instant now) {
            return ALL;
        }

        @Override
        public boolean isShort() {
            return false;
        }
    }
}
