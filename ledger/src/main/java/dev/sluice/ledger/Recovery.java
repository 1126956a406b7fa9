package dev.sluice.ledger;

import dev.sluice.domain.CrashPoint;
import dev.sluice.ledger.booking.Books;
import dev.sluice.ledger.booking.Shipment;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.EscrowStore;
import dev.sluice.ledger.journal.Disk;
import dev.sluice.ledger.journal.JournalReading;
import dev.sluice.ledger.journal.RecoveredCall;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a replica does before it admits a call: takes a new epoch, books what earlier lives left in
/// the journal, gives back what they had not spent. Interrupted anywhere, it can be run again.
public final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final EscrowStore store;
    private final Books books;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final int batch;

    /// The life that begins.
    ///
    /// @param askedNanos the monotonic time the epoch was asked for
    public record Life(Epoch epoch, long askedNanos) {}

    /// @param batch how many calls one transaction books
    public Recovery(
            EscrowStore store, Books books, InstantSource clock, LongSupplier nanoTime, int batch) {
        this.store = store;
        this.books = books;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.batch = batch;
    }

    /// Returns when earlier lives are in the books.
    ///
    /// @throws dev.sluice.ledger.journal.JournalCorruptException when the journal is not whole, or
    ///     another replica's
    public Life run(Disk disk, String replica) throws IOException {
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
        return new Life(epoch, asked);
    }

    private void book(String replica, JournalReading left, Disk disk) throws IOException {
        if (books.lacksAny(left.newestKept(disk))) {
            LOG.warn(
                    "The books lack calls that they had: the database was put back. The calls of"
                            + " the journal's {} kept segments are booked again",
                    left.kept().size());
            Batches batches = new Batches(replica, books::shipAgain);
            left.forEachCallAgain(disk, batches::add);
            batches.end();
        } else {
            Batches batches = new Batches(replica, books::ship);
            left.forEachCall(disk, batches::add);
            batches.end();
        }
    }

    /// Calls of a journal on their way to the books, those of one epoch together.
    private final class Batches {
        private final String replica;
        private final BiConsumer<Epoch, List<Shipment>> ship;
        private final Map<Long, List<Shipment>> byEpoch = new TreeMap<>();

        Batches(String replica, BiConsumer<Epoch, List<Shipment>> ship) {
            this.replica = replica;
            this.ship = ship;
        }

        void add(RecoveredCall call) {
            if (call.known() != RecoveredCall.Known.EXACT) {
                LOG.warn("{} was cut by the end of this replica", call.call().requestId());
            }
            List<Shipment> waiting = byEpoch.computeIfAbsent(call.epoch(), _ -> new ArrayList<>());
            waiting.add(new Shipment(call.hold(), call.call(), call.known()));
            if (waiting.size() == batch) {
                ship.accept(new Epoch(replica, call.epoch()), List.copyOf(waiting));
                waiting.clear();
            }
        }

        void end() {
            byEpoch.values().removeIf(List::isEmpty);
            byEpoch.forEach((number, rest) -> ship.accept(new Epoch(replica, number), rest));
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
