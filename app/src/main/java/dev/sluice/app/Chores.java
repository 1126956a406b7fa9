package dev.sluice.app;

import dev.sluice.ledger.verification.LedgerProofs;
import dev.sluice.ledger.verification.LedgerVerifier;
import dev.sluice.store.Database;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a replica does from time to time beside serving, each kind on a thread of its own.
final class Chores {

    private static final Logger LOG = LoggerFactory.getLogger(Chores.class);

    private Chores() {}

    /// Every minute, in their order; closed to end it.
    static AutoCloseable sweeps(List<Runnable> sweeps) {
        ScheduledExecutorService timer = timer("sweep");
        var unused =
                timer.scheduleWithFixedDelay(
                        () -> {
                            try {
                                sweeps.forEach(Runnable::run);
                            } catch (RuntimeException e) {
                                LOG.warn("sweep failed; it is repeated", e);
                            }
                        },
                        60,
                        60,
                        TimeUnit.SECONDS);
        return timer::shutdownNow;
    }

    /// On a thread of its own: a long book takes minutes, and sweeps must not wait for it.
    static AutoCloseable proofs(Database database, InstantSource clock) {
        LedgerProofs proofs = new LedgerProofs(database, new LedgerVerifier(database), clock);
        ScheduledExecutorService timer = timer("prove-books");
        var unused =
                timer.scheduleWithFixedDelay(
                        () -> {
                            try {
                                proofs.proveDue();
                            } catch (RuntimeException e) {
                                LOG.warn("proving the books failed; it is repeated", e);
                            }
                        },
                        1,
                        15,
                        TimeUnit.MINUTES);
        return timer::shutdownNow;
    }

    private static ScheduledExecutorService timer(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }
}
