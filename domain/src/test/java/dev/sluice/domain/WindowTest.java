package dev.sluice.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.Window.Calendar;
import dev.sluice.domain.Window.Instance;
import dev.sluice.domain.Window.Lifetime;
import dev.sluice.domain.Window.Span;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {

    private static final List<String> ZONES =
            List.of(
                    "Europe/Berlin",
                    "America/New_York",
                    "Asia/Kolkata",
                    "Australia/Lord_Howe",
                    "America/Sao_Paulo",
                    "Pacific/Apia",
                    "Africa/Cairo",
                    "Asia/Kathmandu",
                    "America/St_Johns",
                    "Pacific/Chatham");

    /// Zone, span, an instant, start and end of its window: worked out by hand from the zones'
    /// published offsets and change dates.
    private static final String ROWS =
            """
            # Berlin +1/+2: short day 2026-03-29, long day 2026-10-25, changes at 01:00 UTC
            Europe/Berlin|DAY|2026-03-29T12:00:00Z|2026-03-28T23:00:00Z|2026-03-29T22:00:00Z
            Europe/Berlin|DAY|2026-10-25T12:00:00Z|2026-10-24T22:00:00Z|2026-10-25T23:00:00Z
            Europe/Berlin|DAY|2026-03-28T22:59:59Z|2026-03-27T23:00:00Z|2026-03-28T23:00:00Z
            Europe/Berlin|DAY|2026-03-28T23:00:00Z|2026-03-28T23:00:00Z|2026-03-29T22:00:00Z
            # the hour before the jump, the hour after it; the repeated hour is two windows
            Europe/Berlin|HOUR|2026-03-29T00:30:00Z|2026-03-29T00:00:00Z|2026-03-29T01:00:00Z
            Europe/Berlin|HOUR|2026-03-29T01:30:00Z|2026-03-29T01:00:00Z|2026-03-29T02:00:00Z
            Europe/Berlin|HOUR|2026-10-25T00:30:00Z|2026-10-25T00:00:00Z|2026-10-25T01:00:00Z
            Europe/Berlin|HOUR|2026-10-25T01:30:00Z|2026-10-25T01:00:00Z|2026-10-25T02:00:00Z
            Europe/Berlin|MONTH|2026-03-15T00:00:00Z|2026-02-28T23:00:00Z|2026-03-31T22:00:00Z
            Europe/Berlin|WEEK|2026-03-29T12:00:00Z|2026-03-22T23:00:00Z|2026-03-29T22:00:00Z
            # New York -5/-4: 2026-03-08 07:00 UTC, 2026-11-01 06:00 UTC
            America/New_York|DAY|2026-03-08T12:00:00Z|2026-03-08T05:00:00Z|2026-03-09T04:00:00Z
            America/New_York|DAY|2026-11-01T12:00:00Z|2026-11-01T04:00:00Z|2026-11-02T05:00:00Z
            America/New_York|MONTH|2026-11-20T00:00:00Z|2026-11-01T04:00:00Z|2026-12-01T05:00:00Z
            # Kolkata +5:30, no change
            Asia/Kolkata|DAY|2026-06-01T18:29:59Z|2026-05-31T18:30:00Z|2026-06-01T18:30:00Z
            Asia/Kolkata|DAY|2026-06-01T18:30:00Z|2026-06-01T18:30:00Z|2026-06-02T18:30:00Z
            Asia/Kolkata|HOUR|2026-06-01T10:45:00Z|2026-06-01T10:30:00Z|2026-06-01T11:30:00Z
            # Lord Howe +10:30/+11: back half an hour 2026-04-04 15:00 UTC (02:00 -> 01:30)
            Australia/Lord_Howe|DAY|2026-04-05T00:00:00Z|2026-04-04T13:00:00Z|2026-04-05T13:30:00Z
            # the hour from 01:00 is cut at 02:00 by the change, the repeated half is its own
            Australia/Lord_Howe|HOUR|2026-04-04T14:30:00Z|2026-04-04T14:00:00Z|2026-04-04T15:00:00Z
            Australia/Lord_Howe|HOUR|2026-04-04T15:10:00Z|2026-04-04T15:00:00Z|2026-04-04T15:30:00Z
            # forward half an hour 2026-10-03 15:30 UTC (02:00 -> 02:30)
            Australia/Lord_Howe|DAY|2026-10-04T00:00:00Z|2026-10-03T13:30:00Z|2026-10-04T13:00:00Z
            # Sao Paulo: 2018-11-04 had no midnight, its day starts at 01:00 -02 = 03:00 UTC
            America/Sao_Paulo|DAY|2018-11-04T12:00:00Z|2018-11-04T03:00:00Z|2018-11-05T02:00:00Z
            America/Sao_Paulo|DAY|2018-11-04T02:59:59Z|2018-11-03T03:00:00Z|2018-11-04T03:00:00Z
            # Apia skipped 2011-12-30: the 29th (-10) is followed by the 31st (+14)
            Pacific/Apia|DAY|2011-12-30T05:00:00Z|2011-12-29T10:00:00Z|2011-12-30T10:00:00Z
            Pacific/Apia|DAY|2011-12-30T12:00:00Z|2011-12-30T10:00:00Z|2011-12-31T10:00:00Z
            Pacific/Apia|MONTH|2011-12-30T12:00:00Z|2011-12-01T10:00:00Z|2011-12-31T10:00:00Z
            # Cairo 2023-04-28 had no midnight: 00:00 +2 -> 01:00 +3
            Africa/Cairo|DAY|2023-04-28T12:00:00Z|2023-04-27T22:00:00Z|2023-04-28T21:00:00Z
            # Kathmandu +5:45
            Asia/Kathmandu|DAY|2026-01-01T00:00:00Z|2025-12-31T18:15:00Z|2026-01-01T18:15:00Z
            Asia/Kathmandu|MINUTE|2026-01-01T00:00:30Z|2026-01-01T00:00:00Z|2026-01-01T00:01:00Z
            # St John's -3:30/-2:30: 2026-03-08 05:30 UTC
            America/St_Johns|DAY|2026-03-08T12:00:00Z|2026-03-08T03:30:00Z|2026-03-09T02:30:00Z
            America/St_Johns|MONTH|2026-03-08T12:00:00Z|2026-03-01T03:30:00Z|2026-04-01T02:30:00Z
            # Chatham +12:45/+13:45: back 2026-04-04 14:00 UTC
            Pacific/Chatham|DAY|2026-04-05T00:00:00Z|2026-04-04T10:15:00Z|2026-04-05T11:15:00Z
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = ROWS)
    void startsAndEndsAreExact(String zone, Span span, Instant inside, Instant start, Instant end) {
        assertThat(new Calendar(span, ZoneId.of(zone)).at(inside))
                .isEqualTo(new Instance(start, end));
    }

    /// Windows of one rule follow each other without a gap and without an overlap.
    @Test
    void windowsTileTime() {
        Random random = new Random(11);
        for (String zone : ZONES) {
            for (Span span : Span.values()) {
                Calendar window = new Calendar(span, ZoneId.of(zone));
                for (int i = 0; i < 300; i++) {
                    Instant now =
                            Instant.parse("2010-01-01T00:00:00Z")
                                    .plusSeconds(random.nextInt(18 * 365 * 86_400));
                    Instance at = window.at(now);
                    String where = zone + " " + span + " " + now + " " + at;
                    Instant end = java.util.Objects.requireNonNull(at.end());
                    assertThat(at.start()).as(where).isBeforeOrEqualTo(now);
                    assertThat(end).as(where).isAfter(now);
                    assertThat(window.at(at.start())).as(where).isEqualTo(at);
                    assertThat(window.at(end.minusNanos(1))).as(where).isEqualTo(at);
                    assertThat(window.at(end).start()).as(where).isEqualTo(end);
                }
            }
        }
    }

    @Test
    void aWholeYearOfDaysIsAYear() {
        for (String zone : ZONES) {
            Calendar day = new Calendar(Span.DAY, ZoneId.of(zone));
            Instant start = day.at(Instant.parse("2011-06-15T12:00:00Z")).start();
            Instant at = start;
            int days = 0;
            while (days < 365) {
                at = java.util.Objects.requireNonNull(day.at(at).end());
                days++;
            }
            // Apia lost a date of its calendar, not a day of its clock
            Duration year = Duration.between(start, at);
            assertThat(year).as(zone).isBetween(Duration.ofHours(8_757), Duration.ofHours(8_763));
        }
    }

    @Test
    void aLifetimeNeverEnds() {
        Instance all = new Lifetime().at(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(all.end()).isNull();
        assertThat(new Lifetime().at(Instant.parse("2099-01-01T00:00:00Z"))).isEqualTo(all);
    }
}
