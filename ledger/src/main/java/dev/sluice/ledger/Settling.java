package dev.sluice.ledger;

import dev.sluice.domain.Money;
import dev.sluice.ledger.SettleStore.Close;
import dev.sluice.store.DatabaseException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The half of [PostgresLedger] that closes holds: in batches, tried again until PostgreSQL has
/// them. Memory is bounded by the number of open calls.
final class Settling {

    private static final Logger LOG = LoggerFactory.getLogger(Settling.class);

    record Pending(Close close, Runnable durable) {}

    private final SettleStore store;
    private final LedgerSettings settings;
    private final Committer<Pending> committer;
    private final Committer<Pending> aside;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicLong absorbedPicos = new AtomicLong();

    Settling(SettleStore store, LedgerSettings settings) {
        this.store = store;
        this.settings = settings;
        this.committer =
                new Committer<>("ledger-settle", Integer.MAX_VALUE, settings.batch(), this::commit);
        this.aside =
                new Committer<>(
                        "ledger-settle-aside", Integer.MAX_VALUE, settings.batch(), this::again);
    }

    void start() {
        committer.start();
        aside.start();
    }

    /// After this what is not durable stays an open hold and is closed by recovery.
    boolean close(Duration limit) {
        boolean all = committer.close(limit);
        closed.countDown();
        return aside.close(limit) && all;
    }

    void add(Close close, Runnable durable) {
        if (!committer.offer(new Pending(close, durable))) {
            LOG.warn("Closing down: {} is left to recovery", close.requestId());
        }
    }

    int waiting() {
        return committer.waiting() + aside.waiting();
    }

    /// What the operator absorbed since the start of this process.
    Money absorbed() {
        return new Money(absorbedPicos.get());
    }

    private void commit(List<Pending> batch) {
        while (true) {
            try {
                done(batch);
                return;
            } catch (DatabaseException e) {
                if (!canWait(e)) {
                    break;
                }
                LOG.warn(
                        "{} settlements wait for the database (SQLSTATE {})",
                        batch.size(),
                        e.sqlState());
                if (pause(settings.settleRetry())) {
                    return;
                }
            } catch (RuntimeException e) {
                LOG.error("A settlement of {} calls failed", batch.size(), e);
                break;
            }
        }
        // one of them cannot be written: the others must not wait for it
        for (Pending pending : batch) {
            if (batch.size() > 1) {
                commit(List.of(pending));
            } else {
                LOG.error("Settlement of {} is set aside", pending.close().requestId());
                aside.offer(pending);
            }
        }
    }

    private void again(List<Pending> batch) {
        for (Pending pending : batch) {
            boolean closing = pause(settings.settleRetry().multipliedBy(10));
            try {
                done(List.of(pending));
            } catch (RuntimeException e) {
                LOG.error("Settlement of {} failed again", pending.close().requestId(), e);
                if (closing || !aside.offer(pending)) {
                    LOG.error("{} is left to recovery", pending.close().requestId());
                }
            }
        }
    }

    private void done(List<Pending> batch) {
        Money absorbed = store.close(batch.stream().map(Pending::close).toList());
        if (absorbed.isPositive()) {
            absorbedPicos.addAndGet(absorbed.picos());
            LOG.warn("The operator absorbed {} USD of {} calls", absorbed, batch.size());
        }
        for (Pending pending : batch) {
            try {
                pending.durable().run();
            } catch (RuntimeException e) {
                LOG.error("After settling {}", pending.close().requestId(), e);
            }
        }
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
            return closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
