package dev.sluice.ledger.reading;

import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.Window;
import dev.sluice.ledger.EscrowLedger;
import dev.sluice.ledger.RateWindows;
import dev.sluice.ledger.escrow.SliceRows;
import dev.sluice.ledger.window.HoldArithmetic.Balance;
import dev.sluice.ledger.window.WindowKey;
import dev.sluice.store.Database;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where quota rules stand now. Calls block; rules of the rate store are read from memory.
public final class QuotaStates {

    /// Amounts in the rule's unit: dollars or pieces.
    ///
    /// @param startsAt when the window began
    /// @param remaining what a call may still take, never below zero
    /// @param resetsAt when the window ends, or null when it never does
    /// @param inForce the limit that holds are measured against
    public record QuotaState(
            Instant startsAt,
            BigDecimal limit,
            BigDecimal used,
            BigDecimal held,
            BigDecimal remaining,
            @Nullable Instant resetsAt,
            BigDecimal inForce) {

        /// What will be used when the window ends, at the pace since it began; empty while too
        /// little of it is over, and for windows that never end.
        public Optional<BigDecimal> forecast(Instant now) {
            if (resetsAt == null || tooEarly(now)) {
                return Optional.empty();
            }
            BigDecimal length = seconds(Duration.between(startsAt, resetsAt));
            BigDecimal elapsed = seconds(Duration.between(startsAt, now));
            return Optional.of(
                    used.multiply(length).divide(elapsed, DECIMALS, RoundingMode.HALF_EVEN));
        }

        /// When nothing is left at that pace, if that is before the window ends.
        public Optional<Instant> runsOut(Instant now) {
            if (remaining.signum() == 0) {
                return Optional.of(now);
            }
            if (resetsAt == null || tooEarly(now) || used.signum() <= 0) {
                return Optional.empty();
            }
            BigDecimal elapsed = seconds(Duration.between(startsAt, now));
            BigDecimal left =
                    remaining.multiply(elapsed).divide(used, DECIMALS, RoundingMode.HALF_EVEN);
            Duration rest = Duration.between(now, resetsAt);
            return left.compareTo(seconds(rest)) < 0
                    ? Optional.of(now.plusSeconds(left.longValue()))
                    : Optional.empty();
        }

        private boolean tooEarly(Instant now) {
            return Duration.between(startsAt, now).compareTo(LEAST_ELAPSED) < 0;
        }

        private static BigDecimal seconds(Duration duration) {
            return BigDecimal.valueOf(Math.max(1, duration.toSeconds()));
        }
    }

    /// A pace from less than this would be chance.
    private static final Duration LEAST_ELAPSED = Duration.ofMinutes(10);

    private static final int DECIMALS = 12;

    private final Database database;
    private final RateWindows rates;
    private final InstantSource clock;

    public QuotaStates(Database database, EscrowLedger ledger, InstantSource clock) {
        this.database = database;
        this.rates = ledger.rates();
        this.clock = clock;
    }

    /// The state of the window that is open now; `member` is the value of `per:`, empty for a rule
    /// with one window.
    public QuotaState of(QuotaRule rule, String member) {
        return of(List.of(new Member(rule, member))).getFirst();
    }

    /// A window of a rule: `member` is empty for a rule with one window.
    public record Member(QuotaRule rule, String member) {}

    /// The states of many windows at one moment, in their order.
    public List<QuotaState> of(List<Member> members) {
        Instant now = clock.instant();
        List<WindowKey> exact =
                members.stream()
                        .filter(member -> !member.rule().isRate())
                        .map(member -> key(member, now))
                        .toList();
        Map<WindowKey, Balance> kept =
                exact.isEmpty()
                        ? Map.of()
                        : database.snapshot(sql -> SliceRows.standing(sql, exact));
        return members.stream()
                .map(member -> {
                    WindowKey key = key(member, now);
                    Balance balance =
                            member.rule().isRate()
                                    ? rates.balance(key)
                                    : kept.getOrDefault(key, Balance.EMPTY);
                    return state(member.rule(), member.rule().window().at(now), balance);
                })
                .toList();
    }

    private static WindowKey key(Member member, Instant now) {
        return WindowKey.of(member.rule(), member.member(), member.rule().window().at(now));
    }

    private static QuotaState state(QuotaRule rule, Window.Instance instance, Balance balance) {
        return new QuotaState(
                instance.start(),
                rule.limit(),
                balance.used(),
                balance.held(),
                rule.limit().subtract(balance.used()).subtract(balance.held()).max(BigDecimal.ZERO),
                instance.end(),
                rule.limit());
    }
}
