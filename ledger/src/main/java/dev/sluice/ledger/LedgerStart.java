package dev.sluice.ledger;

import dev.sluice.domain.Ids;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.Escrow;
import dev.sluice.ledger.escrow.PostgresEscrowStore;
import dev.sluice.ledger.escrow.Treasury;
import dev.sluice.ledger.journal.Journal;
import dev.sluice.store.Database;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// Starts the ledger of one replica: takes a new epoch, books what an earlier life left in the
/// journal, gives back what it had not spent, and opens for calls.
public final class LedgerStart {

    private LedgerStart() {}

    public static EscrowLedger start(
            Database database,
            InstantSource clock,
            LongSupplier nanoTime,
            Ids ids,
            String replica,
            LedgerSettings settings) {
        PostgresEscrowStore store = new PostgresEscrowStore(database, clock);
        ShipStore shipStore = new ShipStore(database, clock, ids);
        long asked = nanoTime.getAsLong();
        Epoch epoch = store.open(replica);
        Escrow escrow = new Escrow(asked);
        Journal journal = new Journal();
        store.earlier(epoch).forEach(earlier -> store.end(earlier, "recovered"));
        return new EscrowLedger(
                new EscrowLedger.Parts(
                        clock,
                        settings,
                        epoch,
                        escrow,
                        new Treasury(store, escrow, epoch, clock, nanoTime),
                        journal,
                        shipStore,
                        new RefusedStore(database, ids, settings.refusedRowsPerSecond())));
    }
}
