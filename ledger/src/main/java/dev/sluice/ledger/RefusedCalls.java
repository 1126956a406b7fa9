package dev.sluice.ledger;

import dev.sluice.ledger.booking.RefusedStore;
import dev.sluice.ledger.call.CallRecord;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Calls that were refused before they held anything, on their way to their rows. Bounded: what
/// comes too fast is dropped and counted.
final class RefusedCalls {

    private static final Logger LOG = LoggerFactory.getLogger(RefusedCalls.class);

    private final RefusedStore store;
    private final InstantSource clock;
    private final Committer<CallRecord> committer;
    private final AtomicLong dropped = new AtomicLong();

    RefusedCalls(RefusedStore store, InstantSource clock, LedgerSettings settings) {
        this.store = store;
        this.clock = clock;
        this.committer =
                new Committer<>(
                        "ledger-refused",
                        settings.refusedQueue(),
                        settings.batch(),
                        settings.gather(),
                        this::write);
    }

    void start() {
        committer.start();
    }

    void add(CallRecord call) {
        if (!committer.offer(call)) {
            dropped.incrementAndGet();
        }
    }

    /// Refused calls that were neither stored nor counted.
    long dropped() {
        return dropped.get();
    }

    /// Writes the counts of minutes that are over.
    void flush() {
        store.flush(clock.instant());
    }

    /// Writes what is queued and counted, within the limit.
    ///
    /// @return true when everything was written
    boolean close(Duration limit) {
        boolean all = committer.close(limit);
        try {
            store.flush(null);
            return all;
        } catch (RuntimeException e) {
            LOG.warn("Counted refusals were lost: {}", e.toString());
            return false;
        }
    }

    private void write(List<CallRecord> batch) {
        try {
            store.write(batch);
            store.flush(clock.instant());
        } catch (RuntimeException e) {
            dropped.addAndGet(batch.size());
            LOG.warn("{} refused calls were not stored: {}", batch.size(), e.toString());
        }
    }
}
