package dev.sluice.app;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Work that is repeated for as long as the server runs, on a thread of its own.
final class Sweeps implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sweeps.class);

    private final ScheduledExecutorService timer;

    private Sweeps(String thread) {
        timer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name(thread).factory());
    }

    /// @param first until it is done first
    /// @param pause from its end to its beginning
    /// @param works each is done whatever becomes of the others
    static Sweeps start(String thread, Duration first, Duration pause, List<Runnable> works) {
        Sweeps sweeps = new Sweeps(thread);
        var unused =
                sweeps.timer.scheduleWithFixedDelay(
                        () -> works.forEach(work -> once(thread, work)),
                        first.toMillis(),
                        pause.toMillis(),
                        TimeUnit.MILLISECONDS);
        return sweeps;
    }

    private static void once(String thread, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.warn("{} failed; it is repeated", thread, e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
