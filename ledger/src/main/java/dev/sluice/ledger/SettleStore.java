package dev.sluice.ledger;

import dev.sluice.domain.Ids;
import dev.sluice.domain.Money;
import dev.sluice.ledger.BalanceStore.Change;
import dev.sluice.ledger.HoldArithmetic.Balance;
import dev.sluice.store.Database;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Closes holds: many in one transaction. Deleting the hold's row is the gate: only who deleted it
/// changes windows, balances and roll-ups, so that nothing is ever settled twice.
final class SettleStore {

    /// What is to become of one hold.
    sealed interface Close {
        String requestId();

        /// The call ended; `lost` as in [Posting].
        record Settle(CallRecord call, boolean lost) implements Close {
            @Override
            public String requestId() {
                return call.requestId();
            }
        }

        /// The call never ran: everything is given back, `requests` included, and no row is kept.
        record Release(String requestId, String organizationId) implements Close {}
    }

    private static final String DELETE_HOLDS =
            """
            DELETE FROM hold WHERE request_id IN (
                   SELECT request_id FROM hold
                    WHERE request_id = ANY(?::text[]) AND state = 'open'
                    ORDER BY request_id FOR UPDATE)
            RETURNING request_id, organization_id, amount, output_tokens, wallet_held,
                      credit_limit, windows
            """;

    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final String replica;

    SettleStore(Database database, InstantSource clock, Ids ids, String replica) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.replica = replica;
    }

    /// All in one transaction. Safe to run again, also after a commit whose answer was lost.
    ///
    /// @return what was absorbed in all, for the alert
    Money close(List<? extends Close> closes) {
        return database.inIdempotentTransaction(sql -> new Batch(sql, closes).run());
    }

    private final class Batch {
        private final Sql sql;
        private final List<? extends Close> closes;
        private final Map<WindowKey, Change> windowChanges = new LinkedHashMap<>();
        private final Map<String, Change> walletChanges = new LinkedHashMap<>();
        private final Map<String, Settlement.Open> opens = new HashMap<>();
        private Map<WindowKey, Balance> windows = new HashMap<>();
        private Map<String, Balance> wallets = new HashMap<>();

        Batch(Sql sql, List<? extends Close> closes) {
            this.sql = sql;
            this.closes = closes;
        }

        Money run() {
            Set<String> ids = new HashSet<>();
            for (Close close : closes) {
                ids.add(close.requestId());
                if (close instanceof Close.Release release) {
                    bar(release);
                }
            }
            sql.list(DELETE_HOLDS, SettleStore::open, ids)
                    .forEach(open -> opens.put(open.requestId(), open));
            Set<String> settled = settledBefore(ids);
            lock();
            List<Posting> postings = new ArrayList<>(closes.size());
            for (Close close : closes) {
                Settlement.Open open = opens.remove(close.requestId());
                switch (close) {
                    case Close.Release _ -> {
                        if (open != null) {
                            release(open);
                        }
                    }
                    case Close.Settle(CallRecord call, boolean lost) -> {
                        // a second record of one request in this batch finds neither
                        if (open != null || settled.add(call.requestId())) {
                            settled.add(call.requestId());
                            postings.add(settle(call, open, lost));
                        }
                    }
                }
            }
            write(postings);
            Money absorbed = Money.ZERO;
            for (Posting posting : postings) {
                absorbed = absorbed.plus(posting.settlement().absorbed());
            }
            return absorbed;
        }

        private Set<String> settledBefore(Set<String> ids) {
            Set<String> missing = new HashSet<>(ids);
            missing.removeAll(opens.keySet());
            return missing.isEmpty()
                    ? missing
                    : new HashSet<>(
                            sql.list(
                                    """
                                    SELECT request_id FROM call
                                     WHERE request_id = ANY(?::text[])
                                    """,
                                    row -> row.text("request_id"),
                                    missing));
        }

        private void lock() {
            Set<WindowKey> keys = new HashSet<>();
            Set<String> organizations = new HashSet<>();
            for (Settlement.Open open : opens.values()) {
                open.windows().forEach(window -> keys.add(window.key()));
                if (open.walletHeld() != null) {
                    organizations.add(open.organizationId());
                }
            }
            windows = BalanceStore.lockWindows(sql, keys);
            wallets = BalanceStore.lockWallets(sql, organizations);
        }

        private Posting settle(CallRecord call, Settlement.@Nullable Open open, boolean lost) {
            Money charge = Posting.sum(call.chargeLines());
            if (open == null) {
                return Posting.of(call, null, Settlement.withoutHold(charge), lost);
            }
            Balance account = wallets.getOrDefault(open.organizationId(), Balance.EMPTY);
            Settlement settlement =
                    Settlement.of(
                            open,
                            charge,
                            call.usage(),
                            key -> windows.getOrDefault(key, Balance.EMPTY),
                            account);
            for (Settlement.WindowChange change : settlement.windows()) {
                changeWindow(
                        change.window().key(), change.spent(), change.window().held().negate(), 0);
            }
            changeWallet(open, settlement.walletSpent());
            return Posting.of(call, open, settlement, lost);
        }

        private void release(Settlement.Open open) {
            for (HeldWindow window : open.windows()) {
                changeWindow(window.key(), window.counted().negate(), window.held().negate(), -1);
            }
            changeWallet(open, BigDecimal.ZERO);
        }

        // A hold whose commit is still on its way must not appear later: this waits for it, or bars
        // it.
        private void bar(Close.Release release) {
            Instant now = clock.instant();
            sql.update(
                    """
                    INSERT INTO hold (request_id, organization_id, state, replica, opened_at,
                                      deadline, admitted_at, amount, output_tokens, windows, origin)
                    VALUES (?, ?, 'closed', ?, ?, ?, ?, 0, 0, '[]', '{}')
                    ON CONFLICT DO NOTHING
                    """,
                    release.requestId(),
                    release.organizationId(),
                    replica,
                    now,
                    now,
                    now);
        }

        private void changeWindow(WindowKey key, BigDecimal spent, BigDecimal held, long calls) {
            Change change = windowChanges.computeIfAbsent(key, _ -> new Change());
            change.spent = change.spent.add(spent);
            change.held = change.held.add(held);
            change.calls += calls;
            windows.computeIfPresent(
                    key, (_, old) -> new Balance(old.used().add(spent), old.held().add(held)));
        }

        private void changeWallet(Settlement.Open open, BigDecimal spent) {
            BigDecimal walletHeld = open.walletHeld();
            if (walletHeld == null) {
                return;
            }
            Change change = walletChanges.computeIfAbsent(open.organizationId(), _ -> new Change());
            change.spent = change.spent.add(spent);
            change.held = change.held.subtract(walletHeld);
            wallets.computeIfPresent(
                    open.organizationId(),
                    (_, old) ->
                            new Balance(old.used().add(spent), old.held().subtract(walletHeld)));
        }

        private void write(List<Posting> postings) {
            BalanceStore.changeWindows(sql, windowChanges);
            BalanceStore.changeWallets(sql, walletChanges);
            List<BookStore.Transfer> transfers = new ArrayList<>();
            RollupStore rollups = new RollupStore();
            Instant now = clock.instant();
            for (Posting posting : postings) {
                transfers.addAll(posting.transfers(now));
                rollups.add(posting.call(), posting.measures());
            }
            BookStore.post(sql, ids, transfers);
            CallStore.insertSettled(sql, postings);
            rollups.write(sql);
        }
    }

    static Settlement.Open open(Row row) {
        String organization = row.text("organization_id");
        return new Settlement.Open(
                row.text("request_id"),
                organization,
                Money.exactly(row.decimal("amount")),
                row.bigint("output_tokens"),
                row.decimalOrNull("wallet_held"),
                row.decimalOrNull("credit_limit"),
                LedgerJson.readWindows(organization, row.text("windows")));
    }
}
