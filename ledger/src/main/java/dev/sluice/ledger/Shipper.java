package dev.sluice.ledger;

import dev.sluice.domain.CrashPoint;
import dev.sluice.domain.Money;
import dev.sluice.ledger.ShipStore.Shipment;
import dev.sluice.ledger.ShipStore.Shipped;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.store.DatabaseException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings ended calls into PostgreSQL, many at a time, tried again until it has them. They are in
/// the journal already: what is left when the process ends is shipped by the next one.
final class Shipper {

    private static final Logger LOG = LoggerFactory.getLogger(Shipper.class);

    private final ShipStore store;
    private final Epoch epoch;
    private final LedgerSettings settings;
    private final BiConsumer<List<Shipment>, Shipped> confirmed;
    private final Committer<Shipment> committer;
    private final Committer<Shipment> aside;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicLong absorbedPicos = new AtomicLong();

    /// @param confirmed hears of every batch that PostgreSQL has
    Shipper(
            ShipStore store,
            Epoch epoch,
            LedgerSettings settings,
            BiConsumer<List<Shipment>, Shipped> confirmed) {
        this.store = store;
        this.epoch = epoch;
        this.settings = settings;
        this.confirmed = confirmed;
        this.committer =
                new Committer<>("ledger-ship", Integer.MAX_VALUE, settings.batch(), this::ship);
        this.aside =
                new Committer<>(
                        "ledger-ship-aside", Integer.MAX_VALUE, settings.batch(), this::again);
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

    /// Memory is bounded by the number of open calls.
    void add(Shipment shipment) {
        if (!committer.offer(shipment)) {
            LOG.warn("Closing down: {} is left to the next start", shipment.requestId());
        }
    }

    int waiting() {
        return committer.waiting() + aside.waiting();
    }

    /// What the operator absorbed since the start of this process.
    Money absorbed() {
        return new Money(absorbedPicos.get());
    }

    private void ship(List<Shipment> batch) {
        while (true) {
            try {
                done(batch);
                return;
            } catch (DatabaseException e) {
                if (!canWait(e)) {
                    break;
                }
                LOG.warn(
                        "{} calls wait for the database (SQLSTATE {})", batch.size(), e.sqlState());
                if (pause(settings.settleRetry())) {
                    return;
                }
            } catch (RuntimeException e) {
                LOG.error("Shipping {} calls failed", batch.size(), e);
                break;
            }
        }
        // one of them cannot be written: the others must not wait for it
        for (Shipment shipment : batch) {
            if (batch.size() > 1) {
                ship(List.of(shipment));
            } else {
                LOG.error("{} is set aside", shipment.requestId());
                aside.offer(shipment);
            }
        }
    }

    private void again(List<Shipment> batch) {
        for (Shipment shipment : batch) {
            boolean ending = pause(settings.settleRetry().multipliedBy(10));
            try {
                done(List.of(shipment));
            } catch (RuntimeException e) {
                LOG.error("Shipping {} failed again", shipment.requestId(), e);
                if (ending || !aside.offer(shipment)) {
                    LOG.error("{} is left to the next start", shipment.requestId());
                }
            }
        }
    }

    private void done(List<Shipment> batch) {
        CrashPoint.SHIP_BEFORE_TRANSACTION.reached();
        Shipped shipped = store.ship(epoch, batch);
        CrashPoint.SHIP_AFTER_COMMIT.reached();
        if (shipped.absorbed().isPositive()) {
            absorbedPicos.addAndGet(shipped.absorbed().picos());
            LOG.warn("The operator absorbed {} USD of {} calls", shipped.absorbed(), batch.size());
        }
        confirmed.accept(batch, shipped);
        CrashPoint.SHIP_AFTER_CONFIRM.reached();
    }

    // class 08: no connection; 57: the server is stopping or ended the statement; 53: it is full
    private static boolean canWait(DatabaseException e) {
        String state = e.sqlState();
        return e.isUnavailable()
                || e.isTransient()
                || state.isEmpty()
                || state.startsWith("57")
                || state.startsWith("53");
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
