package dev.sluice.ledger;

import static dev.sluice.ledger.Book.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.ledger.escrow.PublishedLimits;
import dev.sluice.testkit.TestDatabase;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A lower limit is in force at once, also over what a replica has at hand.
class PublishedLimitsTest {

    private static TestDatabase server;

    private final String org = Book.newId("org");

    @BeforeAll
    static void open() {
        server = TestDatabase.create();
    }

    @AfterAll
    static void close() {
        server.close();
    }

    private PublishedLimits limits(String rule, String credit, long revision) {
        return new PublishedLimits(
                Map.of("qr_day", new BigDecimal(rule)),
                Map.of(org, new BigDecimal(credit)),
                revision);
    }

    private HoldRequest underRule(Book book, QuotaRule rule, String amount) {
        return book.request(org, List.of(book.claim(rule, usd(amount), 0)), null, 1, 1);
    }

    @Test
    void whatOthersWereGivenUnderALimitThatOneReplicaNeverSawCounts() {
        QuotaRule low = Book.rule(org, "day", QuotaUnit.USD, "1.00");
        QuotaRule high = low.withLimit(new BigDecimal("9.00"));
        try (Book one = new Book(server.database());
                Book two = new Book(server.database())) {
            one.ledger.limits(limits("1.00", "0", 1));
            hasSomeAtHand(one, low);
            two.ledger.limits(limits("9.00", "0", 2));
            two.mustHold(underRule(two, high, "5.00"));
            two.ledger.limits(limits("1.00", "0", 3));
            one.ledger.limits(limits("1.00", "0", 3));
            assertThat(one.hold(underRule(one, low, "0.10")))
                    .isInstanceOf(HoldResult.Refused.class);
        }
    }

    private void hasSomeAtHand(Book book, QuotaRule rule) {
        for (int i = 0; i < 3; i++) {
            book.mustHold(underRule(book, rule, "0.10"));
        }
    }

    @Test
    void aMissedPublicationThatChangedNothingRefusesNothing() {
        QuotaRule rule = Book.rule(org, "day", QuotaUnit.USD, "1.00");
        try (Book book = new Book(server.database())) {
            book.ledger.limits(limits("1.00", "0", 1));
            book.mustHold(underRule(book, rule, "0.10"));
            book.ledger.limits(limits("1.00", "0", 7));
            book.mustHold(underRule(book, rule, "0.10"));
        }
    }

    @Test
    void lessCreditIsInForceBeforeTheNextCall() {
        try (Book book = new Book(server.database())) {
            book.ledger.limits(limits("1.00", "10", 1));
            for (int i = 0; i < 3; i++) {
                book.mustHold(onCredit(book, "10"));
            }
            book.ledger.limits(limits("1.00", "0.01", 2));
            assertThat(book.hold(onCredit(book, "0.01"))).isInstanceOf(HoldResult.Refused.class);
        }
    }

    private HoldRequest onCredit(Book book, String credit) {
        return book.request(org, List.of(), Book.wallet(usd("0.05"), 0, credit), 1, 1);
    }
}
