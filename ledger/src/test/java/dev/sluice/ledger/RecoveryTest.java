package dev.sluice.ledger;

import static dev.sluice.ledger.Book.usd;
import static dev.sluice.ledger.Book.wallet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What happens to calls whose replica died between hold and settlement.
class RecoveryTest {

    private static TestDatabase server;

    @BeforeAll
    static void open() {
        server = TestDatabase.create();
    }

    @AfterAll
    static void close() {
        server.close();
    }

    private static HoldRequest request(Book book, String org, QuotaRule dollars, QuotaRule calls) {
        return book.request(
                org,
                List.of(book.claim(dollars, usd("0.1"), 0), book.claim(calls, 1, 0)),
                wallet(usd("0.1"), 0, "10"),
                1,
                1);
    }

    @Test
    void holdsOfAnEarlierLifeCostTheCustomerNothingAndTheOperatorTheInput() {
        String org = Book.newId("org");
        QuotaRule dollars = Book.rule(org, "usd", QuotaUnit.USD, "1");
        QuotaRule calls = Book.rule(org, "calls", QuotaUnit.REQUESTS, "9");
        Book dead = new Book(server.database(), "phoenix", LedgerSettings.standard());
        Book other = new Book(server.database(), "other", LedgerSettings.standard());
        HoldRequest lost = request(dead, org, dollars, calls);
        HoldRequest alive = request(other, org, dollars, calls);
        dead.mustHold(lost);
        other.mustHold(alive);

        Book reborn = new Book(server.database(), "phoenix", LedgerSettings.standard());
        assertThat(reborn.ledger.recover()).isEqualTo(1);
        assertThat(reborn.ledger.recover()).isZero();
        assertThat(reborn.held(dollars)).isEqualByComparingTo("0.1");
        assertThat(reborn.spent(dollars)).isEqualByComparingTo("0");
        assertThat(reborn.spent(calls)).isEqualByComparingTo("2");
        StoredCall call = new Calls(server.database()).get(org, lost.requestId()).orElseThrow();
        assertThat(call.state()).isEqualTo(StoredCall.State.SETTLED);
        assertThat(call.errorCode()).isEqualTo("gateway_restarted");
        assertThat(call.estimated()).isTrue();
        assertThat(call.costUsd()).isEqualByComparingTo("0");
        assertThat(call.providerUsd()).isEqualByComparingTo("0.004");
        assertThat(call.absorbedUsd()).isEqualByComparingTo("0.004");

        // the settlement that came too late changes nothing
        dead.settle(dead.answered(lost, "0.05", "0.04", 10, 10));
        other.settle(other.answered(alive, "0.05", "0.04", 10, 10));
        assertThat(reborn.spent(dollars)).isEqualByComparingTo("0.05");
        assertThat(reborn.held(dollars)).isEqualByComparingTo("0");
        LedgerVerifier.Verification verification =
                new LedgerVerifier(server.database()).verify(org);
        assertThat(verification.problems()).isEmpty();
        assertThat(verification.operatorAbsorbedUsd()).isEqualByComparingTo("0.004");
        dead.close();
        other.close();
        reborn.close();
    }

    @Test
    void theSweeperClosesHoldsOfDeadReplicasAndSparesTheLiving() {
        String org = Book.newId("org");
        QuotaRule dollars = Book.rule(org, "usd", QuotaUnit.USD, "1");
        QuotaRule calls = Book.rule(org, "calls", QuotaUnit.REQUESTS, "9");
        Book dead = new Book(server.database(), "gone", LedgerSettings.standard());
        Book living = new Book(server.database(), "living", LedgerSettings.standard());
        HoldRequest lost = request(dead, org, dollars, calls);
        HoldRequest slow = request(living, org, dollars, calls);
        dead.mustHold(lost);
        living.mustHold(slow);
        // a call may run as long as it likes while its replica renews its hold
        for (int i = 0; i < 5; i++) {
            living.now.updateAndGet(t -> t.plus(Duration.ofMinutes(4)));
            living.ledger.sweep();
        }
        assertThat(living.held(dollars)).isEqualByComparingTo("0.1");
        assertThat(new Calls(server.database()).get(org, lost.requestId()).orElseThrow().state())
                .isEqualTo(StoredCall.State.SETTLED);
        living.settle(living.answered(slow, "0.07", "0.04", 10, 10));
        assertThat(living.spent(dollars)).isEqualByComparingTo("0.07");
        assertThat(new LedgerVerifier(server.database()).verify(org).problems()).isEmpty();
        dead.close();
        living.close();
    }

    @Test
    void aHoldNobodyWaitsForIsGivenBack() {
        String org = Book.newId("org");
        QuotaRule dollars = Book.rule(org, "usd", QuotaUnit.USD, "1");
        QuotaRule calls = Book.rule(org, "calls", QuotaUnit.REQUESTS, "9");
        try (Book book =
                new Book(
                        server.database(),
                        "hasty",
                        LedgerSettings.standard().withHoldWait(Duration.ofMillis(1), 100))) {
            int gone = 0;
            for (int i = 0; i < 40; i++) {
                HoldRequest request = request(book, org, dollars, calls);
                if (book.hold(request) instanceof dev.sluice.domain.HoldResult.Unavailable) {
                    gone++;
                } else {
                    book.settle(book.failed(request));
                }
            }
            assertThat(gone).isPositive();
        }
        // closing works off the releases
        try (Book book = new Book(server.database())) {
            assertThat(book.held(dollars)).isEqualByComparingTo("0");
            assertThat(book.spent(dollars)).isEqualByComparingTo("0");
            assertThat(new LedgerVerifier(server.database()).verify(org).problems()).isEmpty();
        }
    }
}
