package dev.sluice.ledger;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldRequest.WalletClaim;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Money;
import dev.sluice.ledger.escrow.SliceRows;
import dev.sluice.ledger.window.HoldArithmetic;
import dev.sluice.ledger.window.HoldArithmetic.Balance;
import dev.sluice.ledger.window.WindowKey;
import dev.sluice.store.Database;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Would this call be granted its hold now? Reads what a hold would lock and decides by the same
/// arithmetic; nothing is held, so that the answer may be out of date when it arrives.
public final class DryRun {

    private final Database database;
    private final EscrowLedger ledger;

    /// Reads through the given database.
    ///
    /// @param ledger knows the short windows, which this replica keeps in memory
    public DryRun(Database database, EscrowLedger ledger) {
        this.database = database;
        this.ledger = ledger;
    }

    /// What a hold would get, and how things stand.
    ///
    /// @param result what [Ledger#hold] would answer
    /// @param windows every claim's window, in the order of the claims
    /// @param balance of the account, holds included
    /// @param held what open calls hold of it
    public record Answer(
            HoldResult result, List<Standing> windows, BigDecimal balance, BigDecimal held) {}

    /// What one window has used and holds, in its rule's unit.
    public record Standing(Claim claim, BigDecimal used, BigDecimal held) {

        /// What is left of the limit, never below zero.
        public BigDecimal remaining() {
            return claim.rule().limit().subtract(used).subtract(held).max(BigDecimal.ZERO);
        }
    }

    public Answer ask(HoldRequest request) {
        Map<WindowKey, Balance> windows = database.snapshot(sql -> read(sql, request));
        Balance account =
                windows.getOrDefault(WindowKey.wallet(request.organizationId()), Balance.EMPTY);
        List<Standing> standings = new ArrayList<>();
        for (Claim claim : request.claims()) {
            Balance balance = balance(claim, windows);
            standings.add(new Standing(claim, balance.used(), balance.held()));
        }
        HoldResult result =
                switch (HoldArithmetic.decide(
                        request.claims(),
                        claim -> balance(claim, windows),
                        request.wallet(),
                        account,
                        request.outputTokensMin(),
                        request.outputTokensMax())) {
                    case HoldArithmetic.Decision.Refuses refused -> refused.refused();
                    case HoldArithmetic.Decision.Fits fits ->
                            new HoldResult.Held(
                                    fits.outputTokens(), amount(request, fits.outputTokens()));
                };
        return new Answer(result, standings, account.used().negate(), account.held());
    }

    private static Map<WindowKey, Balance> read(Sql sql, HoldRequest request) {
        List<WindowKey> keys = new ArrayList<>();
        for (Claim claim : request.claims()) {
            if (!claim.rule().isRate()) {
                keys.add(WindowKey.of(claim));
            }
        }
        keys.add(WindowKey.wallet(request.organizationId()));
        return SliceRows.standing(sql, keys);
    }

    private Balance balance(Claim claim, Map<WindowKey, Balance> windows) {
        WindowKey key = WindowKey.of(claim);
        return claim.rule().isRate()
                ? ledger.rates().balance(key)
                : windows.getOrDefault(key, Balance.EMPTY);
    }

    private static Money amount(HoldRequest request, long outputTokens) {
        WalletClaim wallet = request.wallet();
        return wallet == null ? Money.ZERO : new Money(wallet.amountAt(outputTokens));
    }
}
