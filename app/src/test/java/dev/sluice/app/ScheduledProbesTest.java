package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Probes that the server makes by itself, from its calendar to what is kept of them.
@SuppressWarnings("NullAway.Init") // made by each test
@Tag("slow")
class ScheduledProbesTest {

    private static final String PRICE = "{\"input_per_mtok\":\"2.50\",\"output_per_mtok\":\"10\"}";
    private static final List<String> SPOKEN = List.of("chat", "gemini", "messages", "responses");
    private static final Duration DAY = Duration.ofHours(24);

    private Installation installation;

    @AfterEach
    void close() {
        installation.close();
    }

    private void begin(Map<String, String> settings) {
        installation = Installation.start(settings).withModels(PRICE, "sim-chat");
        installation.topUp("10.00");
        upstream(
                """
                {"dialects":["openai-chat","openai-responses","anthropic-messages","gemini"]}
                """);
    }

    /// Moves all that is due nearer, as time would, and lets the server look.
    private void pass(Duration time) {
        look();
        installation
                .database()
                .database()
                .inTransaction(sql ->
                        sql.update(
                                """
                                UPDATE probe_place SET due_at = due_at - make_interval(secs => ?)
                                """,
                                time.toSeconds()));
        look();
    }

    /// Until what is due has been asked: two at a time.
    private void look() {
        for (int i = 0; i < 5; i++) {
            installation.server().probes().lookOnce();
            LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
        }
    }

    private JsonNode get(String path) {
        return installation.admin("GET", "/admin/v1/" + path, null).path("data");
    }

    private void upstream(String fields) {
        JsonNode sim = get("upstreams").get(0);
        installation.admin("PATCH", "/admin/v1/upstreams/" + sim.path("id").asString(), fields);
    }

    private void addModel(String name, String baseUrl, String dialect) {
        installation.admin(
                "POST",
                "/admin/v1/upstreams",
                """
                {"name":"at-%s","provider":"openai-compatible","base_url":"%s",
                 "dialects":["%s"],"timeouts":{"connect":"1s","first_byte":"2s"}}
                """
                        .formatted(name, baseUrl, dialect));
        installation.admin(
                "POST",
                "/admin/v1/models",
                """
                {"name":"%s","targets":[{"upstream":"at-%s","model":"%s"}],"price":%s}
                """
                        .formatted(name, name, name, PRICE));
    }

    private JsonNode awaitProbes(int count) {
        return installation
                .await("/admin/v1/probes", page -> page.path("data").size() == count)
                .path("data");
    }

    private BigDecimal ofToday() {
        return installation
                .database()
                .database()
                .read(sql ->
                        sql.one(
                                "SELECT coalesce(sum(usd), 0) AS usd FROM probe_day",
                                row -> row.decimal("usd")));
    }

    @Test
    void nothingIsProbedUnlessSomebodyAsksForIt() {
        begin(Map.of());
        pass(DAY);
        assertThat(get("probes")).isEmpty();
        assertThat(installation.simulator().journal().calls()).isEmpty();
    }

    @Test
    void everyFamilyThatAnUpstreamSpeaksIsProbedAtNobodysCost() {
        begin(Map.of("SLUICE_PROBE_EVERY", "24h"));
        pass(Duration.ZERO);
        assertThat(get("probes")).as("not all at once at the start").isEmpty();
        pass(DAY);
        JsonNode probes = awaitProbes(SPOKEN.size());
        assertThat(probes.valueStream().map(probe -> probe.path("family").asString()))
                .containsExactlyInAnyOrderElementsOf(SPOKEN);
        BigDecimal cost = BigDecimal.ZERO;
        for (JsonNode probe : probes) {
            assertThat(probe.path("label").asString()).isEqualTo("simulated");
            assertThat(probe.path("check").asString()).isEqualTo("text");
            BigDecimal one = new BigDecimal(probe.path("cost_usd").asString());
            assertThat(one).isPositive();
            cost = cost.add(one);
            JsonNode call =
                    installation.admin(
                            "GET",
                            "/admin/v1/requests/" + probe.path("request_id").asString(),
                            null);
            assertThat(call.path("cost_usd").asString()).isEqualTo("0");
            assertThat(call.path("key").asString()).isEqualTo("probes");
        }
        assertThat(installation.admin("GET", "/admin/v1/balance", null).path("balance").asString())
                .isEqualTo("10");
        assertThat(ofToday()).isEqualByComparingTo(cost);
        for (JsonNode newest : get("availability")) {
            Instant next = Instant.parse(newest.path("next_at").asString());
            assertThat(next)
                    .isBetween(
                            Instant.now().plus(DAY).minusSeconds(600),
                            Instant.now().plus(DAY.multipliedBy(11).dividedBy(10)));
        }
        pass(Duration.ofHours(1));
        assertThat(get("probes").size()).as("not before it is due").isEqualTo(SPOKEN.size());
        pass(DAY.multipliedBy(2));
        awaitProbes(2 * SPOKEN.size());
        installation.assertBooksAreClean();
    }

    @Test
    void anUpstreamSaysForItselfHowOften() {
        begin(Map.of("SLUICE_PROBE_EVERY", "24h"));
        upstream("{\"probe_every\":\"never\"}");
        assertThat(get("upstreams").get(0).path("probe_every").asString()).isEqualTo("never");
        pass(DAY);
        assertThat(get("probes")).isEmpty();
        upstream("{\"probe_every\":\"1h\"}");
        pass(Duration.ofHours(1));
        awaitProbes(SPOKEN.size());
        assertThat(
                        installation
                                .adminAnswer(
                                        "POST",
                                        "/admin/v1/upstreams",
                                        "{\"name\":\"x\",\"provider\":\"simulator\","
                                                + "\"base_url\":\"http://127.0.0.1:1\","
                                                + "\"probe_every\":\"1s\"}",
                                        Map.of())
                                .body())
                .contains("probe_every", "10m to 720h");
    }

    /// One says that it does not do this, the other does not answer.
    @Test
    void refusalsAndFailuresAreToldApart() {
        begin(Map.of());
        addModel("elsewhere", installation.simulator().origin() + "/nowhere", "openai-chat");
        addModel("silent", "http://127.0.0.1:1/v1", "openai-chat");
        for (JsonNode one : get("upstreams")) {
            if (!one.path("name").asString().equals("sim")) {
                installation.admin(
                        "PATCH",
                        "/admin/v1/upstreams/" + one.path("id").asString(),
                        "{\"probe_every\":\"6h\"}");
            }
        }
        pass(DAY);
        JsonNode probes = awaitProbes(2);
        for (JsonNode probe : probes) {
            boolean silent = probe.path("model").asString().equals("silent");
            assertThat(probe.path("label").asString())
                    .isEqualTo(silent ? "unknown_failure" : "official_unsupported");
            assertThat(probe.path("status").asInt()).isEqualTo(silent ? 502 : 404);
            assertThat(probe.path("note").asString()).isNotBlank();
        }
        installation.assertBooksAreClean();
    }

    @Test
    void aDaysMoneyIsNotExceeded() {
        // room for the worst case of one probe, not of two; what it did not use serves the next
        begin(
                Map.of(
                        "SLUICE_PROBE_EVERY", "24h",
                        "SLUICE_PROBE_USD_PER_DAY", "0.005"));
        pass(DAY);
        awaitProbes(SPOKEN.size());
        assertThat(ofToday()).isPositive().isLessThan(new BigDecimal("0.005"));
        for (int day = 0; day < 3; day++) {
            pass(DAY.multipliedBy(2));
            assertThat(ofToday()).isLessThanOrEqualTo(new BigDecimal("0.005"));
        }
    }

    @Test
    void withoutMoneyNothingIsAsked() {
        begin(Map.of("SLUICE_PROBE_EVERY", "24h", "SLUICE_PROBE_USD_PER_DAY", "0"));
        pass(DAY);
        assertThat(get("probes")).isEmpty();
        assertThat(installation.simulator().journal().calls()).isEmpty();
    }

    @Test
    void oneReplicaAtATimeHasTheTurn() {
        begin(Map.of());
        installation
                .database()
                .database()
                .inTransaction(sql ->
                        sql.update(
                                """
                                INSERT INTO probe_turn (held_by, held_until)
                                VALUES ('another', now() + interval '1 hour')
                                """));
        upstream("{\"probe_every\":\"1h\"}");
        pass(DAY);
        assertThat(get("probes")).isEmpty();
        installation
                .database()
                .database()
                .inTransaction(sql ->
                        sql.update("UPDATE probe_turn SET held_until = now() - interval '1 s'"));
        pass(DAY);
        awaitProbes(SPOKEN.size());
    }
}
