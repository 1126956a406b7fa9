package dev.sluice.ledger;

import dev.sluice.domain.CrashPoint;
import dev.sluice.domain.Money;
import dev.sluice.ledger.booking.Books;
import dev.sluice.ledger.booking.Books.Shipped;
import dev.sluice.ledger.booking.Shipment;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.journal.Journal;
import dev.sluice.ledger.journal.JournalRecord;
import dev.sluice.ledger.journal.Place;
import dev.sluice.ledger.journal.RecoveredCall;
import dev.sluice.store.DatabaseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings ended calls into PostgreSQL, many at a time, tried again until it has them. They are in
/// the journal already: what is left when the process ends is shipped by the next one.
final class Shipper {

    private static final Logger LOG = LoggerFactory.getLogger(Shipper.class);

    /// A call that ended and is not in the books.
    ///
    /// @param shipment null when it is to be read from the journal
    /// @param at where its last record stands; null when the journal failed
    record Ended(@Nullable Shipment shipment, @Nullable Place at) {}

    /// A batch on its way.
    ///
    /// @param places null for calls whose last record failed; as many as there are shipments
    record Batch(List<Shipment> shipments, List<@Nullable Place> places) {

        private Batch one(int index) {
            return new Batch(
                    List.of(shipments.get(index)), Collections.singletonList(places.get(index)));
        }

        private int size() {
            return shipments.size();
        }
    }

    /// Hears of every batch that PostgreSQL has.
    interface Confirmed {
        void booked(Batch batch, Shipped shipped);
    }

    private final Books books;
    private final Journal journal;
    private final Epoch epoch;
    private final LedgerSettings settings;
    private final Confirmed confirmed;
    private final Committer<Ended> committer;
    private final Committer<Batch> aside;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicLong absorbedPicos = new AtomicLong();
    private final AtomicLong offered = new AtomicLong();
    private final AtomicLong workedOff = new AtomicLong();

    Shipper(
            Books books,
            Journal journal,
            Epoch epoch,
            LedgerSettings settings,
            Confirmed confirmed) {
        this.books = books;
        this.journal = journal;
        this.epoch = epoch;
        this.settings = settings;
        this.confirmed = confirmed;
        this.committer =
                new Committer<>(
                        "ledger-ship",
                        Integer.MAX_VALUE,
                        settings.batch(),
                        settings.gather(),
                        this::ship);
        this.aside =
                new Committer<>(
                        "ledger-ship-aside", Integer.MAX_VALUE, 1, Duration.ZERO, this::again);
    }

    void start() {
        committer.start();
        aside.start();
    }

    /// Ships what is queued and gives up at the limit.
    ///
    /// @return true when everything was shipped
    boolean close(Duration limit) {
        boolean all = committer.close(limit);
        closing.countDown();
        return aside.close(limit) && all;
    }

    /// The call's last record is written. Beyond `backlogInMemory` only its place is kept:
    /// the journal has the rest, and its size bounds the backlog.
    ///
    /// @return whether memory keeps the whole call
    boolean add(Shipment shipment, Place at) {
        boolean fits = committer.waiting() < settings.backlogInMemory();
        offer(new Ended(fits ? shipment : null, at), shipment);
        return fits;
    }

    /// The journal failed to keep the call's last record. No more than the open calls come here.
    void addUnwritten(Shipment shipment) {
        offer(new Ended(shipment, null), shipment);
    }

    private void offer(Ended ended, Shipment shipment) {
        // before it is in the queue, so that nobody who saw it end waits for less
        offered.incrementAndGet();
        if (!committer.offer(ended)) {
            offered.decrementAndGet();
            LOG.warn("Closing down: {} is left to the next start", shipment.requestId());
        }
    }

    /// What the operator absorbed since the start of this process.
    Money absorbed() {
        return new Money(absorbedPicos.get());
    }

    /// Waits until the calls that were added so far are in the books or were set aside.
    ///
    /// @return false when the limit has passed before
    boolean awaitWorkedOff(Duration limit) {
        long wanted = offered.get();
        long deadline = System.nanoTime() + limit.toNanos();
        while (workedOff.get() < wanted) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(1_000_000);
        }
        return true;
    }

    private void ship(List<Ended> ended) {
        try {
            shipOrSetAside(ended);
        } finally {
            workedOff.addAndGet(ended.size());
        }
    }

    private void shipOrSetAside(List<Ended> ended) {
        Batch batch = whole(ended);
        if (!booked(batch)) {
            // one of them cannot be written: the others must not wait for it
            for (int i = 0; i < batch.size(); i++) {
                Batch one = batch.one(i);
                if (batch.size() == 1 || !booked(one)) {
                    LOG.error("{} is set aside", one.shipments().getFirst().requestId());
                    aside.offer(one);
                }
            }
        }
    }

    /// Reads from the journal what memory had no room for.
    private Batch whole(List<Ended> ended) {
        List<Place> spilled = new ArrayList<>();
        List<@Nullable Place> places = new ArrayList<>(ended.size());
        for (Ended one : ended) {
            places.add(one.at());
            if (one.shipment() == null) {
                spilled.add(Objects.requireNonNull(one.at()));
            }
        }
        Iterator<JournalRecord.Final> read = journal.read(spilled).iterator();
        List<Shipment> shipments = new ArrayList<>(ended.size());
        for (Ended one : ended) {
            shipments.add(one.shipment() == null ? exact(read.next()) : one.shipment());
        }
        return new Batch(shipments, places);
    }

    private static Shipment exact(JournalRecord.Final last) {
        return new Shipment(last.hold(), last.call(), RecoveredCall.Known.EXACT);
    }

    /// Ships until PostgreSQL has the batch.
    ///
    /// @return false when it refuses it
    private boolean booked(Batch batch) {
        while (true) {
            try {
                done(batch);
                return true;
            } catch (DatabaseException e) {
                if (!canWait(e)) {
                    return false;
                }
                LOG.warn(
                        "{} calls wait for the database (SQLSTATE {})", batch.size(), e.sqlState());
                if (pause(settings.settleRetry())) {
                    return true;
                }
            } catch (RuntimeException e) {
                LOG.error("Shipping {} calls failed", batch.size(), e);
                return false;
            }
        }
    }

    private void again(List<Batch> setAside) {
        for (Batch one : setAside) {
            String requestId = one.shipments().getFirst().requestId();
            boolean ending = pause(settings.settleRetry().multipliedBy(10));
            try {
                done(one);
            } catch (RuntimeException e) {
                LOG.error("Shipping {} failed again", requestId, e);
                if (ending || !aside.offer(one)) {
                    LOG.error("{} is left to the next start", requestId);
                }
            }
        }
    }

    private void done(Batch batch) {
        CrashPoint.SHIP_BEFORE_TRANSACTION.reached();
        Shipped shipped = books.ship(epoch, batch.shipments());
        CrashPoint.SHIP_AFTER_COMMIT.reached();
        if (shipped.absorbed().isPositive()) {
            absorbedPicos.addAndGet(shipped.absorbed().picos());
            LOG.warn("The operator absorbed {} USD of {} calls", shipped.absorbed(), batch.size());
        }
        confirmed.booked(batch, shipped);
        CrashPoint.SHIP_AFTER_CONFIRM.reached();
    }

    // class 57: the server is stopping or ended the statement
    private static boolean canWait(DatabaseException e) {
        String state = e.sqlState();
        return e.isUnavailable() || e.isTransient() || state.isEmpty() || state.startsWith("57");
    }

    private boolean pause(Duration time) {
        try {
            return closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
