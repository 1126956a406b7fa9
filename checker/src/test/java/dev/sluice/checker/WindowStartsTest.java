package dev.sluice.checker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Window boundaries against the calendar on the wall.
class WindowStartsTest {

    @ParameterizedTest
    @CsvSource({
        "lifetime, 2026-07-01T12:34:56.7Z, 1970-01-01T00:00:00Z",
        "minute UTC, 2026-07-01T12:34:56.7Z, 2026-07-01T12:34:00Z",
        "hour Asia/Kathmandu, 2026-07-01T12:34:56.7Z, 2026-07-01T12:15:00Z",
        "day Europe/Berlin, 2026-07-01T22:00:00Z, 2026-07-01T22:00:00Z",
        "day Europe/Berlin, 2026-07-01T21:59:59Z, 2026-06-30T22:00:00Z",
        // midnight does not exist there on that day
        "day America/Santiago, 2026-09-06T12:00:00Z, 2026-09-06T04:00:00Z",
        "week UTC, 2026-07-05T23:00:00Z, 2026-06-29T00:00:00Z",
        "month America/New_York, 2026-07-01T03:59:59Z, 2026-06-01T04:00:00Z",
        // the hour that is repeated when the clock is set back is two windows
        "hour Europe/Berlin, 2026-10-25T00:30:00Z, 2026-10-25T00:00:00Z",
        "hour Europe/Berlin, 2026-10-25T01:30:00Z, 2026-10-25T01:00:00Z",
        // half an hour is set back: the new offset begins a window of its own
        "hour Australia/Lord_Howe, 2026-04-04T15:10:00Z, 2026-04-04T15:00:00Z",
    })
    void aWindowBeginsWhereTheCalendarSays(String span, Instant at, Instant start) {
        assertThat(WindowStarts.of(span, at)).isEqualTo(start);
    }

    @Test
    void whatCannotBeReadHasNoBeginning() {
        assertThat(WindowStarts.of("fortnight UTC", Instant.EPOCH)).isNull();
        assertThat(WindowStarts.of("day Nowhere/At_All", Instant.EPOCH)).isNull();
        assertThat(WindowStarts.of("day", Instant.EPOCH)).isNull();
    }
}
