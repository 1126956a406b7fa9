package dev.sluice.app.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.Secret;
import dev.sluice.simulator.Options;
import dev.sluice.simulator.Simulator;
import java.io.IOException;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The suites against the simulated provider itself: what they expect of a gateway is what a client
/// gets without one. A failure here is the suite's or the simulator's, not the gateway's.
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SdkSuitesTest {

    private static final String KEY = "sk-simulated";

    private Simulator simulator;

    @BeforeAll
    void start() {
        simulator =
                Simulator.start(
                        Options.loopback(InstantSource.system())
                                .withAccount("clients", new Secret(KEY))
                                .withJournal(20_000, null, true));
    }

    @AfterAll
    void stop() {
        simulator.close();
    }

    private SuiteTarget provider() {
        return new SuiteTarget(simulator.baseUrl(), KEY, simulator.origin(), null, null);
    }

    @Test
    void python() throws IOException, InterruptedException {
        Tally tally = ClientSuite.python("provider", provider());
        assertThat(tally.failed()).isZero();
        assertThat(tally.tests() - tally.skipped()).as("tests that ran").isGreaterThan(90);
    }

    /// What the vendors' SDKs expect of the dialects that only the simulator speaks so far.
    @Test
    void dialects() throws IOException, InterruptedException {
        Tally tally = ClientSuite.python("dialects", provider(), "dialects");
        assertThat(tally.failed()).isZero();
        assertThat(tally.tests() - tally.skipped()).as("tests that ran").isGreaterThan(58);
    }

    @Test
    void node() throws IOException, InterruptedException {
        Tally tally = ClientSuite.node("provider", provider());
        assertThat(tally.failed()).isZero();
        assertThat(tally.tests() - tally.skipped()).as("tests that ran").isGreaterThan(60);
    }
}
