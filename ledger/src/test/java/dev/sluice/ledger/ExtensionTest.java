package dev.sluice.ledger;

import static dev.sluice.ledger.Book.usd;
import static dev.sluice.ledger.Book.wallet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Money;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.testkit.TestDatabase;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Calls that ask for more than they held at first.
class ExtensionTest {

    private static TestDatabase server;
    private static Book book;

    @BeforeAll
    static void open() {
        server = TestDatabase.create();
        book = new Book(server.database());
    }

    @AfterAll
    static void close() {
        book.close();
        server.close();
    }

    private static HoldRequest request(String org, QuotaRule rule, String amount) {
        return book.request(
                org, List.of(book.claim(rule, usd(amount), 0)), wallet(usd(amount), 0, "5"), 1, 1);
    }

    private static HoldRequest more(HoldRequest of, QuotaRule rule, String amount) {
        return new HoldRequest(
                of.requestId(),
                of.organizationId(),
                List.of(book.claim(rule, usd(amount), 0)),
                wallet(usd(amount), 0, "5"),
                1,
                1,
                of.admittedAt());
    }

    private static HoldResult extend(Book of, HoldRequest more) throws Exception {
        CompletableFuture<HoldResult> answer = new CompletableFuture<>();
        of.ledger.extend(more, answer::complete);
        return answer.get(10, TimeUnit.SECONDS);
    }

    @Test
    void whatIsAddedIsHeldAndSettledWithTheRest() throws Exception {
        String org = Book.newId("org");
        QuotaRule rule = Book.rule(org, "day", QuotaUnit.USD, "1");
        HoldRequest request = request(org, rule, "0.30");
        book.mustHold(request);
        assertThat(extend(book, more(request, rule, "0.25")))
                .isEqualTo(new HoldResult.Held(1, new Money(usd("0.25"))));
        assertThat(book.held(rule)).isEqualByComparingTo("0.55");
        book.settle(book.answered(request, "0.50", "0.40", 10, 10));
        // nothing of it had to be taken beyond the hold, and the rest is free again
        assertThat(book.spent(rule)).isEqualByComparingTo("0.50");
        assertThat(book.held(rule)).isEqualByComparingTo("0");
        assertThat(
                        book.number(
                                "SELECT absorbed_usd AS n FROM call WHERE request_id = ?",
                                request.requestId()))
                .isEqualByComparingTo("0");
    }

    @Test
    void whatDoesNotFitIsRefusedAndTheHoldStaysAsItWas() throws Exception {
        String org = Book.newId("org");
        QuotaRule rule = Book.rule(org, "day", QuotaUnit.USD, "0.50");
        HoldRequest request = request(org, rule, "0.30");
        book.mustHold(request);
        assertThat(extend(book, more(request, rule, "0.25")))
                .isInstanceOf(HoldResult.Refused.class);
        assertThat(book.held(rule)).isEqualByComparingTo("0.30");
        assertThat(extend(book, more(request, rule, "0.20"))).isInstanceOf(HoldResult.Held.class);
        book.settle(book.answered(request, "0.10", "0.10", 1, 1));
        assertThat(book.held(rule)).isEqualByComparingTo("0");
        // all that is left can be held by others
        book.mustHold(request(org, rule, "0.40"));
    }

    @Test
    void aCallThatHasEndedGetsNothing() throws Exception {
        String org = Book.newId("org");
        QuotaRule rule = Book.rule(org, "day", QuotaUnit.USD, "1");
        HoldRequest request = request(org, rule, "0.30");
        book.mustHold(request);
        book.settle(book.answered(request, "0.10", "0.10", 1, 1));
        assertThat(extend(book, more(request, rule, "0.20")))
                .isInstanceOf(HoldResult.Unavailable.class);
        assertThat(book.held(rule)).isEqualByComparingTo("0");
    }
}
