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
import dev.sluice.ledger.books.Wallets;
import dev.sluice.ledger.call.StoredCall;
import dev.sluice.ledger.reading.Calls;
import dev.sluice.ledger.reading.QuotaStates;
import dev.sluice.ledger.verification.LedgerVerifier;
import dev.sluice.testkit.TestDatabase;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class EscrowLedgerTest {

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

    @Tag("slow")
    @RepeatedTest(5)
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
        // all are decided before the first settles: what settling gives back would let more in
        List<HoldResult> results = answers.stream().map(Book::get).toList();
        assertThat(results).noneMatch(HoldResult.Unavailable.class::isInstance);
        assertThat(results).filteredOn(HoldResult.Held.class::isInstance).hasSize(142);
        assertThat(book.held(rule)).isEqualByComparingTo("0.994");
        for (int i = 0; i < 400; i++) {
            if (results.get(i) instanceof HoldResult.Held) {
                book.settle(book.answered(requests.get(i), "0.0069", "0.005", 10, 10));
            }
        }
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

    @Tag("slow")
    @Test
    void threeNestedRulesAndThePrepaidBalanceHoldTogether() {
        String org = Book.newId("org");
        Wallets wallets = new Wallets(book.database, book.clock, book.ids);
        wallets.topUp(org, new BigDecimal("0.80"), "first", "user:ana");
        List<QuotaRule> rules =
                List.of(
                        Book.rule(org, "org", QuotaUnit.USD, "1.00"),
                        Book.rule(org, "team", QuotaUnit.USD, "0.90"),
                        Book.rule(org, "key", QuotaUnit.REQUESTS, "150"));
        List<HoldRequest> requests = new ArrayList<>();
        List<CompletableFuture<HoldResult>> answers = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            List<Claim> claims =
                    List.of(
                            book.claim(rules.get(0), usd("0.004"), 0),
                            book.claim(rules.get(1), usd("0.004"), 0),
                            book.claim(rules.get(2), 1, 0));
            HoldRequest request = book.request(org, claims, wallet(usd("0.004"), 0, "0"), 1, 1);
            requests.add(request);
            answers.add(book.holdLater(request));
        }
        int held = 0;
        for (int i = 0; i < 400; i++) {
            if (Book.get(answers.get(i)) instanceof HoldResult.Held) {
                held++;
                book.settle(book.answered(requests.get(i), "0.004", "0", 1, 1));
            }
        }
        assertThat(held).isEqualTo(150);
        assertThat(book.spent(rules.get(0))).isEqualByComparingTo("0.6");
        book.ledger.keep();
        assertThat(wallets.balance(org).available()).isEqualByComparingTo("0.2");
        // the balance alone: 0.2 left
        List<HoldRequest> more = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            more.add(book.request(org, List.of(), wallet(usd("0.004"), 0, "0"), 1, 1));
        }
        List<HoldResult> results =
                more.stream().map(book::holdLater).toList().stream().map(Book::get).toList();
        assertThat(results).filteredOn(HoldResult.Held.class::isInstance).hasSize(50);
        HoldResult.Refused refused =
                (HoldResult.Refused)
                        results.stream()
                                .filter(HoldResult.Refused.class::isInstance)
                                .findFirst()
                                .orElseThrow();
        assertThat(refused.claim()).isNull();
        assertThat(refused.onlyHoldsInTheWay()).isTrue();
        more.forEach(request -> {
            if (book.ledger.openCalls() > 0) {
                book.settle(book.failed(request));
            }
        });
    }

    @Test
    void aHoldIsAllOrNone() {
        String org = Book.newId("org");
        QuotaRule wide = Book.rule(org, "wide", QuotaUnit.USD, "10");
        QuotaRule calls = Book.rule(org, "calls", QuotaUnit.REQUESTS, "10");
        QuotaRule narrow = Book.rule(org, "narrow", QuotaUnit.USD, "0.01");
        HoldRequest request =
                book.request(
                        org,
                        List.of(
                                book.claim(wide, usd("0.02"), 0),
                                book.claim(calls, 1, 0),
                                book.claim(narrow, usd("0.02"), 0)),
                        null,
                        1,
                        1);
        assertThat(book.hold(request)).isInstanceOf(HoldResult.Refused.class);
        for (QuotaRule rule : List.of(wide, calls, narrow)) {
            assertThat(book.spent(rule).add(book.held(rule))).isEqualByComparingTo("0");
        }
    }

    @Test
    void excessIsTakenFromTheSameWindowsWhenItFits() {
        String org = Book.newId("org");
        QuotaRule rule = Book.rule(org, "day", QuotaUnit.USD, "1");
        HoldRequest request = money(org, rule, "0.10");
        book.mustHold(request);
        book.settle(book.answered(request, "0.30", "0.25", 100, 10));
        assertThat(book.spent(rule)).isEqualByComparingTo("0.30");
        StoredCall call =
                new Calls(book.database, book.ledger).get(org, request.requestId()).orElseThrow();
        assertThat(call.costUsd()).isEqualByComparingTo("0.30");
        assertThat(call.absorbedUsd()).isEqualByComparingTo("0");
    }

    @Test
    void excessThatDoesNotFitIsTheOperators() {
        String org = Book.newId("org");
        QuotaRule wide = Book.rule(org, "wide", QuotaUnit.USD, "1");
        QuotaRule narrow = Book.rule(org, "narrow", QuotaUnit.USD, "0.2");
        HoldRequest request =
                book.request(
                        org,
                        List.of(
                                book.claim(wide, usd("0.10"), 0),
                                book.claim(narrow, usd("0.10"), 0)),
                        wallet(usd("0.10"), 0, "1000"),
                        1,
                        1);
        book.mustHold(request);
        book.settle(book.answered(request, "0.30", "0.25", 100, 10));
        // all or none: the wide window could have carried it, and is left alone
        assertThat(book.spent(wide)).isEqualByComparingTo("0.10");
        assertThat(book.spent(narrow)).isEqualByComparingTo("0.10");
        StoredCall call =
                new Calls(book.database, book.ledger).get(org, request.requestId()).orElseThrow();
        assertThat(call.costUsd()).isEqualByComparingTo("0.10");
        assertThat(call.absorbedUsd()).isEqualByComparingTo("0.20");
        assertThat(call.providerUsd()).isEqualByComparingTo("0.25");
        LedgerVerifier.Verification verification = new LedgerVerifier(book.database).verify(org);
        assertThat(verification.problems()).isEmpty();
        assertThat(verification.operatorAbsorbedUsd()).isEqualByComparingTo("0.20");
    }

    @Test
    void aFailedCallGivesBackMoneyAndTokensButStaysARequest() {
        String org = Book.newId("org");
        QuotaRule dollars = Book.rule(org, "usd", QuotaUnit.USD, "1");
        QuotaRule calls = Book.rule(org, "calls", QuotaUnit.REQUESTS, "5");
        QuotaRule tokens = Book.rule(org, "tokens", QuotaUnit.TOTAL_TOKENS, "5000");
        HoldRequest request =
                book.request(
                        org,
                        List.of(
                                book.claim(dollars, usd("0.1"), 0),
                                book.claim(calls, 1, 0),
                                book.claim(tokens, 100, 1)),
                        null,
                        10,
                        10);
        book.mustHold(request);
        book.settle(book.failed(request));
        assertThat(book.spent(dollars)).isEqualByComparingTo("0");
        assertThat(book.spent(tokens)).isEqualByComparingTo("0");
        assertThat(book.spent(calls)).isEqualByComparingTo("1");
        assertThat(book.held(tokens)).isEqualByComparingTo("0");
    }

    @Test
    void aCallWithoutAnAccountIsCountedAndLeavesTheBalanceAlone() {
        String org = Book.newId("org");
        QuotaRule rule = Book.rule(org, "day", QuotaUnit.USD, "1");
        HoldRequest request =
                book.request(org, List.of(book.claim(rule, usd("0.1"), 0)), null, 1, 1);
        HoldResult.Held held = book.mustHold(request);
        assertThat(held.amount()).isEqualTo(new Money(usd("0.1")));
        book.settle(book.answered(request, "0.05", "0", 1, 1));
        assertThat(book.spent(rule)).isEqualByComparingTo("0.05");
        assertThat(new Wallets(book.database, book.clock, book.ids).balance(org).balance())
                .isEqualByComparingTo("0");
        assertThat(new LedgerVerifier(book.database).verify(org).problems()).isEmpty();
    }

    @Test
    void shortWindowsAreKeptInMemoryAndRefuseWithTheSameArithmetic() {
        String org = Book.newId("org");
        QuotaRule calls =
                Book.rule(org, "rpm", QuotaUnit.REQUESTS, "3", Book.minute(), true, false);
        QuotaRule tokens =
                Book.rule(org, "tpm", QuotaUnit.TOTAL_TOKENS, "1000", Book.minute(), true, false);
        QuotaStates states = new QuotaStates(book.database, book.ledger, book.clock);
        List<HoldRequest> requests = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            HoldRequest request =
                    book.request(
                            org,
                            List.of(book.claim(calls, 1, 0), book.claim(tokens, 100, 1)),
                            null,
                            10,
                            500);
            requests.add(request);
            long expected = i == 0 ? 500 : i == 1 ? 300 : 0;
            if (expected > 0) {
                assertThat(book.mustHold(request).outputTokens()).isEqualTo(expected);
            } else {
                assertThat(book.hold(request)).isInstanceOf(HoldResult.Refused.class);
            }
        }
        assertThat(states.of(calls, "").used()).isEqualByComparingTo("2");
        assertThat(states.of(tokens, "").held()).isEqualByComparingTo("1000");
        assertThat(
                        book.ledger.headroom(
                                List.of(book.claim(calls, 1, 0), book.claim(tokens, 100, 1))))
                .extracting(window -> window.remaining().intValueExact())
                .containsExactly(1, 0);
        book.settle(book.answered(requests.get(0), "0", "0", 50, 60));
        assertThat(states.of(tokens, "").used()).isEqualByComparingTo("110");
        assertThat(states.of(tokens, "").held()).isEqualByComparingTo("400");
        book.settle(book.failed(requests.get(1)));
        assertThat(states.of(tokens, "").held()).isEqualByComparingTo("0");
        assertThat(states.of(calls, "").used()).isEqualByComparingTo("2");
    }

    @Test
    void aCallThatMoneyRefusesCountsInNoShortWindow() {
        String org = Book.newId("org");
        QuotaRule calls =
                Book.rule(org, "rpm", QuotaUnit.REQUESTS, "3", Book.minute(), true, false);
        QuotaRule dollars = Book.rule(org, "usd", QuotaUnit.USD, "0.01");
        HoldRequest request =
                book.request(
                        org,
                        List.of(book.claim(calls, 1, 0), book.claim(dollars, usd("0.02"), 0)),
                        null,
                        1,
                        1);
        assertThat(book.hold(request)).isInstanceOf(HoldResult.Refused.class);
        assertThat(new QuotaStates(book.database, book.ledger, book.clock).of(calls, "").used())
                .isEqualByComparingTo("0");
    }

    private static HoldRequest money(String org, QuotaRule rule, String amount) {
        List<Claim> claims = List.of(book.claim(rule, usd(amount), 0));
        return book.request(org, claims, wallet(usd(amount), 0, "1000"), 1, 1);
    }
}
