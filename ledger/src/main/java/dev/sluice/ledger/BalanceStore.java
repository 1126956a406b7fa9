package dev.sluice.ledger;

import dev.sluice.domain.QuotaUnit;
import dev.sluice.ledger.HoldArithmetic.Balance;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Windows and wallets inside a transaction: locked first, changed once.
///
/// Every transaction takes its locks in one order, so that none waits in a circle: holds, windows
/// by key, wallets by organization, accounts, roll-ups.
final class BalanceStore {

    /// What a transaction adds to one window.
    static final class Change {
        BigDecimal spent = BigDecimal.ZERO;
        BigDecimal held = BigDecimal.ZERO;
        long calls;
    }

    private static final String KEYS =
            """
            unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::timestamptz[])
              AS k(organization_id, rule_id, member, unit, span, window_start)\
            """;

    private BalanceStore() {}

    /// Makes the rows of windows that have none yet. New rows are locked by the insert; in key
    /// order.
    static void insertMissing(Sql sql, Map<WindowKey, @Nullable Instant> windows) {
        if (windows.isEmpty()) {
            return;
        }
        Columns columns = new Columns(windows.keySet());
        List<@Nullable Instant> ends = new ArrayList<>(windows.values());
        sql.update(
                """
                INSERT INTO budget_window
                       (organization_id, rule_id, member, unit, span, window_start, window_end)
                SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                                     ?::timestamptz[], ?::timestamptz[])
                       AS k(organization_id, rule_id, member, unit, span, window_start, window_end)
                 ORDER BY 1, 2, 3, 4, 5, 6
                ON CONFLICT DO NOTHING
                """,
                columns.organizations,
                columns.rules,
                columns.members,
                columns.units,
                columns.spans,
                columns.starts,
                ends);
    }

    static Map<WindowKey, Balance> lockWindows(Sql sql, Collection<WindowKey> keys) {
        return windows(sql, keys, "FOR UPDATE OF w");
    }

    static Map<WindowKey, Balance> readWindows(Sql sql, Collection<WindowKey> keys) {
        return windows(sql, keys, "");
    }

    private static Map<WindowKey, Balance> windows(
            Sql sql, Collection<WindowKey> keys, String locking) {
        Map<WindowKey, Balance> balances = new HashMap<>();
        if (keys.isEmpty()) {
            return balances;
        }
        Columns columns = new Columns(keys);
        sql.list(
                """
                SELECT w.organization_id, w.rule_id, w.member, w.unit, w.span, w.window_start,
                       w.spent, w.held
                  FROM %s
                  JOIN budget_window w
                       USING (organization_id, rule_id, member, unit, span, window_start)
                 ORDER BY 1, 2, 3, 4, 5, 6
                %s
                """
                        .formatted(KEYS, locking),
                row ->
                        balances.put(
                                keyOf(row), new Balance(row.decimal("spent"), row.decimal("held"))),
                columns.arguments());
        return balances;
    }

    private static WindowKey keyOf(Row row) {
        return new WindowKey(
                row.text("organization_id"),
                row.text("rule_id"),
                row.text("member"),
                QuotaUnit.ofWireName(row.text("unit")).orElseThrow(),
                row.text("span"),
                row.instant("window_start"));
    }

    /// The rows must be locked by this transaction.
    static void changeWindows(Sql sql, Map<WindowKey, Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        Columns columns = new Columns(changes.keySet());
        List<BigDecimal> spent = new ArrayList<>();
        List<BigDecimal> held = new ArrayList<>();
        List<Long> calls = new ArrayList<>();
        for (Change change : changes.values()) {
            spent.add(change.spent);
            held.add(change.held);
            calls.add(change.calls);
        }
        sql.update(
                """
                UPDATE budget_window w
                   SET spent = w.spent + k.spent, held = w.held + k.held, calls = w.calls + k.calls
                  FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                              ?::timestamptz[], ?::numeric[], ?::numeric[], ?::bigint[])
                       AS k(organization_id, rule_id, member, unit, span, window_start,
                            spent, held, calls)
                 WHERE w.organization_id = k.organization_id AND w.rule_id = k.rule_id
                   AND w.member = k.member AND w.unit = k.unit AND w.span = k.span
                   AND w.window_start = k.window_start
                """,
                columns.organizations,
                columns.rules,
                columns.members,
                columns.units,
                columns.spans,
                columns.starts,
                spent,
                held,
                calls);
    }

    /// Accounts by organization, as [Balance] with the balance negated in `used`. Organizations
    /// without a wallet are absent.
    static Map<String, Balance> lockWallets(Sql sql, Collection<String> organizations) {
        return wallets(sql, organizations, "FOR UPDATE");
    }

    static Map<String, Balance> readWallets(Sql sql, Collection<String> organizations) {
        return wallets(sql, organizations, "");
    }

    private static Map<String, Balance> wallets(
            Sql sql, Collection<String> organizations, String locking) {
        Map<String, Balance> balances = new HashMap<>();
        if (!organizations.isEmpty()) {
            sql.list(
                    """
                    SELECT organization_id, balance, held FROM wallet
                     WHERE organization_id = ANY(?::text[])
                     ORDER BY 1 %s
                    """
                            .formatted(locking),
                    row ->
                            balances.put(
                                    row.text("organization_id"),
                                    new Balance(
                                            row.decimal("balance").negate(), row.decimal("held"))),
                    organizations);
        }
        return balances;
    }

    /// Adds to what wallets hold and takes `spent` from their balances; rows must be locked.
    static void changeWallets(Sql sql, Map<String, Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        List<BigDecimal> spent = new ArrayList<>();
        List<BigDecimal> held = new ArrayList<>();
        for (Change change : changes.values()) {
            spent.add(change.spent);
            held.add(change.held);
        }
        sql.update(
                """
                UPDATE wallet w SET balance = w.balance - k.spent, held = w.held + k.held
                  FROM unnest(?::text[], ?::numeric[], ?::numeric[])
                       AS k(organization_id, spent, held)
                 WHERE w.organization_id = k.organization_id
                """,
                changes.keySet(),
                spent,
                held);
    }

    static void insertMissingWallets(Sql sql, Collection<String> organizations, Instant now) {
        if (!organizations.isEmpty()) {
            sql.update(
                    """
                    INSERT INTO wallet (organization_id, currency, created_at)
                    SELECT id, 'USD', ? FROM unnest(?::text[]) AS k(id) ORDER BY id
                    ON CONFLICT DO NOTHING
                    """,
                    now,
                    organizations);
        }
    }

    private static final class Columns {
        final List<String> organizations = new ArrayList<>();
        final List<String> rules = new ArrayList<>();
        final List<String> members = new ArrayList<>();
        final List<String> units = new ArrayList<>();
        final List<String> spans = new ArrayList<>();
        final List<Instant> starts = new ArrayList<>();

        Columns(Collection<WindowKey> keys) {
            for (WindowKey key : keys) {
                organizations.add(key.organizationId());
                rules.add(key.ruleId());
                members.add(key.member());
                units.add(key.unit().wireName());
                spans.add(key.span());
                starts.add(key.start());
            }
        }

        Object[] arguments() {
            return new Object[] {organizations, rules, members, units, spans, starts};
        }
    }
}
