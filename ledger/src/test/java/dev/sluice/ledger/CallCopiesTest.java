package dev.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Window;
import dev.sluice.ledger.booking.History;
import dev.sluice.ledger.booking.History.Past;
import dev.sluice.ledger.call.StoredCall;
import dev.sluice.ledger.reading.Calls;
import dev.sluice.ledger.verification.LedgerVerifier;
import dev.sluice.testkit.TestDatabase;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Calls that stand for several. That their books are like any others, the seeder's test shows.
@Tag("slow")
class CallCopiesTest {

    private static final int TIMES = 40;

    @Test
    void copiesAreCallsOfTheirOwnWithinTheMinute() {
        try (TestDatabase server = TestDatabase.create();
                Book book = new Book(server.database())) {
            String org = Book.newId("org");
            HoldRequest request = request(book, org, true);
            History history = new History(book.database, book.ids, Duration.ZERO);
            history.book(List.of(past(book, request)), TIMES);
            history.book(List.of(past(book, request)), TIMES);

            List<StoredCall> calls =
                    new Calls(book.database, book.ledger)
                            .list(org, Calls.Filter.ALL, null, 100)
                            .data();
            assertThat(calls).hasSize(TIMES);
            assertThat(calls.stream().map(StoredCall::requestId).distinct()).hasSize(TIMES);
            assertThat(calls.stream().map(StoredCall::admittedAt).distinct()).hasSize(TIMES);
            assertThat(calls.stream().map(call -> call.attempts().getFirst().id()).distinct())
                    .hasSize(TIMES);
            assertThat(calls)
                    .allSatisfy(call -> {
                        assertThat(call.requestId()).startsWith("req_").hasSize(30);
                        assertThat(call.attempts().getFirst().startedAt())
                                .isEqualTo(call.admittedAt());
                        assertThat(call.admittedAt().getEpochSecond() / 60)
                                .isEqualTo(request.admittedAt().getEpochSecond() / 60);
                    });
            // ids sort by the time of admission
            assertThat(calls.stream().map(call -> call.requestId().substring(0, 14)).toList())
                    .isSortedAccordingTo(java.util.Comparator.reverseOrder());
            assertThat(new LedgerVerifier(book.database).verify(org).problems()).isEmpty();
        }
    }

    @Test
    void whereAQuotaRefusesEachCallIsDecidedByItself() {
        try (TestDatabase server = TestDatabase.create();
                Book book = new Book(server.database())) {
            HoldRequest request = request(book, Book.newId("org"), false);
            History history = new History(book.database, book.ids, Duration.ZERO);
            List<Past> calls = List.of(past(book, request));
            assertThatThrownBy(() -> history.book(calls, 2))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("quota");
            assertThat(history.book(calls, 1)).hasSize(1);
        }
    }

    private static HoldRequest request(Book book, String org, boolean shadow) {
        QuotaRule rule =
                Book.rule(
                        org,
                        "minute",
                        QuotaUnit.USD,
                        "100",
                        new Window.Calendar(Window.Span.MINUTE, ZoneOffset.UTC),
                        false,
                        shadow);
        return new HoldRequest(
                book.ids.next("req"),
                org,
                List.of(book.claim(rule, Book.usd("0.02"), 0)),
                null,
                1,
                1,
                book.now.get());
    }

    private static Past past(Book book, HoldRequest request) {
        return new Past(
                request.requestId(),
                request,
                answer -> {
                    assertThat(answer).isInstanceOf(HoldResult.Held.class);
                    return book.answered(request, "0.011", "0.009", 70, 8);
                });
    }
}
