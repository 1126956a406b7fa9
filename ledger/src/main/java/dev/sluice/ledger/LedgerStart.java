package dev.sluice.ledger;

import dev.sluice.domain.CrashPoint;
import dev.sluice.domain.Ids;
import dev.sluice.ledger.ShipStore.Shipment;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.Escrow;
import dev.sluice.ledger.escrow.PostgresEscrowStore;
import dev.sluice.ledger.escrow.Treasury;
import dev.sluice.ledger.journal.FileDisk;
import dev.sluice.ledger.journal.Journal;
import dev.sluice.ledger.journal.JournalReading;
import dev.sluice.ledger.journal.JournalSettings;
import dev.sluice.ledger.journal.RecoveredCall;
import dev.sluice.store.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts the ledger of one replica: takes a new epoch, books what earlier lives left in the
/// journal, gives back what they had not spent, and opens for calls.
public final class LedgerStart {

    private static final Logger LOG = LoggerFactory.getLogger(LedgerStart.class);

    private final InstantSource clock;
    private final LedgerSettings settings;
    private final PostgresEscrowStore store;
    private final ShipStore shipStore;
    private final RefusedStore refusedStore;

    private LedgerStart(Database database, InstantSource clock, Ids ids, LedgerSettings settings) {
        this.clock = clock;
        this.settings = settings;
        this.store = new PostgresEscrowStore(database, clock);
        this.shipStore = new ShipStore(database, clock, ids);
        this.refusedStore = new RefusedStore(database, ids, settings.refusedRowsPerSecond());
    }

    /// Blocks until earlier lives are in the books.
    ///
    /// @param replica no two running processes may share it
    /// @param journal the folder of this replica's journal
    /// @throws IllegalStateException when the journal cannot be used; says what to do
    public static EscrowLedger start(
            Database database,
            InstantSource clock,
            LongSupplier nanoTime,
            Ids ids,
            String replica,
            Path journal,
            LedgerSettings settings) {
        try {
            FileDisk disk = FileDisk.open(journal);
            try {
                return new LedgerStart(database, clock, ids, settings)
                        .start(nanoTime, replica, disk);
            } catch (IOException | RuntimeException e) {
                // so that the next try does not find the folder in use
                disk.close();
                throw e;
            }
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The journal in %s cannot be used: %s".formatted(journal, e.getMessage()), e);
        }
    }

    private EscrowLedger start(LongSupplier nanoTime, String replica, FileDisk disk)
            throws IOException {
        CrashPoint.START_AFTER_LOCK.reached();
        JournalReading left = JournalReading.read(disk, replica);
        long asked = nanoTime.getAsLong();
        Epoch epoch = store.open(replica, left.newestEpoch());
        CrashPoint.START_AFTER_EPOCH.reached();
        book(replica, left, disk);
        for (Epoch earlier : store.earlier(epoch)) {
            end(earlier, left);
        }
        CrashPoint.START_BEFORE_RECOVERED.reached();
        left.putAway(disk, clock.instant());
        Escrow escrow = new Escrow(asked);
        return new EscrowLedger(
                new EscrowLedger.Parts(
                        clock,
                        settings,
                        epoch,
                        escrow,
                        new Treasury(store, escrow, epoch, clock, nanoTime),
                        Journal.open(
                                disk, JournalSettings.standard(), replica, epoch.number(), clock),
                        shipStore,
                        refusedStore));
    }

    private void book(String replica, JournalReading left, FileDisk disk) throws IOException {
        if (shipStore.lacksAny(left.newestKept(disk))) {
            LOG.warn(
                    "The books lack calls that they had: the database was put back. The calls of"
                            + " the journal's {} kept segments are booked again",
                    left.kept().size());
            Batches batches = new Batches(replica, shipStore::shipAgain);
            left.forEachCallAgain(disk, batches::add);
            batches.end();
        } else {
            Batches batches = new Batches(replica, shipStore::ship);
            left.forEachCall(disk, batches::add);
            batches.end();
        }
    }

    /// Calls of a journal on their way to the books, those of one epoch together.
    private final class Batches {
        private final String replica;
        private final BiConsumer<Epoch, List<Shipment>> books;
        private final Map<Long, List<Shipment>> byEpoch = new TreeMap<>();

        Batches(String replica, BiConsumer<Epoch, List<Shipment>> books) {
            this.replica = replica;
            this.books = books;
        }

        void add(RecoveredCall call) {
            if (call.known() != RecoveredCall.Known.EXACT) {
                LOG.warn("{} was cut by the end of this replica", call.call().requestId());
            }
            List<Shipment> batch = byEpoch.computeIfAbsent(call.epoch(), _ -> new ArrayList<>());
            batch.add(new Shipment(call.hold(), call.call(), call.known()));
            if (batch.size() == settings.batch()) {
                books.accept(new Epoch(replica, call.epoch()), batch);
                batch.clear();
            }
        }

        void end() {
            byEpoch.values().removeIf(List::isEmpty);
            byEpoch.forEach((number, rest) -> books.accept(new Epoch(replica, number), rest));
        }
    }

    /// Only a life whose journal was read to its end has nothing more to tell.
    private void end(Epoch earlier, JournalReading left) {
        if (left.epochs().contains(earlier.number()) || !store.hasSlices(earlier)) {
            store.end(earlier, "recovered");
        } else {
            LOG.error(
                    "The journal of epoch {} is not in this data directory: what it held stays"
                            + " counted until it is written off",
                    earlier);
        }
    }
}
