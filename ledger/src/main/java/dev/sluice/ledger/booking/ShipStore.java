package dev.sluice.ledger.booking;

import dev.sluice.domain.CrashPoint;
import dev.sluice.domain.Ids;
import dev.sluice.ledger.booking.Booking.Standing;
import dev.sluice.ledger.books.BookStore;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.JobEscrow;
import dev.sluice.ledger.escrow.LimitRows;
import dev.sluice.ledger.escrow.SliceRows;
import dev.sluice.ledger.escrow.SliceState;
import dev.sluice.ledger.window.BalanceStore;
import dev.sluice.ledger.window.HeldWindow;
import dev.sluice.ledger.window.HoldArithmetic.Balance;
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

/// The books in PostgreSQL: usage rows, transfers, window counters, balances and roll-ups of many
/// calls in one transaction, as [Booking] decides. A call's row is the gate: only a call that has
/// none changes anything, so that shipping again is harmless.
public final class ShipStore implements Books {

    private final Database database;
    private final InstantSource clock;
    private final Ids ids;

    public ShipStore(Database database, InstantSource clock, Ids ids) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
    }

    @Override
    public boolean lacksAny(List<CallRecord> calls) {
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

    @Override
    public Shipped ship(Epoch epoch, List<Shipment> shipments) {
        return database.inIdempotentTransaction(
                sql -> new Batch(sql, epoch, shipments).run(standing(sql, epoch)));
    }

    @Override
    public Shipped shipAgain(Epoch epoch, List<Shipment> shipments) {
        return database.inIdempotentTransaction(
                sql -> new Batch(sql, epoch, shipments).run(standing(sql, epoch).again()));
    }

    /// Settles a job in the caller's transaction, which lets it be settled once, and gives back
    /// what it held and did not use.
    public void settleJob(Sql sql, Shipment job) {
        Settlement.Open hold = Objects.requireNonNull(job.hold());
        Batch batch = new Batch(sql, JobEscrow.EPOCH, List.of(job));
        batch.run(standing(sql, JobEscrow.EPOCH));
        JobEscrow.giveBack(sql, hold, batch.taken);
    }

    // shared: a write-off waits for this transaction, or this one sees it
    private static Standing standing(Sql sql, Epoch epoch) {
        return sql.optional(
                        """
                        SELECT state IN ('open', 'jobs') AS open,
                               reason = 'restored' AS restored
                          FROM replica_epoch WHERE replica = ? AND epoch = ? FOR SHARE
                        """,
                        row -> {
                            boolean open = row.bool("open");
                            return Standing.of(open, !open && row.bool("restored"));
                        },
                        epoch.replica(),
                        epoch.number())
                .orElse(Standing.PUT_BACK);
    }

    private final class Batch {
        private final Sql sql;
        private final Epoch epoch;
        private final List<Shipment> shipments;

        /// Of slices, by this transaction.
        private Map<WindowKey, Long> taken = Map.of();

        Batch(Sql sql, Epoch epoch, List<Shipment> shipments) {
            this.sql = sql;
            this.epoch = epoch;
            this.shipments = shipments;
        }

        Shipped run(Standing standing) {
            Map<WindowKey, Balance> balances = lock();
            Map<WindowKey, Long> left = new HashMap<>();
            if (Booking.needsSlices(standing, shipments)) {
                SliceRows.of(sql, epoch, balances.keySet())
                        .forEach((key, slice) -> left.put(key, slice.amount()));
            }
            Map<WindowKey, BigDecimal> limits = new HashMap<>();
            if (Booking.needsLimits(standing, shipments)) {
                LimitRows.of(sql, balances.keySet())
                        .forEach((key, limit) -> limits.put(key, limit.amount()));
            }
            Booking booking = new Booking(standing, balances, left, limits);
            Set<String> known =
                    CallStore.known(sql, shipments.stream().map(Shipment::requestId).toList());
            for (Shipment shipment : shipments) {
                if (known.add(shipment.requestId())) {
                    booking.add(shipment);
                }
            }
            write(booking);
            taken = booking.taken();
            SliceRows.shrink(sql, epoch, booking.taken());
            // also of what was booked before: its confirmation may have been lost
            Map<WindowKey, SliceState> slices = SliceRows.of(sql, epoch, balances.keySet());
            CrashPoint.SHIP_BEFORE_COMMIT.reached();
            return new Shipped(booking.absorbed(), slices, standing != Standing.OPEN);
        }

        private Map<WindowKey, Balance> lock() {
            Map<WindowKey, @Nullable Instant> ends = new LinkedHashMap<>();
            Set<String> organizations = new HashSet<>();
            for (Shipment shipment : shipments) {
                Settlement.Open hold = shipment.hold();
                if (hold != null) {
                    for (HeldWindow window : hold.windows()) {
                        ends.put(window.key(), window.end());
                    }
                    if (hold.walletHeld() != null) {
                        organizations.add(hold.organizationId());
                    }
                }
            }
            Map<WindowKey, Balance> locked =
                    new HashMap<>(BalanceStore.lockWindows(sql, ends.keySet()));
            if (locked.size() < ends.size()) {
                // only those of shadow rules, which nothing was taken from, may be missing
                ends.keySet().removeAll(locked.keySet());
                BalanceStore.insertMissing(sql, ends);
                locked.putAll(BalanceStore.lockWindows(sql, ends.keySet()));
            }
            Map<String, Balance> wallets = BalanceStore.lockWallets(sql, organizations);
            if (wallets.size() < organizations.size()) {
                // only books that were put back may lack one
                BalanceStore.insertMissingWallets(sql, organizations, clock.instant());
                wallets = BalanceStore.lockWallets(sql, organizations);
            }
            wallets.forEach(
                    (organization, balance) -> locked.put(WindowKey.wallet(organization), balance));
            return locked;
        }

        private void write(Booking booking) {
            BalanceStore.change(sql, booking.changes());
            List<BookStore.Transfer> transfers = new ArrayList<>();
            RollupStore rollups = new RollupStore();
            Instant now = clock.instant();
            for (Posting posting : booking.postings()) {
                transfers.addAll(posting.transfers(now));
                rollups.add(posting.call(), posting.measures());
            }
            BookStore.post(sql, ids, transfers);
            CallStore.insertSettled(sql, booking.postings());
            rollups.write(sql);
        }
    }
}
