package dev.sluice.app.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Installation;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Coding agents and frameworks as their users run them, against the running gateway: installed
/// from their registries, pointed at Sluice by base URL and key alone.
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AgentsTest {

    /// Codex offers every model a search of the web.
    private static final String PRICE =
            "{\"input_per_mtok\":\"2.50\",\"output_per_mtok\":\"10.00\",\"per_search\":\"0.01\"}";

    private Installation installation;
    private SuiteTarget gateway;

    @BeforeAll
    void start() {
        installation =
                Installation.start()
                        .withModels(PRICE, "sim-chat", "sim-mini", "sim-reasoner", "sim-embed");
        installation.topUp("1000.00");
        gateway =
                new SuiteTarget(
                        URI.create(installation.baseUrl() + "/v1"),
                        installation.key("agents", "clients", "development"),
                        installation.simulator().origin(),
                        null,
                        null);
    }

    @AfterAll
    void stop() {
        installation.close();
    }

    @Test
    void agents() throws IOException, InterruptedException {
        assertAllRan(ClientSuite.nodeIn("agents", "gateway", gateway), 15);
    }

    @Test
    void aider() throws IOException, InterruptedException {
        assertAllRan(ClientSuite.pythonIn("aider", "gateway", gateway), 2);
    }

    @Test
    void frameworks() throws IOException, InterruptedException {
        assertAllRan(ClientSuite.pythonIn("frameworks", "gateway", gateway), 140);
    }

    @Test
    void liteLlmAndLlamaIndex() throws IOException, InterruptedException {
        assertAllRan(ClientSuite.pythonIn("litellm", "gateway", gateway), 26);
    }

    private void assertAllRan(Tally tally, int least) {
        assertThat(tally.failed()).isZero();
        assertThat(tally.skipped()).isZero();
        assertThat(tally.tests()).as("tests that ran").isGreaterThan(least);
        assertThat(installation.openExchanges()).isZero();
        installation.assertBooksAreClean();
    }
}
