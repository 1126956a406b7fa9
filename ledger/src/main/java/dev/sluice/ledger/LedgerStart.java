package dev.sluice.ledger;

import dev.sluice.domain.CrashPoint;
import dev.sluice.domain.Ids;
import dev.sluice.ledger.booking.RefusedStore;
import dev.sluice.ledger.booking.ShipStore;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.Escrow;
import dev.sluice.ledger.escrow.PostgresEscrowStore;
import dev.sluice.ledger.escrow.Treasury;
import dev.sluice.ledger.journal.FileDisk;
import dev.sluice.ledger.journal.Journal;
import dev.sluice.ledger.journal.JournalSettings;
import dev.sluice.store.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// Starts the ledger of one replica: takes a new epoch, books what earlier lives left in the
/// journal, gives back what they had not spent, and opens for calls.
public final class LedgerStart {

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
        Recovery.Life life =
                new Recovery(store, shipStore, clock, nanoTime, settings.batch())
                        .run(disk, replica);
        Escrow escrow = new Escrow(life.askedNanos());
        Epoch epoch = life.epoch();
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
}
