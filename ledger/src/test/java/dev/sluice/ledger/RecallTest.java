package dev.sluice.ledger;

import static dev.sluice.ledger.Book.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.ledger.escrow.EscrowStore;
import dev.sluice.store.Notifications;
import dev.sluice.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A call needs what another replica has at hand, and that replica does not look by itself.
class RecallTest {

    private static final LedgerSettings HARDLY_EVER =
            LedgerSettings.standard().withRecallPoll(Duration.ofMinutes(5));

    private static TestDatabase server;

    private final String org = Book.newId("org");
    private final QuotaRule rule = Book.rule(org, "day", QuotaUnit.USD, "1.00");

    @BeforeAll
    static void open() {
        server = TestDatabase.create();
    }

    @AfterAll
    static void close() {
        server.close();
    }

    private HoldRequest request(Book book, String amount) {
        return book.request(org, List.of(book.claim(rule, usd(amount), 0)), null, 1, 1);
    }

    /// Has most of the budget free at hand.
    private void spend(Book book) {
        HoldRequest first = request(book, "0.60");
        book.mustHold(first);
        book.settle(book.answered(first, "0.01", "0.01", 1, 1));
    }

    private HoldResult ask(Book book) {
        return book.hold(request(book, "0.80"));
    }

    private static Book replica() {
        return new Book(server.database(), Book.newId("replica"), HARDLY_EVER);
    }

    @Test
    void whoIsToldGivesBackAtOnce() {
        try (Book idle = replica();
                Book asking = replica();
                Notifications _ =
                        Notifications.start(
                                server.database(),
                                Map.of(EscrowStore.RECALL_CHANNEL, idle.ledger::wake))) {
            spend(idle);
            long began = System.nanoTime();
            assertThat(ask(asking)).isInstanceOf(HoldResult.Held.class);
            // in a moment, and not when the wait for recalls is over after a second
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofMillis(900));
        }
    }

    @Test
    void whoIsNotToldIsWaitedForNoLongerThanASecond() {
        try (Book idle = replica();
                Book asking = replica()) {
            spend(idle);
            assertThat(ask(asking)).isInstanceOf(HoldResult.Refused.class);
        }
    }

    @Test
    void thePollFindsWhatNobodyTold() {
        LedgerSettings often = LedgerSettings.standard().withRecallPoll(Duration.ofMillis(50));
        try (Book idle = new Book(server.database(), Book.newId("replica"), often);
                Book asking = replica()) {
            spend(idle);
            assertThat(ask(asking)).isInstanceOf(HoldResult.Held.class);
        }
    }
}
