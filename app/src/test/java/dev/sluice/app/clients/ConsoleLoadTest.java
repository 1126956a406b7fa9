package dev.sluice.app.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The console over 200,000 stored calls, or over `-Dsluice.stored=N`: every page is soon of use,
/// and what it shows is what the ledger has. `console/walks/load.test.mjs` has the limits.
@Tag("long")
@Timeout(value = 6, unit = TimeUnit.HOURS)
class ConsoleLoadTest {

    private static final long CALLS = Long.getLong("sluice.stored", 200_000);
    private static final Duration SEEDING = Duration.ofHours(5);

    @Test
    void pagesAreQuickOverManyCallsAndTellTheLedger() throws IOException, InterruptedException {
        try (ConsoleServer server = ConsoleServer.start("--no-demo")) {
            String said = server.command(SEEDING, "seed", String.valueOf(CALLS));
            assertThat(said).contains(CALLS + " calls in 'load'");
            Tally tally = ClientSuite.walks("load", server.environment());
            assertThat(tally.failed()).isZero();
            assertThat(tally.skipped()).isZero();
            assertThat(tally.tests()).isGreaterThanOrEqualTo(12);
        }
    }
}
