package dev.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.HoldRequest;
import dev.sluice.ledger.booking.Unshipped;
import dev.sluice.ledger.call.CallRecord;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnshippedTest {

    private final Unshipped unshipped = new Unshipped();

    private static CallRecord ended(long afterMillis, String charge) {
        return Book.call(
                new HoldRequest(Book.newId("req"), "org", List.of(), null, 1, 1, Book.START),
                Book.START.plusMillis(afterMillis),
                charge,
                "0",
                Book.usage(1, 1),
                200,
                null);
    }

    private void assertFigures(int calls, String usd, long ageMillis) {
        Unshipped.Figures figures = unshipped.at(Book.START.plusSeconds(10));
        assertThat(figures.calls()).isEqualTo(calls);
        assertThat(figures.usd()).isEqualByComparingTo(new BigDecimal(usd));
        assertThat(figures.age()).isEqualTo(Duration.ofMillis(ageMillis));
    }

    @Test
    void theOldestOfThoseLeftTellsTheAge() {
        assertFigures(0, "0", 0);
        List<CallRecord> calls =
                List.of(ended(0, "0.10"), ended(20, "0.20"), ended(3_000, "9000000"));
        calls.forEach(unshipped::add);
        assertFigures(3, "9000000.30", 10_000);
        unshipped.remove(calls.get(0));
        // within a tenth of a second of the first
        assertFigures(2, "9000000.20", 10_000);
        unshipped.remove(calls.get(1));
        assertFigures(1, "9000000", 7_000);
        unshipped.remove(calls.get(2));
        assertFigures(0, "0", 0);
    }

    @Test
    void aClockThatWasSetBackMakesNoNegativeAge() {
        unshipped.add(ended(60_000, "0.10"));
        assertFigures(1, "0.10", 0);
    }
}
