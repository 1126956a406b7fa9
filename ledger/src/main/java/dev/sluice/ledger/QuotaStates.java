package dev.sluice.ledger;

import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.Window;
import dev.sluice.ledger.escrow.SliceRows;
import dev.sluice.ledger.window.HoldArithmetic.Balance;
import dev.sluice.ledger.window.WindowKey;
import dev.sluice.store.Database;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where quota rules stand now. Calls block; rules of the rate store are read from memory.
public final class QuotaStates {

    /// Amounts in the rule's unit: dollars or pieces.
    ///
    /// @param remaining what a call may still take, never below zero
    /// @param resetsAt when the window ends, or null when it never does
    /// @param inForce the limit that holds are measured against
    public record QuotaState(
            BigDecimal limit,
            BigDecimal used,
            BigDecimal held,
            BigDecimal remaining,
            @Nullable Instant resetsAt,
            BigDecimal inForce) {}

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
        Window.Instance instance = rule.window().at(clock.instant());
        WindowKey key = WindowKey.of(rule, member, instance);
        Balance balance =
                rule.isRate()
                        ? rates.balance(key)
                        : database.snapshot(sql ->
                                SliceRows.standing(sql, List.of(key))
                                        .getOrDefault(key, Balance.EMPTY));
        return new QuotaState(
                rule.limit(),
                balance.used(),
                balance.held(),
                rule.limit().subtract(balance.used()).subtract(balance.held()).max(BigDecimal.ZERO),
                instance.end(),
                rule.limit());
    }
}
