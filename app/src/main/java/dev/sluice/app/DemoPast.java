package dev.sluice.app;

import dev.sluice.app.demo.Cast;
import dev.sluice.app.demo.PastMonth;
import dev.sluice.app.demo.Stage;
import dev.sluice.simulator.Simulator;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives the sandbox `demo` its past, once, beside a server that already serves. A start that finds
/// it half written goes on with the same calls.
final class DemoPast implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DemoPast.class);

    /// The same seed and the same end tell the same month.
    static final long SEED = 20_261_129;

    private static final String DONE = "done";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Server server;
    private final InProcess api;
    private final Simulator simulator;
    private final Thread thread;
    private volatile boolean stopping;

    private DemoPast(Server server, InProcess api, Simulator simulator) {
        this.server = server;
        this.api = api;
        this.simulator = simulator;
        this.thread = Thread.ofVirtual().name("demo-past").unstarted(this::run);
    }

    static DemoPast start(Server server, InProcess api, Simulator simulator) {
        DemoPast past = new DemoPast(server, api, simulator);
        past.thread.start();
        return past;
    }

    private void run() {
        KeptSecrets secrets = server.secrets();
        String state = secrets.demoPast().orElse("");
        if (state.equals(DONE)) {
            return;
        }
        try {
            Instant now =
                    state.isEmpty()
                            ? server.clock().instant().truncatedTo(ChronoUnit.SECONDS)
                            : Instant.parse(state);
            secrets.keepDemoPast(now.toString());
            Instant begun = server.clock().instant();
            Cast cast = Cast.shipped();
            Demo.furnish(api, cast, simulator);
            Stage stage = server.stage(Demo.SANDBOX).endingAt(now);
            if (!new PastMonth(stage, cast, SEED).write(() -> stopping)) {
                return;
            }
            secrets.keepDemoPast(DONE);
            LOG.info(
                    "demonstration: the {} days until {} are written (seed {}, {} ms)",
                    PastMonth.DAYS,
                    now,
                    SEED,
                    Duration.between(begun, server.clock().instant()).toMillis());
        } catch (RuntimeException e) {
            // nothing but the demonstration depends on it
            LOG.warn("demonstration: its past is not complete; the next start goes on", e);
        }
    }

    /// Whether it is still being written.
    boolean isAlive() {
        return thread.isAlive();
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
