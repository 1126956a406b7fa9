package dev.sluice.ledger.window;

import dev.sluice.domain.QuotaUnit;
import dev.sluice.ledger.window.HoldArithmetic.Balance;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Windows and wallets inside a transaction: locked first, changed once.
///
/// Every transaction takes its locks in one order, so that none waits in a circle: holds, windows
/// by key, wallets by organization, accounts, roll-ups.
public final class BalanceStore {

    private static final String KEYS =
            """
            unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::timestamptz[])
              AS k(organization_id, rule_id, member, unit, span, window_start)\
            """;

    private BalanceStore() {}

    /// Makes the rows of windows that have none yet. New rows are locked by the insert; in key
    /// order.
    public static void insertMissing(Sql sql, Map<WindowKey, @Nullable Instant> windows) {
        if (windows.isEmpty()) {
            return;
        }
        List<Object> arguments = keyColumns(windows.keySet());
        arguments.add(new ArrayList<>(windows.values()));
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
                arguments.toArray());
    }

    public static Map<WindowKey, Balance> lockWindows(Sql sql, Collection<WindowKey> keys) {
        return windows(sql, keys, "FOR UPDATE OF w");
    }

    /// What windows and accounts have used and what is escrowed of them.
    public static Map<WindowKey, Balance> read(Sql sql, Collection<WindowKey> keys) {
        List<WindowKey> inWindows = keys.stream().filter(key -> !key.isWallet()).toList();
        List<String> wallets =
                keys.stream().filter(WindowKey::isWallet).map(WindowKey::organizationId).toList();
        Map<WindowKey, Balance> balances = new HashMap<>(windows(sql, inWindows, ""));
        wallets(sql, wallets, "")
                .forEach((organization, balance) ->
                        balances.put(WindowKey.wallet(organization), balance));
        return balances;
    }

    private static Map<WindowKey, Balance> windows(
            Sql sql, Collection<WindowKey> keys, String locking) {
        Map<WindowKey, Balance> balances = new HashMap<>();
        if (keys.isEmpty()) {
            return balances;
        }
        sql.list(
                """
                SELECT w.organization_id, w.rule_id, w.member, w.unit, w.span, w.window_start,
                       w.spent, w.escrowed
                  FROM %s
                  JOIN budget_window w
                       USING (organization_id, rule_id, member, unit, span, window_start)
                 ORDER BY 1, 2, 3, 4, 5, 6
                %s
                """
                        .formatted(KEYS, locking),
                row ->
                        balances.put(
                                keyOf(row),
                                new Balance(row.decimal("spent"), row.decimal("escrowed"))),
                keyColumns(keys).toArray());
        return balances;
    }

    /// The key of a row of `budget_window` or `escrow_slice`.
    public static WindowKey keyOf(Row row) {
        return new WindowKey(
                row.text("organization_id"),
                row.text("rule_id"),
                row.text("member"),
                QuotaUnit.ofWireName(row.text("unit")).orElseThrow(),
                row.text("span"),
                row.instant("window_start"));
    }

    /// Changes windows and accounts; the rows must be locked by this transaction.
    public static void change(Sql sql, Map<WindowKey, Change> changes) {
        Map<WindowKey, Change> windows = new LinkedHashMap<>();
        Map<String, Change> wallets = new LinkedHashMap<>();
        changes.forEach((key, change) -> {
            if (key.isWallet()) {
                wallets.put(key.organizationId(), change);
            } else {
                windows.put(key, change);
            }
        });
        changeWindows(sql, windows);
        changeWallets(sql, wallets);
    }

    /// The rows must be locked by this transaction.
    public static void changeWindows(Sql sql, Map<WindowKey, Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        List<Object> arguments = keyColumns(changes.keySet());
        List<BigDecimal> spent = new ArrayList<>();
        List<BigDecimal> escrowed = new ArrayList<>();
        List<Long> calls = new ArrayList<>();
        for (Change change : changes.values()) {
            spent.add(change.spent);
            escrowed.add(change.escrowed);
            calls.add(change.calls);
        }
        arguments.addAll(List.of(spent, escrowed, calls));
        sql.update(
                """
                UPDATE budget_window w
                   SET spent = w.spent + k.spent, escrowed = w.escrowed + k.escrowed,
                       calls = w.calls + k.calls
                  FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                              ?::timestamptz[], ?::numeric[], ?::numeric[], ?::bigint[])
                       AS k(organization_id, rule_id, member, unit, span, window_start,
                            spent, escrowed, calls)
                 WHERE w.organization_id = k.organization_id AND w.rule_id = k.rule_id
                   AND w.member = k.member AND w.unit = k.unit AND w.span = k.span
                   AND w.window_start = k.window_start
                """,
                arguments.toArray());
    }

    /// Accounts by organization, as [Balance] with the balance negated in `used`. Organizations
    /// without a wallet are absent.
    public static Map<String, Balance> lockWallets(Sql sql, Collection<String> organizations) {
        return wallets(sql, organizations, "FOR UPDATE");
    }

    private static Map<String, Balance> wallets(
            Sql sql, Collection<String> organizations, String locking) {
        Map<String, Balance> balances = new HashMap<>();
        if (!organizations.isEmpty()) {
            sql.list(
                    """
                    SELECT organization_id, balance, escrowed FROM wallet
                     WHERE organization_id = ANY(?::text[])
                     ORDER BY 1 %s
                    """
                            .formatted(locking),
                    row ->
                            balances.put(
                                    row.text("organization_id"),
                                    new Balance(
                                            row.decimal("balance").negate(),
                                            row.decimal("escrowed"))),
                    organizations);
        }
        return balances;
    }

    /// Adds to what wallets hold and takes `spent` from their balances; rows must be locked.
    public static void changeWallets(Sql sql, Map<String, Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        List<BigDecimal> spent = new ArrayList<>();
        List<BigDecimal> escrowed = new ArrayList<>();
        for (Change change : changes.values()) {
            spent.add(change.spent);
            escrowed.add(change.escrowed);
        }
        sql.update(
                """
                UPDATE wallet w
                   SET balance = w.balance - k.spent, escrowed = w.escrowed + k.escrowed
                  FROM unnest(?::text[], ?::numeric[], ?::numeric[])
                       AS k(organization_id, spent, escrowed)
                 WHERE w.organization_id = k.organization_id
                """,
                changes.keySet(),
                spent,
                escrowed);
    }

    public static void insertMissingWallets(
            Sql sql, Collection<String> organizations, Instant now) {
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

    /// The keys as six arrays, in the order of the columns of `budget_window` and `escrow_slice`;
    /// more may be added.
    public static List<Object> keyColumns(Collection<WindowKey> keys) {
        List<String> organizations = new ArrayList<>();
        List<String> rules = new ArrayList<>();
        List<String> members = new ArrayList<>();
        List<String> units = new ArrayList<>();
        List<String> spans = new ArrayList<>();
        List<Instant> starts = new ArrayList<>();
        for (WindowKey key : keys) {
            organizations.add(key.organizationId());
            rules.add(key.ruleId());
            members.add(key.member());
            units.add(key.unit().wireName());
            spans.add(key.span());
            starts.add(key.start());
        }
        return new ArrayList<>(List.of(organizations, rules, members, units, spans, starts));
    }
}
