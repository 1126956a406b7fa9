package dev.sluice.ledger.escrow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Money;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Scope;
import dev.sluice.domain.Window;
import dev.sluice.ledger.escrow.EscrowStore.Answer;
import dev.sluice.ledger.escrow.EscrowStore.Ask;
import dev.sluice.ledger.escrow.EscrowStore.Patience;
import dev.sluice.ledger.escrow.EscrowStore.TakeReply;
import dev.sluice.ledger.escrow.EscrowStore.TakeRequest;
import dev.sluice.ledger.window.WindowKey;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Another thread forgets windows that nobody uses; a call on its way to the store is somebody.
class ForgottenWindowTest {

    private static final Instant NOW = Instant.parse("2026-05-04T10:07:00Z");
    private static final long HELD = 10;

    private final QuotaRule rule =
            new QuotaRule(
                    "qr_day",
                    "org_1",
                    "day",
                    Scope.ORGANIZATION,
                    QuotaUnit.USD,
                    new BigDecimal("1"),
                    new Window.Calendar(Window.Span.DAY, ZoneOffset.UTC),
                    true,
                    false,
                    List.of(),
                    null,
                    null,
                    null);
    private final Claim claim = new Claim(rule, "", rule.window().at(NOW), HELD, 0);
    private final WindowKey key = WindowKey.of(claim);
    private final HoldRequest call =
            new HoldRequest("req_1", "org_1", List.of(claim), null, 1, 1, NOW);
    private final Escrow escrow = new Escrow(1);

    @Test
    void aWindowIsAskedForUnderItsLimitWhoeverForgotItMeanwhile() {
        assertThat(Objects.requireNonNull(asked().own().get(key)).limit().amount())
                .isEqualByComparingTo(rule.limit());
    }

    @Test
    void aWindowThatIsAskedForKeepsItsEnd() {
        TakeRequest request = asked();
        assertThat(escrow.unused(NOW)).isEmpty();
        long given = HELD * 3;
        var granted =
                escrow.taken(
                        request,
                        new TakeReply.Taken(
                                List.of(new Answer.Decided(new HoldResult.Held(1, Money.ZERO))),
                                Map.of(key, new SliceState(given, 1)),
                                Set.of()),
                        1,
                        2);
        escrow.settle(Objects.requireNonNull(granted.getFirst()), (_, held) -> held);
        assertThat(escrow.unused(NOW)).isEmpty();
        assertThat(escrow.unused(NOW.plus(Duration.ofDays(1))))
                .extracting(EscrowStore.Return::amount)
                .containsExactly(HELD);
    }

    private TakeRequest asked() {
        List<Ask> met = escrow.meet(List.of(new Ask(call, call.claims(), 1, Patience.RECALL)));
        assertThat(escrow.unused(NOW)).isEmpty();
        return escrow.request(new Epoch("r1", 1), met);
    }
}
