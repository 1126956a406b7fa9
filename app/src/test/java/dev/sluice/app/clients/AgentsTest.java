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

    /// Codex offers every model a search of the web; it needs a price where the provider makes it.
    private static final String PRICE =
            "{\"input_per_mtok\":\"2.50\",\"output_per_mtok\":\"10.00\"%s}";

    private static final String SEARCHES = ",\"per_search\":\"0.01\"";

    private Installation installation;
    private SuiteTarget gateway;

    @BeforeAll
    void start() {
        installation =
                Installation.start()
                        .withModels(
                                PRICE.formatted(""),
                                "sim-chat",
                                "sim-mini",
                                "sim-reasoner",
                                "sim-embed");
        URI simulator = installation.simulator().origin();
        upstream("messages", "anthropic", simulator.toString());
        upstream("responses", "openai", simulator + "/v1");
        upstream("gemini", "gemini", simulator.toString());
        model("by-messages", "messages", "sim-reasoner", "");
        model("by-responses", "responses", "sim-reasoner", SEARCHES);
        model("by-gemini", "gemini", "sim-reasoner", "");
        // a name that Codex knows
        model("gpt-6-sol", "sim", "sim-chat", "");
        installation.topUp("1000.00");
        gateway =
                new SuiteTarget(
                        URI.create(installation.baseUrl() + "/v1"),
                        installation.key("agents", "clients", "development"),
                        simulator,
                        new SuiteTarget.Management(
                                URI.create(installation.baseUrl()), Installation.ADMIN_KEY),
                        null);
    }

    /// The simulated provider where it speaks as another.
    private void upstream(String name, String provider, String baseUrl) {
        installation.admin(
                "POST",
                "/admin/v1/upstreams",
                "{\"name\":\"%s\",\"provider\":\"%s\",\"base_url\":\"%s\",\"credential\":\"sk-sim\"}"
                        .formatted(name, provider, baseUrl));
    }

    private void model(String name, String upstream, String model, String more) {
        installation.admin(
                "POST",
                "/admin/v1/models",
                "{\"name\":\"%s\",\"targets\":[{\"upstream\":\"%s\",\"model\":\"%s\"}],\"price\":%s,\"context_window\":200000}"
                        .formatted(name, upstream, model, PRICE.formatted(more)));
    }

    @AfterAll
    void stop() {
        installation.close();
    }

    @Test
    void agents() throws IOException, InterruptedException {
        assertAllRan(ClientSuite.nodeIn("agents", "gateway", gateway, "--test-concurrency=2"), 55);
    }

    @Test
    void aider() throws IOException, InterruptedException {
        assertAllRan(ClientSuite.pythonIn("aider", "gateway", gateway), 9);
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
