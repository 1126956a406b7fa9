package dev.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.ledger.RateWindows.Taken;
import dev.sluice.ledger.call.CallOrigin;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.ledger.window.WindowKey;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// The store's answer and the end of the wait at the same moment: one of them decides, and the
/// short windows have what that one says.
class HoldWaiterTest {

    private static final Duration FOR_EVER = Duration.ofDays(1);
    private static final QuotaRule RULE =
            Book.rule("org", "tpm", QuotaUnit.TOTAL_TOKENS, "1000", Book.minute(), true, false);
    private static final Claim CLAIM = new Claim(RULE, "", Book.minute().at(Book.START), 100, 1);
    private static final HoldRequest REQUEST =
            new HoldRequest("req", "org", List.of(CLAIM), null, 10, 500, Book.START);
    private static final Settlement.Open LESS = Settlement.Open.of(REQUEST, List.of(), 200);

    private final RateWindows rates = new RateWindows(10);
    private final List<HoldResult> answers = new ArrayList<>();
    private final Ledger ledger = new Ledger();

    /// Does what the ledger does with the short windows.
    private final class Ledger implements HoldWaiter.Home {

        Runnable whileItOpens = () -> {};

        @Override
        public void offer(HoldWaiter waiter) {}

        @Override
        public void offerSoon(HoldWaiter waiter) {}

        @Override
        public HoldResult.Held opened(
                HoldRequest request, CallOrigin origin, Settlement.Open hold, Taken kept) {
            whileItOpens.run();
            return new HoldResult.Held(hold.outputTokens(), hold.amount());
        }

        @Override
        public void gaveUp(Taken taken) {
            rates.giveBack(taken);
        }
    }

    private HoldWaiter waiter() {
        RateWindows.Answer.Granted granted =
                (RateWindows.Answer.Granted) rates.take(REQUEST, List.of(CLAIM));
        assertThat(held()).isEqualByComparingTo("600");
        return new HoldWaiter(
                ledger,
                rates,
                new HoldWaiter.Call(
                        REQUEST,
                        Book.origin("org"),
                        List.of(CLAIM),
                        granted.taken(),
                        List.of(),
                        granted.outputTokens()),
                answers::add);
    }

    private BigDecimal held() {
        return rates.balance(WindowKey.of(CLAIM)).held();
    }

    @Test
    void lessOutputGivesBackTheDifferenceOnce() {
        HoldWaiter waiter = waiter();
        waiter.start(FOR_EVER);
        assertThat(waiter.held(LESS)).isTrue();
        assertThat(held()).isEqualByComparingTo("300");
        assertThat(answers).singleElement().isInstanceOf(HoldResult.Held.class);
    }

    @Test
    void aWaitThatEndsWhileTheHoldIsTakenEndsNothing() {
        HoldWaiter waiter = waiter();
        ledger.whileItOpens = () -> waiter.unavailable("too late");
        assertThat(waiter.held(LESS)).isTrue();
        assertThat(held()).isEqualByComparingTo("300");
        assertThat(answers).singleElement().isInstanceOf(HoldResult.Held.class);
    }

    @Test
    void aHoldAfterTheWaitTakesNothing() throws Exception {
        CompletableFuture<HoldResult> answered = new CompletableFuture<>();
        HoldWaiter first = waiter();
        first.unavailable("too late");
        assertThat(first.waits()).isFalse();
        assertThat(first.held(LESS)).isFalse();
        assertThat(held()).isEqualByComparingTo("0");
        assertThat(answers).singleElement().isInstanceOf(HoldResult.Unavailable.class);
        HoldWaiter second =
                new HoldWaiter(
                        ledger,
                        rates,
                        new HoldWaiter.Call(
                                REQUEST,
                                Book.origin("org"),
                                List.of(),
                                Taken.NOTHING,
                                List.of(),
                                500),
                        answered::complete);
        second.start(Duration.ofMillis(1));
        assertThat(Book.get(answered)).isInstanceOf(HoldResult.Unavailable.class);
        assertThat(second.held(LESS)).isFalse();
        assertThat(held()).isEqualByComparingTo("0");
    }
}
