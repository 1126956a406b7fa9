package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.routing.OwnListener;
import dev.sluice.domain.KeyDigest;
import dev.sluice.policy.KeyEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Providers, the health of targets, minted keys and the test of an upstream.
@Tag("slow")
class RoutingRoutesTest {

    private MoneyPlane money;
    private String east;

    @BeforeEach
    void start() {
        money = new MoneyPlane();
        var operator = money.installation().in("acme");
        east =
                operator.post(
                                "/admin/v1/upstreams",
                                """
                                {"name":"east","provider":"simulator",
                                 "base_url":"http://127.0.0.1:9/v1"}
                                """)
                        .ok(201)
                        .path("id")
                        .asString();
        operator.post(
                        "/admin/v1/upstreams",
                        """
                        {"name":"west","provider":"simulator","base_url":"http://127.0.0.1:9/v1"}
                        """)
                .ok(201);
        operator.post(
                        "/admin/v1/models",
                        """
                        {"name":"fast","targets":[{"upstream":"west","model":"sim-chat"},
                                                  {"upstream":"east","model":"sim-mini"}]}
                        """)
                .ok(201);
    }

    @AfterEach
    void stop() {
        money.close();
    }

    /// The key of the snapshot that a credential opens.
    private KeyEntry entry(String credential) {
        return money.plane
                .control
                .snapshots()
                .current()
                .key(KeyDigest.of(credential))
                .orElseThrow();
    }

    @Test
    void aTestIsOneRealCallThatMayGoToThisUpstreamAlone() {
        AtomicReference<KeyEntry> used = new AtomicReference<>();
        AtomicReference<String> sent = new AtomicReference<>();
        money.listener.set((path, key, json, _) -> {
            used.set(entry(key.reveal()));
            sent.set(path + " " + new String(json, StandardCharsets.UTF_8));
            return new OwnListener.Heard(
                    200,
                    Map.of("x-request-id", "req_7", "x-sluice-cost-usd", "0.000002"),
                    "{\"choices\":[{\"message\":{\"content\":\"ok\"}}]}");
        });
        JsonNode answer = money.acme.post("/admin/v1/upstreams/east/test", "{}").ok(200);
        assertThat(answer.path("ok").asBoolean()).isTrue();
        assertThat(answer.path("model").asString()).isEqualTo("fast");
        assertThat(answer.path("upstream_model").asString()).isEqualTo("sim-mini");
        assertThat(answer.path("answer").asString()).isEqualTo("ok");
        assertThat(answer.path("request_id").asString()).isEqualTo("req_7");
        assertThat(answer.path("cost_usd").asString()).isEqualTo("0.000002");
        assertThat(sent.get()).startsWith("/v1/chat/completions").contains("\"model\":\"fast\"");
        KeyEntry key = used.get();
        assertThat(key.upstreamId()).isEqualTo(east);
        assertThat(key.models()).containsExactly("fast");
        assertThat(key.trafficClass()).isEqualTo("test");
        assertThat(key.notAfter()).isEqualTo(money.plane.now.get().plus(Duration.ofMinutes(5)));
        assertThat(money.acme.get("/admin/v1/keys").ok(200).path("data").size())
                .as("minted keys are in no list")
                .isZero();
        assertThat(
                        money.acme
                                .get("/admin/v1/keys/" + key.id())
                                .ok(200)
                                .path("minted_for")
                                .asString())
                .isEqualTo("test");
        assertThat(money.acme.get("/admin/v1/audit").ok(200).toString()).contains("\"mint\"");
    }

    @Test
    void aTestThatFailsSaysWhy() {
        money.listener.set((_, _, _, _) ->
                new OwnListener.Heard(
                        502,
                        Map.of("x-request-id", "req_8"),
                        "{\"error\":{\"code\":\"upstream_error\",\"message\":\"refused\"}}"));
        JsonNode answer = money.acme.post("/admin/v1/upstreams/east/test", "{}").ok(200);
        assertThat(answer.path("ok").asBoolean()).isFalse();
        assertThat(answer.path("status").asInt()).isEqualTo(502);
        assertThat(answer.path("error").path("code").asString()).isEqualTo("upstream_error");
        money.listener.set((_, _, _, _) -> {
            throw new IOException("connection refused");
        });
        JsonNode silent = money.acme.post("/admin/v1/upstreams/east/test", "{}").ok(200);
        assertThat(silent.path("status").asInt()).isZero();
        assertThat(silent.path("error").path("code").asString()).isEqualTo("no_answer");
        money.acme
                .post("/admin/v1/upstreams/east/test", "{\"model\":\"other\"}")
                .refused(409, "conflict", null);
        money.acme.post("/admin/v1/upstreams/moon/test", "{}").refused(404, "not_found", null);
    }

    @Test
    void targetsShowHowTheirLastCallsFared() {
        money.acme.post("/admin/v1/topups", "{\"amount\":\"9\",\"reference\":\"t\"}").ok(201);
        money.call(CallSpec.of(money.acmeId, money.plane.now.get(), 10, 10));
        money.call(CallSpec.of(money.acmeId, money.plane.now.get(), 10, 10).status(502));
        JsonNode health = money.acme.get("/admin/v1/routing/upstreams").ok(200);
        assertThat(health.path("calls").asLong()).isEqualTo(2);
        assertThat(health.path("data").size()).isEqualTo(2);
        JsonNode target = health.path("data").get(0);
        assertThat(target.path("upstream").asString()).isEqualTo("east");
        assertThat(target.path("models").get(0).asString()).isEqualTo("fast");
        // those calls went to an upstream that no model of the configuration names
        assertThat(target.path("state").asString()).isEqualTo("idle");
        var figures =
                new dev.sluice.ledger.reading.TargetHealth(money.database())
                        .recent(money.acmeId, money.plane.now.get().plusSeconds(1));
        var called = figures.targets().values().iterator().next();
        assertThat(called.attempts()).isEqualTo(2);
        assertThat(called.failures()).isEqualTo(1);
        assertThat(called.p50Millis()).isNotNull();
        var failure = called.lastFailure();
        assertThat(failure).isNotNull();
        if (failure != null) {
            assertThat(failure.status()).isEqualTo(502);
        }
    }

    @Test
    void providersAndTheirModelsAreListed() {
        JsonNode providers = money.acme.get("/admin/v1/providers").ok(200).path("data");
        assertThat(providers.size()).isGreaterThan(3);
        String named = null;
        for (JsonNode provider : providers) {
            assertThat(provider.path("models").size())
                    .isEqualTo(provider.path("model_count").asInt());
            if (provider.path("model_count").asLong() > 0 && named == null) {
                named = provider.path("id").asString();
                assertThat(
                                money.acme
                                        .get("/admin/v1/providers/" + named)
                                        .ok(200)
                                        .path("models")
                                        .size())
                        .isEqualTo(provider.path("model_count").asInt());
            }
        }
        assertThat(named).isNotNull();
        money.acme.get("/admin/v1/providers/none").refused(404, "not_found", null);
    }

    @Test
    void keysAreListedByState() {
        String base =
                "{\"label\":\"%s\",\"team\":\"t\",\"owner\":\"user:ana\","
                        + "\"environment\":\"staging\"%s}";
        String team =
                money.acme
                        .post("/admin/v1/teams", "{\"name\":\"t\"}")
                        .ok(201)
                        .path("id")
                        .asString();
        money.acme.post("/admin/v1/keys", base.formatted("fresh", "")).ok(201);
        money.acme.post("/admin/v1/keys", base.formatted("late", ",\"rotate_days\":2")).ok(201);
        money.acme
                .post(
                        "/admin/v1/keys",
                        base.formatted("short", ",\"expires_at\":\"2026-11-22T00:00:00Z\""))
                .ok(201);
        money.acme.post("/admin/v1/keys", base.formatted("dead", "")).ok(201);
        money.acme.post("/admin/v1/keys/dead/revoke", "").ok(200);
        money.plane.advance(Duration.ofDays(3));
        assertThat(labels("state=active")).isEqualTo("fresh,late");
        assertThat(labels("state=overdue")).isEqualTo("late");
        assertThat(labels("state=expired")).isEqualTo("short");
        assertThat(labels("state=revoked")).isEqualTo("dead");
        assertThat(labels("team=t")).isEqualTo("dead,fresh,late,short");
        assertThat(labels("team=" + team)).isEqualTo("dead,fresh,late,short");
        assertThat(labels("team=u")).isEmpty();
        assertThat(labels("search=FRE")).isEqualTo("fresh");
        assertThat(labels("owner=user:ana&inactive_days=2")).isEqualTo("fresh,late,short");
        money.acme.get("/admin/v1/keys?state=lost").refused(400, "invalid_request", "state");
    }

    private String labels(String query) {
        return String.join(
                ",",
                money.acme
                        .get("/admin/v1/keys?" + query)
                        .ok(200)
                        .path("data")
                        .valueStream()
                        .map(key -> key.path("label").asString())
                        .sorted()
                        .toList());
    }
}
