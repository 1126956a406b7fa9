package dev.sluice.ledger.escrow;

import dev.sluice.ledger.window.BalanceStore;
import dev.sluice.ledger.window.WindowKey;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The newest limits of windows that any replica has come with, inside a transaction that has
/// locked the windows: one that has not heard of a lower limit takes no slice under the one before.
public final class LimitRows {

    private LimitRows() {}

    /// Those that windows remember.
    public static Map<WindowKey, Limit> of(Sql sql, Collection<WindowKey> windows) {
        Map<WindowKey, Limit> limits = new HashMap<>();
        if (!windows.isEmpty()) {
            sql.list(
                    """
                    SELECT w.organization_id, w.rule_id, w.member, w.unit, w.span, w.window_start,
                           w.limit_amount, w.limit_revision
                      FROM %s JOIN budget_window w
                           USING (organization_id, rule_id, member, unit, span, window_start)
                     WHERE w.limit_revision > 0
                    """
                            .formatted(SliceRows.keys("", "")),
                    row ->
                            limits.put(
                                    BalanceStore.keyOf(row),
                                    new Limit(
                                            row.decimal("limit_amount"),
                                            row.bigint("limit_revision"))),
                    SliceRows.arguments(windows));
        }
        return limits;
    }

    static void remember(Sql sql, Map<WindowKey, Limit> limits) {
        if (limits.isEmpty()) {
            return;
        }
        List<BigDecimal> amounts = new ArrayList<>(limits.size());
        List<Long> revisions = new ArrayList<>(limits.size());
        for (Limit limit : limits.values()) {
            amounts.add(limit.amount());
            revisions.add(limit.revision());
        }
        sql.update(
                """
                UPDATE budget_window w
                   SET limit_amount = k.amount, limit_revision = k.revision
                  FROM %s
                 WHERE w.organization_id = k.organization_id AND w.rule_id = k.rule_id
                   AND w.member = k.member AND w.unit = k.unit AND w.span = k.span
                   AND w.window_start = k.window_start
                """
                        .formatted(
                                SliceRows.keys(
                                        ", ?::numeric[], ?::bigint[]", ", amount, revision")),
                SliceRows.with(
                        BalanceStore.keyColumns(limits.keySet()),
                        List.of(amounts),
                        List.of(revisions)));
    }
}
