package dev.sluice.ledger.escrow;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Money;
import dev.sluice.ledger.escrow.EscrowStore.Answer;
import dev.sluice.ledger.escrow.EscrowStore.Ask;
import dev.sluice.ledger.escrow.EscrowStore.Own;
import dev.sluice.ledger.escrow.EscrowStore.TakeRequest;
import dev.sluice.ledger.window.BalanceStore;
import dev.sluice.ledger.window.HeldWindow;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.ledger.window.WindowKey;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What jobs hold: exactly that, in PostgreSQL and nowhere else, counted as slices of an epoch that
/// no replica owns, so that a job outlives the process that began it. Everything runs in the
/// caller's transaction, which writes the job itself, too.
public final class JobEscrow {

    /// The life that jobs have: it is never renewed, recalled or written off.
    public static final Epoch EPOCH = new Epoch("jobs", 0);

    /// Nothing is kept at hand for jobs to come.
    private static final long NONE = 0;

    private final PostgresEscrowStore store;

    public JobEscrow(PostgresEscrowStore store) {
        this.store = store;
    }

    /// Decides what a job may hold, and holds it: of what no replica has, which is asked back where
    /// that is not enough.
    ///
    /// @param revision of the limits of the ask's claims
    public Answer take(Sql sql, Ask ask, long revision) {
        TakeRequest request = new TakeRequest(EPOCH, NONE, List.of(ask), own(ask, revision));
        Map<WindowKey, TakeDecision.Row> rows = store.lock(sql, request);
        TakeDecision decision = new TakeDecision(rows, request, 1);
        Answer answer = decision.decide().getFirst();
        LimitRows.remember(sql, decision.toRemember());
        if (answer instanceof Answer.Recalling) {
            List<WindowKey> recalls = new ArrayList<>();
            rows.forEach((key, row) -> {
                if (row.recall()) {
                    recalls.add(key);
                }
            });
            PostgresEscrowStore.recall(sql, EPOCH, recalls);
        } else if (answer instanceof Answer.Decided(HoldResult.Held _)) {
            Map<WindowKey, Long> growth = new LinkedHashMap<>();
            rows.forEach((key, row) -> {
                if (row.granted() > 0) {
                    growth.put(key, row.granted());
                }
            });
            PostgresEscrowStore.escrow(sql, growth, 1);
            SliceRows.grow(sql, EPOCH, growth);
            allHeld(sql, growth);
        }
        return answer;
    }

    private static Map<WindowKey, Own> own(Ask ask, long revision) {
        Map<WindowKey, Own> own = new LinkedHashMap<>();
        for (Claim claim : ask.claims()) {
            if (!claim.rule().shadow()) {
                Limit limit = new Limit(claim.rule().limit(), revision);
                own.put(
                        WindowKey.of(claim),
                        new Own(limit, claim.window().end(), NONE, NONE, NONE, NONE));
            }
        }
        HoldRequest.WalletClaim wallet = ask.request().wallet();
        if (wallet != null) {
            own.put(
                    WindowKey.wallet(ask.request().organizationId()),
                    new Own(new Limit(wallet.creditLimit(), 0), null, NONE, NONE, NONE, NONE));
        }
        return own;
    }

    /// What a settled job held and did not use returns to the windows and the account. Their rows
    /// must be locked.
    ///
    /// @param used pieces that settling took out of the slices
    public static void giveBack(Sql sql, Settlement.Open hold, Map<WindowKey, Long> used) {
        Map<WindowKey, Long> rest = new LinkedHashMap<>();
        for (HeldWindow window : hold.windows()) {
            if (!window.shadow()) {
                rest.merge(window.key(), window.pieces(), Math::addExact);
            }
        }
        BigDecimal wallet = hold.walletHeld();
        if (wallet != null) {
            rest.put(WindowKey.wallet(hold.organizationId()), Money.exactly(wallet).picos());
        }
        rest.replaceAll((key, pieces) -> pieces - used.getOrDefault(key, NONE));
        PostgresEscrowStore.escrow(sql, rest, -1);
        SliceRows.shrink(sql, EPOCH, rest);
        allHeld(sql, rest);
    }

    /// Nothing of these slices is free, and nobody is to ask for it.
    private static void allHeld(Sql sql, Map<WindowKey, Long> keys) {
        if (!keys.isEmpty()) {
            sql.update(
                    """
                    UPDATE escrow_slice s SET held = s.amount, givable = false
                      FROM %s
                     WHERE s.organization_id = k.organization_id AND s.rule_id = k.rule_id
                       AND s.member = k.member AND s.unit = k.unit AND s.span = k.span
                       AND s.window_start = k.window_start AND s.replica = ? AND s.epoch = ?
                    """
                            .formatted(SliceRows.keys("", "")),
                    SliceRows.arguments(keys.keySet(), EPOCH.replica(), EPOCH.number()));
        }
    }

    /// The jobs of an organization are gone: so is what they held.
    public static void forget(Sql sql, String organizationId) {
        Map<WindowKey, Long> all = new LinkedHashMap<>();
        sql.each(
                """
                SELECT * FROM escrow_slice
                 WHERE replica = ? AND epoch = ? AND organization_id = ? AND amount > 0
                """,
                row -> all.put(BalanceStore.keyOf(row), SliceRows.state(row).amount()),
                EPOCH.replica(),
                EPOCH.number(),
                organizationId);
        PostgresEscrowStore.escrow(sql, all, -1);
        SliceRows.shrink(sql, EPOCH, all);
        allHeld(sql, all);
    }
}
