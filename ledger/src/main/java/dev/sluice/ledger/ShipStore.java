package dev.sluice.ledger;

import dev.sluice.domain.CrashPoint;
import dev.sluice.domain.Ids;
import dev.sluice.domain.Money;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.JobEscrow;
import dev.sluice.ledger.escrow.SliceRows;
import dev.sluice.ledger.escrow.SliceState;
import dev.sluice.ledger.journal.RecoveredCall;
import dev.sluice.ledger.window.BalanceStore;
import dev.sluice.ledger.window.BalanceStore.Change;
import dev.sluice.ledger.window.HeldWindow;
import dev.sluice.ledger.window.HoldArithmetic.Balance;
import dev.sluice.ledger.window.Pieces;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.ledger.window.WindowKey;
import dev.sluice.store.Database;
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
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Brings calls that ended into the books: usage rows, transfers, window counters, balances and
/// roll-ups of many calls in one transaction. A call's row is the gate: only a call that has none
/// changes anything, so that shipping again is harmless.
final class ShipStore {

    /// A call that ended.
    ///
    /// @param hold null for a call that never held anything
    /// @param known how: of an estimate nobody pays more than was held; of an abandoned call the
    ///     customer pays nothing, what it may have cost is the operator's
    record Shipment(Settlement.@Nullable Open hold, CallRecord call, RecoveredCall.Known known) {

        boolean abandoned() {
            return known == RecoveredCall.Known.ABANDONED;
        }

        String requestId() {
            return call.requestId();
        }
    }

    /// @param absorbed what the operator bears of these calls
    /// @param slices of the epoch, as they are now
    /// @param epochOver the epoch was written off: windows and balances were left alone
    record Shipped(Money absorbed, Map<WindowKey, SliceState> slices, boolean epochOver) {}

    private final Database database;
    private final InstantSource clock;
    private final Ids ids;

    ShipStore(Database database, InstantSource clock, Ids ids) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
    }

    /// Whether the books lack one of these calls. Those of organizations that are gone do not
    /// count.
    boolean lacksAny(List<CallRecord> calls) {
        Map<String, String> organizations = new HashMap<>();
        for (CallRecord call : calls) {
            if (call.attribution() != null) {
                organizations.put(call.requestId(), call.attribution().organizationId());
            }
        }
        return database.read(sql -> {
            organizations.keySet().removeAll(CallStore.known(sql, organizations.keySet()));
            return sql.one(
                    "SELECT count(*) AS there FROM organization WHERE id = ANY(?::text[])",
                    row -> row.bigint("there") > 0,
                    new HashSet<>(organizations.values()));
        });
    }

    /// All in one transaction. Safe to run again, also after a commit whose answer was lost.
    Shipped ship(Epoch epoch, List<Shipment> shipments) {
        return database.inIdempotentTransaction(
                sql -> new Batch(sql, epoch, shipments).run(Standing.of(sql, epoch)));
    }

    /// Calls that the books may have had and lost, with a database that was put back: like
    /// [#ship], but of what slices there are nothing is taken.
    Shipped shipAgain(Epoch epoch, List<Shipment> shipments) {
        return database.inIdempotentTransaction(
                sql -> new Batch(sql, epoch, shipments).run(Standing.of(sql, epoch).put()));
    }

    /// Settles a job in the caller's transaction, which lets it be settled once, and gives back
    /// what it held and did not use.
    void settleJob(Sql sql, Shipment job) {
        Settlement.Open hold = Objects.requireNonNull(job.hold());
        Batch batch = new Batch(sql, JobEscrow.EPOCH, List.of(job));
        batch.run(Standing.of(sql, JobEscrow.EPOCH));
        JobEscrow.giveBack(sql, hold, batch.used);
    }

    /// What an epoch's calls can be settled from.
    private enum Standing {
        /// From its slices.
        OPEN,
        /// Its slices are not in the books any more, because the books were put back: from what
        /// windows and accounts have left.
        PUT_BACK,
        /// It was declared over, and others may have spent its slices: nobody pays.
        OVER;

        // shared: a write-off waits for this transaction, or this one sees it
        static Standing of(Sql sql, Epoch epoch) {
            return sql.optional(
                            """
                            SELECT state IN ('open', 'jobs') AS open,
                                   reason = 'restored' AS restored
                              FROM replica_epoch WHERE replica = ? AND epoch = ? FOR SHARE
                            """,
                            row -> row.bool("open") ? OPEN : row.bool("restored") ? PUT_BACK : OVER,
                            epoch.replica(),
                            epoch.number())
                    .orElse(PUT_BACK);
        }

        Standing put() {
            return this == OPEN ? PUT_BACK : this;
        }
    }

    private final class Batch {
        private final Sql sql;
        private final Epoch epoch;
        private final List<Shipment> shipments;
        private final Map<WindowKey, Change> windowChanges = new LinkedHashMap<>();
        private final Map<String, Change> walletChanges = new LinkedHashMap<>();
        private final Map<WindowKey, Long> used = new LinkedHashMap<>();
        private Map<WindowKey, Balance> windows = new HashMap<>();
        private Map<String, Balance> wallets = new HashMap<>();

        Batch(Sql sql, Epoch epoch, List<Shipment> shipments) {
            this.sql = sql;
            this.epoch = epoch;
            this.shipments = shipments;
        }

        Shipped run(Standing standing) {
            lock();
            Set<String> known =
                    CallStore.known(sql, shipments.stream().map(Shipment::requestId).toList());
            List<Posting> postings = new ArrayList<>(shipments.size());
            for (Shipment shipment : shipments) {
                if (known.add(shipment.requestId())) {
                    postings.add(posting(shipment, standing));
                }
            }
            write(postings);
            SliceRows.shrink(sql, epoch, used);
            // also of what was booked before: its confirmation may have been lost
            Map<WindowKey, SliceState> slices = SliceRows.of(sql, epoch, sliceKeys());
            CrashPoint.SHIP_BEFORE_COMMIT.reached();
            Money absorbed = Money.ZERO;
            for (Posting posting : postings) {
                absorbed = absorbed.plus(posting.settlement().absorbed());
            }
            return new Shipped(absorbed, slices, standing != Standing.OPEN);
        }

        private void lock() {
            Map<WindowKey, @Nullable Instant> ends = new LinkedHashMap<>();
            Set<String> organizations = new HashSet<>();
            for (Shipment shipment : shipments) {
                Settlement.Open hold = shipment.hold();
                if (hold != null) {
                    hold.windows().forEach(window -> ends.put(window.key(), window.end()));
                    if (hold.walletHeld() != null) {
                        organizations.add(hold.organizationId());
                    }
                }
            }
            windows = BalanceStore.lockWindows(sql, ends.keySet());
            if (windows.size() < ends.size()) {
                // only those of shadow rules, which nothing was taken from, may be missing
                ends.keySet().removeAll(windows.keySet());
                BalanceStore.insertMissing(sql, ends);
                windows.putAll(BalanceStore.lockWindows(sql, ends.keySet()));
            }
            wallets = BalanceStore.lockWallets(sql, organizations);
            if (wallets.size() < organizations.size()) {
                // only books that were put back may lack one
                BalanceStore.insertMissingWallets(sql, organizations, clock.instant());
                wallets = BalanceStore.lockWallets(sql, organizations);
            }
        }

        private Set<WindowKey> sliceKeys() {
            Set<WindowKey> keys = new HashSet<>(windows.keySet());
            wallets.keySet().forEach(organization -> keys.add(WindowKey.wallet(organization)));
            return keys;
        }

        private Posting posting(Shipment shipment, Standing standing) {
            Settlement.Open hold = shipment.hold();
            return switch (standing) {
                case OPEN -> settle(shipment, hold);
                case PUT_BACK -> settle(shipment, hold == null ? null : hold.unheld());
                case OVER -> late(shipment);
            };
        }

        private Posting settle(Shipment shipment, Settlement.@Nullable Open hold) {
            CallRecord call = shipment.call();
            Money charge = Posting.sum(call.chargeLines());
            if (hold == null) {
                return Posting.of(call, null, Settlement.withoutHold(charge), false);
            }
            Settlement settlement =
                    shipment.known() == RecoveredCall.Known.ESTIMATED
                            ? Settlement.withinHold(hold, charge, call.usage())
                            : Settlement.of(
                                    hold,
                                    charge,
                                    call.usage(),
                                    key -> windows.getOrDefault(key, Balance.EMPTY),
                                    wallets.getOrDefault(hold.organizationId(), Balance.EMPTY));
            for (Settlement.WindowChange change : settlement.windows()) {
                HeldWindow window = change.window();
                BigDecimal spent = change.spent().add(window.counted());
                BigDecimal taken =
                        window.shadow()
                                ? BigDecimal.ZERO
                                : spent.min(window.held().add(window.counted()));
                changeWindow(window.key(), spent, taken);
            }
            if (hold.walletHeld() != null) {
                changeWallet(hold, settlement.walletSpent());
            }
            return Posting.of(call, hold, settlement, shipment.abandoned());
        }

        // what an epoch that is over still tells is booked in full, and nobody pays it
        private Posting late(Shipment shipment) {
            CallRecord call = shipment.call();
            return Posting.of(
                    call,
                    shipment.hold(),
                    Settlement.withoutHold(Posting.sum(call.chargeLines())),
                    shipment.abandoned());
        }

        private void changeWindow(WindowKey key, BigDecimal spent, BigDecimal taken) {
            Change change = windowChanges.computeIfAbsent(key, _ -> new Change());
            change.spent = change.spent.add(spent);
            change.escrowed = change.escrowed.subtract(taken);
            change.calls++;
            windows.computeIfPresent(
                    key,
                    (_, old) -> new Balance(old.used().add(spent), old.held().subtract(taken)));
            take(key, taken);
        }

        private void changeWallet(Settlement.Open hold, BigDecimal spent) {
            BigDecimal taken = spent.min(java.util.Objects.requireNonNull(hold.walletHeld()));
            String organization = hold.organizationId();
            Change change = walletChanges.computeIfAbsent(organization, _ -> new Change());
            change.spent = change.spent.add(spent);
            change.escrowed = change.escrowed.subtract(taken);
            wallets.computeIfPresent(
                    organization,
                    (_, old) -> new Balance(old.used().add(spent), old.held().subtract(taken)));
            take(WindowKey.wallet(organization), taken);
        }

        private void take(WindowKey key, BigDecimal taken) {
            long pieces = Pieces.floor(key.unit(), taken);
            if (pieces != 0) {
                used.merge(key, pieces, Math::addExact);
            }
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
}
