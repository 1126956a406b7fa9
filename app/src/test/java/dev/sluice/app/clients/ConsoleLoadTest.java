package dev.sluice.app.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The console over 200,000 stored calls, and in the long suite over ten million, or over
/// `-Dsluice.stored=N`: every page is soon of use, and what it shows is what the ledger has.
/// `console/walks/load.test.mjs` has the limits. Ten million take 40 GB of disk.
class ConsoleLoadTest {

    private static final long MILLIONS = Long.getLong("sluice.stored", 10_000_000);

    @Test
    @Tag("slow")
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void pagesAreQuickOverManyCallsAndTellTheLedger() throws IOException, InterruptedException {
        pagesAreQuickAndTellTheLedger(200_000, Duration.ofMinutes(20));
    }

    @Test
    @Tag("long")
    @Timeout(value = 6, unit = TimeUnit.HOURS)
    void pagesAreQuickOverMillionsOfCallsAndTellTheLedger()
            throws IOException, InterruptedException {
        pagesAreQuickAndTellTheLedger(MILLIONS, Duration.ofHours(5));
    }

    private static void pagesAreQuickAndTellTheLedger(long calls, Duration seeding)
            throws IOException, InterruptedException {
        try (ConsoleServer server = ConsoleServer.start("--no-demo")) {
            String said = server.command(seeding, "seed", String.valueOf(calls));
            assertThat(said).contains(calls + " calls in 'load'");
            Tally tally = ClientSuite.walks("load", server.environment());
            assertThat(tally.failed()).isZero();
            assertThat(tally.skipped()).isZero();
            assertThat(tally.tests()).isGreaterThanOrEqualTo(12);
        }
    }
}
