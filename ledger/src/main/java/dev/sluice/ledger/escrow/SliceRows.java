package dev.sluice.ledger.escrow;

import dev.sluice.domain.QuotaUnit;
import dev.sluice.ledger.window.BalanceStore;
import dev.sluice.ledger.window.HoldArithmetic.Balance;
import dev.sluice.ledger.window.Pieces;
import dev.sluice.ledger.window.WindowKey;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The table `escrow_slice` inside a transaction. The locks of the windows and accounts guard its
/// rows: take those first.
public final class SliceRows {

    static final String KEY = "organization_id, rule_id, member, unit, span, window_start";

    private static final String KEYS =
            """
            unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::timestamptz[]
                   %s) AS k(organization_id, rule_id, member, unit, span, window_start%s)\
            """;

    private SliceRows() {}

    /// What an epoch has of the given windows.
    public static Map<WindowKey, SliceState> of(Sql sql, Epoch epoch, Collection<WindowKey> keys) {
        Map<WindowKey, SliceState> states = new HashMap<>();
        if (!keys.isEmpty()) {
            sql.list(
                    "SELECT s.* FROM "
                            + KEYS.formatted("", "")
                            + " JOIN escrow_slice s USING ("
                            + KEY
                            + ") WHERE s.replica = ? AND s.epoch = ?",
                    row -> states.put(BalanceStore.keyOf(row), state(row)),
                    arguments(keys, epoch.replica(), epoch.number()));
        }
        return states;
    }

    /// What other open epochs may have to give.
    static Map<WindowKey, TakeDecision.Others> others(
            Sql sql, Epoch epoch, Collection<WindowKey> keys) {
        Map<WindowKey, TakeDecision.Others> others = new HashMap<>();
        if (!keys.isEmpty()) {
            sql.list(
                    """
                    SELECT s.organization_id, s.rule_id, s.member, s.unit, s.span, s.window_start,
                           bool_or(s.recall > s.answered) AS asked, bool_or(s.givable) AS givable
                      FROM %s JOIN escrow_slice s
                           USING (organization_id, rule_id, member, unit, span, window_start)
                      JOIN replica_epoch e USING (replica, epoch)
                     WHERE NOT (s.replica = ? AND s.epoch = ?) AND s.amount > 0
                       AND e.state = 'open'
                     GROUP BY 1, 2, 3, 4, 5, 6
                    """
                            .formatted(KEYS.formatted("", "")),
                    row ->
                            others.put(
                                    BalanceStore.keyOf(row),
                                    row.bool("asked")
                                            ? TakeDecision.Others.ASKED
                                            : row.bool("givable")
                                                    ? TakeDecision.Others.HOLDING
                                                    : TakeDecision.Others.NOTHING_TO_GIVE),
                    arguments(keys, epoch.replica(), epoch.number()));
        }
        return others;
    }

    /// What open calls hold and ended ones used that are not booked yet, over all replicas, at most
    /// two seconds old.
    private static Map<WindowKey, BigDecimal> held(Sql sql, Collection<WindowKey> keys) {
        Map<WindowKey, BigDecimal> held = new HashMap<>();
        if (!keys.isEmpty()) {
            sql.list(
                    """
                    SELECT s.organization_id, s.rule_id, s.member, s.unit, s.span, s.window_start,
                           sum(s.held) AS held
                      FROM %s JOIN escrow_slice s
                           USING (organization_id, rule_id, member, unit, span, window_start)
                     GROUP BY 1, 2, 3, 4, 5, 6
                    """
                            .formatted(KEYS.formatted("", "")),
                    row -> held.put(BalanceStore.keyOf(row), row.decimal("held")),
                    arguments(keys));
        }
        return held;
    }

    /// What windows and accounts have used and what open calls hold of them, over all replicas;
    /// what replicas only keep at hand is neither.
    public static Map<WindowKey, Balance> standing(Sql sql, Collection<WindowKey> keys) {
        Map<WindowKey, Balance> standing = BalanceStore.read(sql, keys);
        Map<WindowKey, BigDecimal> held = held(sql, keys);
        standing.replaceAll((key, balance) ->
                new Balance(balance.used(), held.getOrDefault(key, BigDecimal.ZERO)));
        return standing;
    }

    /// Adds to slices, which may be new.
    ///
    /// @return the slices as they are now
    static Map<WindowKey, SliceState> grow(Sql sql, Epoch epoch, Map<WindowKey, Long> growth) {
        Map<WindowKey, SliceState> states = new HashMap<>();
        if (!growth.isEmpty()) {
            sql.list(
                    """
                    INSERT INTO escrow_slice AS s
                           (organization_id, rule_id, member, unit, span, window_start,
                            replica, epoch, amount, version, givable)
                    SELECT k.organization_id, k.rule_id, k.member, k.unit, k.span, k.window_start,
                           ?, ?, k.growth, 1, true
                      FROM %s
                     ORDER BY 1, 2, 3, 4, 5, 6
                    ON CONFLICT (organization_id, rule_id, member, unit, span, window_start,
                                 replica, epoch)
                    DO UPDATE SET amount = s.amount + excluded.amount, version = s.version + 1,
                                  givable = true
                    RETURNING *
                    """
                            .formatted(KEYS.formatted(", ?::numeric[]", ", growth")),
                    row -> states.put(BalanceStore.keyOf(row), state(row)),
                    with(
                            List.of(epoch.replica(), epoch.number()),
                            BalanceStore.keyColumns(growth.keySet()),
                            List.of(decimals(growth))));
        }
        return states;
    }

    /// Takes what calls used, or what is given back, out of slices.
    public static void shrink(Sql sql, Epoch epoch, Map<WindowKey, Long> used) {
        if (!used.isEmpty()) {
            sql.update(
                    """
                    UPDATE escrow_slice s
                       SET amount = s.amount - k.used, version = s.version + 1, givable = true
                      FROM %s
                     WHERE s.organization_id = k.organization_id AND s.rule_id = k.rule_id
                       AND s.member = k.member AND s.unit = k.unit AND s.span = k.span
                       AND s.window_start = k.window_start AND s.replica = ? AND s.epoch = ?
                    """
                            .formatted(KEYS.formatted(", ?::numeric[]", ", used")),
                    with(
                            BalanceStore.keyColumns(used.keySet()),
                            List.of(decimals(used)),
                            List.of(epoch.replica(), epoch.number())));
        }
    }

    /// Asks every replica to give back what it keeps at hand of an account and no call needs.
    ///
    /// @return false when there is nothing to wait for
    public static boolean recallWallet(Sql sql, String organizationId) {
        sql.update(
                """
                UPDATE escrow_slice s SET recall = recall + 1
                  FROM replica_epoch e
                 WHERE organization_id = ? AND rule_id = '' AND givable AND amount > 0
                   AND recall = answered AND e.replica = s.replica AND e.epoch = s.epoch
                   AND e.state = 'open'
                """,
                organizationId);
        sql.list("SELECT pg_notify(?, '')", _ -> "", EscrowStore.RECALL_CHANNEL);
        return sql.one(
                """
                SELECT count(*) AS asked FROM escrow_slice JOIN replica_epoch USING (replica, epoch)
                 WHERE organization_id = ? AND rule_id = '' AND recall > answered
                   AND state = 'open'
                """,
                row -> row.bigint("asked") > 0,
                organizationId);
    }

    static List<BigDecimal> decimals(Map<WindowKey, Long> amounts) {
        List<BigDecimal> decimals = new ArrayList<>(amounts.size());
        amounts.forEach((key, amount) -> decimals.add(Pieces.decimal(key.unit(), amount)));
        return decimals;
    }

    static SliceState state(Row row) {
        QuotaUnit unit = QuotaUnit.ofWireName(row.text("unit")).orElseThrow();
        return new SliceState(Pieces.floor(unit, row.decimal("amount")), row.bigint("version"));
    }

    static String keys(String types, String names) {
        return KEYS.formatted(types, names);
    }

    static Object[] arguments(Collection<WindowKey> keys, Object... more) {
        return with(BalanceStore.keyColumns(keys), List.of(more));
    }

    static Object[] with(List<?>... parts) {
        List<Object> all = new ArrayList<>();
        for (List<?> part : parts) {
            all.addAll(part);
        }
        return all.toArray();
    }
}
