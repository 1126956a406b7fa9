package dev.sluice.ledger;

import static dev.sluice.ledger.Book.usd;
import static dev.sluice.ledger.Book.wallet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Money;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.testkit.TestDatabase;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresLedgerTest {

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

    @Test
    void aCallHoldsSettlesAndReleasesTheRest() {
        String org = Book.newId("org");
        QuotaRule rule = Book.rule(org, "day", QuotaUnit.USD, "1");
        HoldRequest request = money(org, rule, "0.10");
        HoldResult.Held held = book.mustHold(request);
        assertThat(held.amount()).isEqualTo(new Money(usd("0.10")));
        assertThat(book.held(rule)).isEqualByComparingTo("0.10");
        book.settle(book.answered(request, "0.042", "0.03", 100, 10));
        assertThat(book.spent(rule)).isEqualByComparingTo("0.042");
        assertThat(book.held(rule)).isEqualByComparingTo("0");
    }

    @Test
    void fourHundredAtOnceNeverPassTheBudgetAndNearlyAllOfItIsUsable() {
        String org = Book.newId("org");
        QuotaRule rule = Book.rule(org, "dollar", QuotaUnit.USD, "1.00");
        List<HoldRequest> requests = new ArrayList<>();
        List<CompletableFuture<HoldResult>> answers = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            HoldRequest request = money(org, rule, "0.007");
            requests.add(request);
            answers.add(book.holdLater(request));
        }
        int held = 0;
        for (int i = 0; i < 400; i++) {
            HoldResult result = Book.get(answers.get(i));
            assertThat(result).isNotInstanceOf(HoldResult.Unavailable.class);
            if (result instanceof HoldResult.Held) {
                held++;
                book.settle(book.answered(requests.get(i), "0.0069", "0.005", 10, 10));
            }
        }
        assertThat(held).isEqualTo(142);
        int small = 0;
        while (book.hold(money(org, rule, "0.005")) instanceof HoldResult.Held) {
            small++;
            assertThat(small).isLessThan(400);
        }
        BigDecimal used = book.spent(rule).add(book.held(rule));
        assertThat(used).isLessThanOrEqualTo(new BigDecimal("1.00"));
        assertThat(used).isGreaterThanOrEqualTo(new BigDecimal("0.99"));
    }

    @Test
    void settlingTwiceChangesNothing() {
        String org = Book.newId("org");
        QuotaRule rule = Book.rule(org, "day", QuotaUnit.USD, "1");
        HoldRequest request = money(org, rule, "0.10");
        book.mustHold(request);
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(book.settleLater(book.answered(request, "0.05", "0.03", 100, 10)));
        }
        all.forEach(Book::get);
        book.settle(book.answered(request, "0.09", "0.03", 100, 10));
        assertThat(book.spent(rule)).isEqualByComparingTo("0.05");
        assertThat(
                        book.number(
                                "SELECT sum(amount) AS n FROM transfer WHERE request_id = ?"
                                        + " AND kind = 'charge'",
                                request.requestId()))
                .isEqualByComparingTo("0.05");
    }

    private static HoldRequest money(String org, QuotaRule rule, String amount) {
        List<Claim> claims = List.of(book.claim(rule, usd(amount), 0));
        return book.request(org, claims, wallet(usd(amount), 0, "1000"), 1, 1);
    }
}
