package dev.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.ledger.window.HoldArithmetic;
import dev.sluice.ledger.window.HoldArithmetic.Balance;
import dev.sluice.ledger.window.HoldArithmetic.Decision;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The table of hold decisions. Amounts are output tokens with one piece each, so that room is
/// visible in the answer.
class HoldArithmeticTest {

    private static Decision decide(
            List<Claim> claims,
            Map<String, Balance> balances,
            HoldRequest.WalletClaim wallet,
            Balance account,
            long min,
            long max) {
        return HoldArithmetic.decide(
                claims,
                claim -> balances.getOrDefault(claim.rule().name(), Balance.EMPTY),
                wallet,
                account,
                min,
                max);
    }

    private static Claim tokens(String name, String limit, boolean clamp, boolean shadow) {
        QuotaRule rule =
                Book.rule("org", name, QuotaUnit.OUTPUT_TOKENS, limit, Book.day(), clamp, shadow);
        return new Claim(rule, "", Book.day().at(Book.START), 10, 2);
    }

    private static Balance used(String used, String held) {
        return new Balance(new BigDecimal(used), new BigDecimal(held));
    }

    // a call needs 10 + 2 × output; asked 100, at least 20
    @ParameterizedTest
    @CsvSource({
        // limit, used, held, clamp, shadow, granted (0 = refused)
        "1000, 0,   0,   true,  false, 100",
        "210,  0,   0,   true,  false, 100",
        "209,  0,   0,   true,  false, 99",
        "210,  1,   0,   true,  false, 99",
        "210,  0,   2,   true,  false, 99",
        "50,   0,   0,   true,  false, 20",
        "49,   0,   0,   true,  false, 0",
        "0,    0,   0,   true,  false, 0",
        "210,  0,   0,   false, false, 100",
        "209,  0,   0,   false, false, 0",
        "0,    0,   0,   true,  true,  100",
        "0,    99,  0,   false, true,  100",
        "210,  999, 0,   true,  false, 0",
        "209.9, 0,  0,   true,  false, 99",
    })
    void oneWindow(
            String limit, String used, String held, boolean clamp, boolean shadow, long granted) {
        Decision decision =
                decide(
                        List.of(tokens("w", limit, clamp, shadow)),
                        Map.of("w", used(used, held)),
                        Book.wallet(0, 0, "0"),
                        Balance.EMPTY,
                        20,
                        100);
        if (granted == 0) {
            assertThat(decision).isInstanceOf(Decision.Refuses.class);
        } else {
            assertThat(decision).isEqualTo(new Decision.Fits(granted));
        }
    }

    @Test
    void theTightestWindowAndTheAccountDecideTogether() {
        // 0.5 dollars left in the account at 0.01 per token: 50 tokens; windows allow 80 and 60
        Decision decision =
                decide(
                        List.of(tokens("a", "170", true, false), tokens("b", "130", true, false)),
                        Map.of(),
                        Book.wallet(0, Book.usd("0.01"), "0"),
                        used("-0.7", "0.2"),
                        1,
                        100);
        assertThat(decision).isEqualTo(new Decision.Fits(50));
    }

    @Test
    void creditLetsTheBalanceGoBelowZeroSoFarOnly() {
        HoldRequest.WalletClaim wallet = Book.wallet(0, Book.usd("0.01"), "1");
        assertThat(decide(List.of(), Map.of(), wallet, used("0.5", "0.2"), 1, 100))
                .isEqualTo(new Decision.Fits(30));
        assertThat(decide(List.of(), Map.of(), wallet, used("1", "0"), 1, 100))
                .isInstanceOf(Decision.Refuses.class);
    }

    @Test
    void theFirstClaimThatCannotCarryTheCallRefusesAndTheAccountLast() {
        Claim wide = tokens("wide", "1000", true, false);
        Claim narrow = tokens("narrow", "40", true, false);
        Claim strict = tokens("strict", "60", false, false);
        HoldRequest.WalletClaim broke = Book.wallet(1, 0, "0");
        assertThat(refusedBy(List.of(wide, strict, narrow), broke)).isEqualTo("strict");
        assertThat(refusedBy(List.of(narrow, strict), broke)).isEqualTo("narrow");
        assertThat(refusedBy(List.of(wide), broke)).isEqualTo("account");
    }

    private static String refusedBy(List<Claim> claims, HoldRequest.WalletClaim wallet) {
        Decision decision = decide(claims, Map.of(), wallet, Balance.EMPTY, 20, 100);
        HoldResult.Refused refused = ((Decision.Refuses) decision).refused();
        Claim claim = refused.claim();
        return claim == null ? "account" : claim.rule().name();
    }

    @Test
    void aRefusalSaysWhatItWouldHaveTaken() {
        Decision decision =
                decide(
                        List.of(tokens("w", "45", true, false)),
                        Map.of("w", used("1", "3")),
                        Book.wallet(0, 0, "0"),
                        Balance.EMPTY,
                        20,
                        100);
        HoldResult.Refused refused = ((Decision.Refuses) decision).refused();
        assertThat(refused.limit()).isEqualByComparingTo("45");
        assertThat(refused.used()).isEqualByComparingTo("1");
        assertThat(refused.held()).isEqualByComparingTo("3");
        assertThat(refused.estimate()).isEqualByComparingTo("50");
        assertThat(refused.onlyHoldsInTheWay()).isFalse();
    }

    @Test
    void anAmountThatLeavesTheRangeIsRefusedNotWrapped() {
        QuotaRule rule = Book.rule("org", "usd", QuotaUnit.USD, "99999999999");
        Claim claim = new Claim(rule, "", Book.day().at(Book.START), 1, Long.MAX_VALUE / 2);
        Decision decision =
                decide(
                        List.of(claim),
                        new HashMap<>(),
                        Book.wallet(0, 0, "0"),
                        Balance.EMPTY,
                        3,
                        3);
        HoldResult.Refused refused = ((Decision.Refuses) decision).refused();
        assertThat(refused.estimate())
                .isEqualByComparingTo(
                        new BigDecimal(Long.MAX_VALUE / 2)
                                .multiply(new BigDecimal(3))
                                .add(BigDecimal.ONE)
                                .movePointLeft(12));
    }
}
