package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.demo.Cast;
import dev.sluice.app.demo.PastMonth;
import dev.sluice.app.demo.Stage;
import dev.sluice.checker.Checker;
import dev.sluice.store.Row;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The demonstration's thirty days are books like any others, show what pages are for, and go
/// again. The figures of the pages are those of the ledger.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // made before the first test
@Timeout(120)
@Tag("slow")
class DemoPastTest {

    private Installation sluice;
    private InProcess api;
    private String key;
    private String organization;
    private Instant ends = Instant.EPOCH;

    @BeforeAll
    void writeThePast() throws InterruptedException {
        sluice = Installation.start();
        Server server = sluice.server();
        api = new InProcess(server.control().router(), server.adminKey());
        Demo.register(api, sluice.simulator());
        key = Objects.requireNonNull(Demo.ensure(api, server)).reveal();
        DemoPast past = DemoPast.start(server, api, sluice.simulator());
        while (!server.secrets().demoPast().equals(java.util.Optional.of("done"))) {
            assertThat(past.isAlive()).as("it ended without an end").isTrue();
            String state = server.secrets().demoPast().orElse("");
            ends = state.startsWith("2") ? Instant.parse(state) : ends;
            Thread.sleep(50);
        }
        organization = server.stage("demo").organization().id();
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    private <T> List<T> rows(String sql, Function<Row, T> mapper) {
        return sluice.database().database().read(in -> in.list(sql, mapper, organization));
    }

    private long count(String condition) {
        return rows(
                        "SELECT count(*) AS n FROM call WHERE organization_id = ? AND " + condition,
                        row -> row.bigint("n"))
                .getFirst();
    }

    private HttpResponse<String> call() {
        return sluice.chat(key, Installation.chatBody("sim-chat", "Hello", 40));
    }

    private JsonNode get(String path) {
        HttpResponse<String> answer =
                sluice.adminAnswer(
                        "GET", "/admin/v1/" + path, null, Map.of("x-sluice-organization", "demo"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    @Test
    @Order(1)
    void itsBooksAreClean() throws SQLException {
        try (var connection = sluice.database().database().connect()) {
            Checker.of(connection).atRest().assertClean();
        }
        JsonNode verified = get("ledger/verify");
        assertThat(verified.path("ok").asBoolean()).as(verified.toString()).isTrue();
    }

    @Test
    @Order(2)
    void thePagesFiguresAreThoseOfTheLedger() {
        String ofPage = get("usage").path("totals").path("usd").asString();
        BigDecimal ofLedger =
                rows(
                                "SELECT sum(amount)::numeric AS n FROM transfer"
                                        + " WHERE organization_id = ? AND kind = 'charge'",
                                row -> row.decimal("n"))
                        .getFirst();
        assertThat(new BigDecimal(ofPage)).isEqualByComparingTo(ofLedger).isPositive();
    }

    @Test
    @Order(3)
    void everyPageHasSomethingToShow() {
        assertThat(count("true")).isBetween(2_500L, 6_000L);
        assertThat(
                        rows(
                                "SELECT count(DISTINCT admitted_at::date) AS n FROM call"
                                        + " WHERE organization_id = ?",
                                row -> row.bigint("n")))
                .first()
                .satisfies(days -> assertThat(days).isGreaterThanOrEqualTo(30));
        assertThat(count("admitted_at > now() - interval '1 hour'")).isPositive();
        assertThat(count("error_code = 'quota_exceeded' AND rule = 'autumn-launch'"))
                .isGreaterThan(5);
        assertThat(count("error_code = 'quota_exceeded' AND rule = 'support-day'")).isPositive();
        assertThat(count("status_code = 200 AND jsonb_array_length(attempts) = 2"))
                .isGreaterThan(10);
        assertThat(count("status_code = 502")).isPositive();
        assertThat(count("status_code = 499 AND estimated")).isPositive();
        assertThat(count("finish_reason = 'length'")).isPositive();
        assertThat(count("(measures->>'images')::numeric > 0")).isGreaterThan(50);
        assertThat(count("endpoint = 'embeddings'")).isGreaterThan(100);
        assertThat(get("topups").path("data").size()).isEqualTo(5);
        assertThat(get("refunds").path("data").size()).isGreaterThanOrEqualTo(3);
        assertThat(get("keys?inactive_days=14").path("data").toString())
                .contains("old-prototype")
                .doesNotContain("help-desk");
        JsonNode state = get("quotas/autumn-launch/state");
        assertThat(new BigDecimal(state.path("remaining").asString())).isLessThan(BigDecimal.ONE);
    }

    @Test
    @Order(4)
    void theHistoryOfPaymentsAddsUp() {
        List<JsonNode> movements = get("topups").path("data").valueStream().toList().reversed();
        assertThat(movements.getFirst().path("reference").asString()).isEqualTo("play-money");
        assertThat(movements.getFirst().path("balance_after").asString()).isEqualTo("25");
        assertThat(movements).extracting(entry -> entry.path("created_at").asString()).isSorted();
        assertThat(movements)
                .allSatisfy(entry ->
                        assertThat(new BigDecimal(entry.path("balance_after").asString()))
                                .isPositive());
    }

    @Test
    @Order(5)
    void writingItAgainChangesNothing() {
        long before = count("true");
        String balance = get("balance").path("balance").asString();
        Stage stage = sluice.server().stage("demo");
        new PastMonth(stage.endingAt(ends), Cast.shipped(), DemoPast.SEED).write(() -> false);
        assertThat(count("true")).isEqualTo(before);
        assertThat(get("balance").path("balance").asString()).isEqualTo(balance);
    }

    @Test
    @Order(6)
    void itsKeyStillCalls() {
        HttpResponse<String> answer = call();
        // the first hold asks the database; a busy machine may be told to come again
        for (int i = 0; i < 20 && answer.statusCode() == 503; i++) {
            answer = call();
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        sluice.await(
                "/admin/v1/organizations",
                _ -> count("ended_at > now() - interval '1 minute'") > 0);
    }

    @Test
    @Order(7)
    void oneCallWipesItAndItDoesNotComeBack() throws SQLException {
        sluice.admin("POST", "/admin/v1/organizations/demo/wipe", "{}");
        for (String table :
                List.of(
                        "call",
                        "transfer",
                        "account",
                        "usage_rollup",
                        "usage_day",
                        "api_key",
                        "team")) {
            assertThat(
                            rows(
                                    "SELECT count(*) AS n FROM "
                                            + table
                                            + " WHERE organization_id = ?",
                                    row -> row.bigint("n")))
                    .as(table)
                    .containsExactly(0L);
        }
        assertThat(call().statusCode()).isEqualTo(401);
        assertThat(Demo.ensure(api, sluice.server())).isNull();
        assertThat(api.find("/admin/v1/organizations", "demo")).isEmpty();
        try (var connection = sluice.database().database().connect()) {
            Checker.of(connection).assertClean();
        }
        assertThat(sluice.admin("GET", "/admin/v1/ledger/verify", null).path("ok").asBoolean())
                .isTrue();
    }
}
