package dev.sluice.ledger.escrow;

import dev.sluice.ledger.escrow.TakeDecision.Others;
import dev.sluice.ledger.window.BalanceStore;
import dev.sluice.ledger.window.Change;
import dev.sluice.ledger.window.HoldArithmetic.Balance;
import dev.sluice.ledger.window.Pieces;
import dev.sluice.ledger.window.WindowKey;
import dev.sluice.store.Database;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The authority over money in PostgreSQL.
///
/// Every transaction takes its locks in one order: epoch, windows by key, accounts by organization.
public final class PostgresEscrowStore implements EscrowStore {

    /// A replica that was not heard of for so long gets no share of what is left.
    private static final Duration LIVE = Duration.ofSeconds(30);

    /// What the server's clock says decides which replica lives: theirs may differ.
    private static final String NOT_HEARD_FOR = "seen_at < now() - make_interval(secs => ?)";

    private final Database database;
    private final InstantSource clock;

    public PostgresEscrowStore(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Epoch open(String replica, long above) {
        Instant now = clock.instant();
        return database.inIdempotentTransaction(sql -> {
            sql.execute("LOCK TABLE replica_epoch IN SHARE ROW EXCLUSIVE MODE");
            return sql.one(
                    """
                    INSERT INTO replica_epoch (replica, epoch, state, opened_at, seen_at)
                    SELECT ?, GREATEST(COALESCE(max(epoch), 0), ?) + 1, 'open', ?, now()
                      FROM replica_epoch WHERE replica = ?
                    RETURNING epoch
                    """,
                    row -> new Epoch(replica, row.bigint("epoch")),
                    replica,
                    above,
                    now,
                    replica);
        });
    }

    @Override
    public List<Epoch> earlier(Epoch current) {
        return openBefore(current.replica(), current.number());
    }

    /// Epochs of a replica, before the given one, of which something may be counted.
    public List<Epoch> openBefore(String replica, long before) {
        return database.read(sql ->
                sql.list(
                        """
                        SELECT epoch FROM replica_epoch
                         WHERE replica = ? AND epoch < ? AND state = 'open' ORDER BY epoch
                        """,
                        row -> new Epoch(replica, row.bigint("epoch")),
                        replica,
                        before));
    }

    @Override
    public TakeReply take(TakeRequest request) {
        return database.inIdempotentTransaction(sql -> {
            if (!lockOpen(sql, request.epoch())) {
                return new TakeReply.EpochOver();
            }
            if (!isNewest(sql, request)) {
                return new TakeReply.Late();
            }
            Map<WindowKey, TakeDecision.Row> rows = lock(sql, request);
            TakeDecision decision = new TakeDecision(rows, request, liveReplicas(sql));
            List<Answer> answers = decision.decide();
            LimitRows.remember(sql, decision.toRemember());
            Map<WindowKey, Long> growth = new LinkedHashMap<>();
            List<WindowKey> recalls = new ArrayList<>();
            rows.forEach((key, row) -> {
                if (row.granted() > 0) {
                    growth.put(key, row.granted());
                }
                if (row.recall()) {
                    recalls.add(key);
                }
            });
            escrow(sql, growth, 1);
            Map<WindowKey, SliceState> slices =
                    new HashMap<>(SliceRows.of(sql, request.epoch(), rows.keySet()));
            slices.putAll(SliceRows.grow(sql, request.epoch(), growth));
            recall(sql, request.epoch(), recalls);
            return new TakeReply.Taken(answers, slices, decision.over());
        });
    }

    /// Every successful exchange with the store shows that the epoch lives.
    private boolean lockOpen(Sql sql, Epoch epoch) {
        return sql.update(
                        """
                        UPDATE replica_epoch SET seen_at = now()
                         WHERE replica = ? AND epoch = ? AND state = 'open'
                        """,
                        epoch.replica(),
                        epoch.number())
                == 1;
    }

    private static boolean isNewest(Sql sql, TakeRequest request) {
        return sql.update(
                        """
                        UPDATE replica_epoch SET last_request = ?
                         WHERE replica = ? AND epoch = ? AND last_request < ?
                        """,
                        request.number(),
                        request.epoch().replica(),
                        request.epoch().number(),
                        request.number())
                == 1;
    }

    private int liveReplicas(Sql sql) {
        return sql.one(
                """
                SELECT count(DISTINCT replica) AS live FROM replica_epoch
                 WHERE state = 'open' AND NOT %s
                """
                        .formatted(NOT_HEARD_FOR),
                row -> Math.toIntExact(row.bigint("live")),
                LIVE.toSeconds());
    }

    Map<WindowKey, TakeDecision.Row> lock(Sql sql, TakeRequest request) {
        Map<WindowKey, @Nullable Instant> windows = new LinkedHashMap<>();
        Set<String> organizations = new TreeSet<>();
        request.own()
                .forEach((key, own) -> {
                    if (key.isWallet()) {
                        organizations.add(key.organizationId());
                    } else {
                        windows.put(key, own.end());
                    }
                });
        Map<WindowKey, Balance> locked = lock(sql, windows, organizations);
        Map<WindowKey, Others> others = SliceRows.others(sql, request.epoch(), locked.keySet());
        Map<WindowKey, Limit> limits = LimitRows.of(sql, windows.keySet());
        Map<WindowKey, TakeDecision.Row> rows = new LinkedHashMap<>();
        locked.forEach((key, balance) ->
                rows.put(
                        key,
                        new TakeDecision.Row(
                                balance.used(),
                                balance.held(),
                                others.getOrDefault(key, Others.NOTHING_TO_GIVE),
                                limits.get(key))));
        return rows;
    }

    private Map<WindowKey, Balance> lock(
            Sql sql, Map<WindowKey, @Nullable Instant> windows, Set<String> organizations) {
        Map<WindowKey, Balance> locked =
                new HashMap<>(BalanceStore.lockWindows(sql, windows.keySet()));
        if (locked.size() < windows.size()) {
            Map<WindowKey, @Nullable Instant> fresh = new LinkedHashMap<>(windows);
            fresh.keySet().removeAll(locked.keySet());
            // those locked already come first in no order that matters: new rows belong to nobody
            BalanceStore.insertMissing(sql, fresh);
            locked.putAll(BalanceStore.lockWindows(sql, fresh.keySet()));
        }
        Map<String, Balance> wallets = BalanceStore.lockWallets(sql, organizations);
        if (wallets.size() < organizations.size()) {
            BalanceStore.insertMissingWallets(sql, organizations, clock.instant());
            wallets = BalanceStore.lockWallets(sql, organizations);
        }
        wallets.forEach(
                (organization, balance) -> locked.put(WindowKey.wallet(organization), balance));
        return locked;
    }

    static void escrow(Sql sql, Map<WindowKey, Long> amounts, int sign) {
        Map<WindowKey, Change> changes = new LinkedHashMap<>();
        amounts.forEach((key, amount) -> {
            Change change = new Change();
            change.escrowed = Pieces.decimal(key.unit(), amount).multiply(BigDecimal.valueOf(sign));
            changes.put(key, change);
        });
        BalanceStore.change(sql, changes);
    }

    static void recall(Sql sql, Epoch epoch, List<WindowKey> keys) {
        if (keys.isEmpty()) {
            return;
        }
        int asked =
                sql.update(
                        """
                        UPDATE escrow_slice s SET recall = s.recall + 1
                          FROM %s
                         WHERE s.organization_id = k.organization_id AND s.rule_id = k.rule_id
                           AND s.member = k.member AND s.unit = k.unit AND s.span = k.span
                           AND s.window_start = k.window_start
                           AND NOT (s.replica = ? AND s.epoch = ?) AND s.givable AND s.amount > 0
                           AND s.recall = s.answered
                        """
                                .formatted(SliceRows.keys("", "")),
                        SliceRows.arguments(keys, epoch.replica(), epoch.number()));
        if (asked > 0) {
            sql.list("SELECT pg_notify(?, '')", _ -> "", RECALL_CHANNEL);
        }
    }

    @Override
    public Map<WindowKey, SliceState> giveBack(Epoch epoch, List<Return> returns) {
        return database.inIdempotentTransaction(sql -> {
            boolean open = lockOpen(sql, epoch);
            Map<WindowKey, @Nullable Instant> windows = new LinkedHashMap<>();
            Set<String> organizations = new TreeSet<>();
            for (Return back : returns) {
                if (back.key().isWallet()) {
                    organizations.add(back.key().organizationId());
                } else {
                    windows.put(back.key(), null);
                }
            }
            BalanceStore.lockWindows(sql, windows.keySet());
            BalanceStore.lockWallets(sql, organizations);
            List<WindowKey> keys = returns.stream().map(Return::key).toList();
            Map<WindowKey, SliceState> before = SliceRows.of(sql, epoch, keys);
            Map<WindowKey, Long> returned = new LinkedHashMap<>();
            for (Return back : returns) {
                SliceState slice = before.get(back.key());
                if (open && slice != null && slice.version() == back.ifVersion()) {
                    returned.put(back.key(), slice.amount() - back.amount());
                }
            }
            escrow(sql, returned, -1);
            SliceRows.shrink(sql, epoch, returned);
            answer(sql, epoch, returns);
            return SliceRows.of(sql, epoch, keys);
        });
    }

    private static void answer(Sql sql, Epoch epoch, List<Return> returns) {
        List<WindowKey> keys = new ArrayList<>();
        List<Long> generations = new ArrayList<>();
        for (Return back : returns) {
            if (back.answers() > 0) {
                keys.add(back.key());
                generations.add(back.answers());
            }
        }
        if (keys.isEmpty()) {
            return;
        }
        sql.update(
                """
                UPDATE escrow_slice s
                   SET answered = GREATEST(s.answered, k.answers), givable = false
                  FROM %s
                 WHERE s.organization_id = k.organization_id AND s.rule_id = k.rule_id
                   AND s.member = k.member AND s.unit = k.unit AND s.span = k.span
                   AND s.window_start = k.window_start AND s.replica = ? AND s.epoch = ?
                """
                        .formatted(SliceRows.keys(", ?::bigint[]", ", answers")),
                SliceRows.with(
                        BalanceStore.keyColumns(keys),
                        List.of(generations),
                        List.of(epoch.replica(), epoch.number())));
    }

    @Override
    public Renewal renew(Epoch epoch, Map<WindowKey, Long> held) {
        return database.inIdempotentTransaction(sql -> {
            if (!lockOpen(sql, epoch)) {
                return new Renewal(false);
            }
            if (!held.isEmpty()) {
                sql.update(
                        """
                        UPDATE escrow_slice s SET held = k.held
                          FROM %s
                         WHERE s.organization_id = k.organization_id AND s.rule_id = k.rule_id
                           AND s.member = k.member AND s.unit = k.unit AND s.span = k.span
                           AND s.window_start = k.window_start AND s.replica = ? AND s.epoch = ?
                        """
                                .formatted(SliceRows.keys(", ?::numeric[]", ", held")),
                        SliceRows.with(
                                BalanceStore.keyColumns(held.keySet()),
                                List.of(SliceRows.decimals(held)),
                                List.of(epoch.replica(), epoch.number())));
            }
            return new Renewal(true);
        });
    }

    @Override
    public Map<WindowKey, Long> recalled(Epoch epoch) {
        Map<WindowKey, Long> recalled = new HashMap<>();
        database.read(sql ->
                sql.list(
                        """
                        SELECT * FROM escrow_slice
                         WHERE replica = ? AND epoch = ? AND recall > answered
                        """,
                        row -> recalled.put(BalanceStore.keyOf(row), row.bigint("recall")),
                        epoch.replica(),
                        epoch.number()));
        return recalled;
    }

    @Override
    public boolean hasSlices(Epoch epoch) {
        return database.read(sql ->
                sql.one(
                        """
                        SELECT count(*) AS n FROM escrow_slice
                         WHERE replica = ? AND epoch = ? AND amount > 0
                        """,
                        row -> row.bigint("n") > 0,
                        epoch.replica(),
                        epoch.number()));
    }

    @Override
    public void end(Epoch epoch, String reason) {
        close(epoch, "ended", reason, null, Duration.ZERO);
    }

    /// Declares an epoch over whose replica will not come back with its journal: its slices return
    /// to the windows, and what it still ships is the operator's. Not before its right to spend has
    /// ended, or it would spend what others were given.
    ///
    /// @param actor who decided it
    /// @return false when there is no such open epoch, or it was heard of within its lease
    public boolean writeOff(Epoch epoch, String reason, String actor) {
        return close(epoch, "written_off", reason, actor, Escrow.LEASE);
    }

    private boolean close(
            Epoch epoch, String state, String reason, @Nullable String actor, Duration quiet) {
        return database.inIdempotentTransaction(sql -> {
            Instant now = clock.instant();
            boolean closed =
                    sql.update(
                                    """
                                    UPDATE replica_epoch
                                       SET state = ?, ended_at = ?, reason = ?, actor = ?
                                     WHERE replica = ? AND epoch = ? AND state = 'open'
                                       AND (? = 0 OR %s)
                                    """
                                            .formatted(NOT_HEARD_FOR),
                                    state,
                                    now,
                                    reason,
                                    actor,
                                    epoch.replica(),
                                    epoch.number(),
                                    quiet.toSeconds(),
                                    quiet.toSeconds())
                            == 1;
            if (closed) {
                returnAll(sql, epoch);
            }
            return closed;
        });
    }

    private static void returnAll(Sql sql, Epoch epoch) {
        Map<WindowKey, Long> left = new LinkedHashMap<>();
        sql.list(
                        "SELECT * FROM escrow_slice WHERE replica = ? AND epoch = ? AND amount > 0",
                        row -> Map.entry(BalanceStore.keyOf(row), SliceRows.state(row).amount()),
                        epoch.replica(),
                        epoch.number())
                .forEach(entry -> left.put(entry.getKey(), entry.getValue()));
        Map<WindowKey, @Nullable Instant> windows = new LinkedHashMap<>();
        Set<String> organizations = new TreeSet<>();
        for (WindowKey key : left.keySet()) {
            if (key.isWallet()) {
                organizations.add(key.organizationId());
            } else {
                windows.put(key, null);
            }
        }
        BalanceStore.lockWindows(sql, windows.keySet());
        BalanceStore.lockWallets(sql, organizations);
        // the epoch is closed by this transaction: nobody changes its slices after the locks
        Map<WindowKey, SliceState> locked = SliceRows.of(sql, epoch, left.keySet());
        left.replaceAll((key, amount) -> Objects.requireNonNull(locked.get(key)).amount());
        escrow(sql, left, -1);
        SliceRows.shrink(sql, epoch, left);
        sql.update(
                "UPDATE escrow_slice SET held = 0 WHERE replica = ? AND epoch = ?",
                epoch.replica(),
                epoch.number());
    }
}
