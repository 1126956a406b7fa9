package dev.sluice.gateway.batches;

import dev.sluice.protocol.batch.BatchStatus;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks for batches to work on and holds on to those this replica works on.
final class BatchRunner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LAST_LINES = Duration.ofSeconds(5);

    private final BatchRun.Parts parts;
    private final Map<String, BatchRun> runs = new ConcurrentHashMap<>();
    private final Semaphore woken = new Semaphore(0);
    private volatile boolean pausing;

    BatchRunner(BatchRun.Parts parts) {
        this.parts = parts;
    }

    /// Begins to work.
    void start() {
        parts.threads().execute(this::look);
    }

    /// There may be something new.
    void wake() {
        woken.release();
    }

    /// Takes no more batches and asks no more lines; those being asked are open calls of the
    /// listener, which waits for them.
    void pause() {
        pausing = true;
        runs.values().forEach(BatchRun::leave);
        wake();
    }

    private void look() {
        try {
            while (!pausing) {
                lookOnce();
                if (woken.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                    woken.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookOnce() {
        try {
            hold();
            while (!pausing && runs.size() < parts.limits().batchesAtOnce()) {
                Optional<HeldBatch> taken = parts.work().take(runs.keySet());
                if (taken.isEmpty()) {
                    return;
                }
                begin(taken.get());
            }
        } catch (RuntimeException e) {
            LOG.warn("batches were not looked for; it is repeated", e);
        }
    }

    private void hold() {
        Set<String> mine = Set.copyOf(runs.keySet());
        if (mine.isEmpty()) {
            return;
        }
        Map<String, BatchStatus> held = parts.work().hold(mine);
        for (String id : mine) {
            BatchRun run = runs.get(id);
            BatchStatus status = held.get(id);
            if (run != null && status == null) {
                run.leave();
            } else if (run != null && status == BatchStatus.CANCELLING) {
                run.cancel();
            }
        }
    }

    private void begin(HeldBatch batch) {
        BatchRun run = new BatchRun(batch, parts);
        runs.put(batch.id(), run);
        parts.threads()
                .execute(() -> {
                    try {
                        run.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException e) {
                        LOG.warn("{} was not worked on; it is taken up again", batch.id(), e);
                    } finally {
                        runs.remove(batch.id());
                        wake();
                    }
                });
    }

    /// Ends the work: to be called when the listener has answered its last call. What is held is
    /// left to others at once.
    @Override
    public void close() {
        pause();
        parts.threads().shutdown();
        try {
            if (!parts.threads().awaitTermination(LAST_LINES.toMillis(), TimeUnit.MILLISECONDS)) {
                parts.threads().shutdownNow();
            }
            parts.work().leave();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("batches of this replica are held until their lease ends", e);
        }
    }
}
