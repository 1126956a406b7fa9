package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Plane.Caller;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Window;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExplainRoutesTest {

    private MoneyPlane money;
    private Caller acme;
    private Caller globex;
    private String acmeId;
    private String globexId;
    private int tests;

    @BeforeAll
    void open() {
        money = new MoneyPlane();
    }

    /// Two organizations that no other test knows.
    @BeforeEach
    void start() {
        tests++;
        acme = money.plane.organization("acme" + tests, "owner");
        globex = money.plane.organization("globex" + tests, "owner");
        acmeId = money.organizationId("acme" + tests);
        globexId = money.organizationId("globex" + tests);
        acme.post("/admin/v1/topups", "{\"amount\":\"5\",\"reference\":\"t\"}").ok(201);
    }

    @AfterAll
    void stop() {
        money.close();
    }

    private static String body(String model, int maxTokens) {
        return "{\"endpoint\":\"/v1/chat/completions\",\"body\":{\"model\":\"%s\",\"max_tokens\":%d}"
                .formatted(model, maxTokens);
    }

    private JsonNode estimate(Caller caller, String body) {
        return caller.post("/admin/v1/estimate", body).ok(200);
    }

    @Test
    void anEstimateIsTheRealHold() {
        JsonNode answer = estimate(acme, body("sim-chat", 1_000) + "}");
        assertThat(answer.path("allowed").asBoolean()).isTrue();
        assertThat(answer.path("refusal").isNull()).isTrue();
        assertThat(answer.at("/candidates/0/upstream").asString()).isEqualTo("east");
        assertThat(answer.path("max_output_tokens").asLong()).isEqualTo(1_000);
        assertThat(answer.path("hold_usd").asString())
                .isEqualTo(answer.path("worst_case_usd").asString());
        BigDecimal worst = new BigDecimal(answer.path("worst_case_usd").asString());
        BigDecimal expected = new BigDecimal(answer.path("expected_usd").asString());
        // output alone: 1,000 tokens at $0.60 per million
        assertThat(worst).isGreaterThan(new BigDecimal("0.0006"));
        assertThat(expected).isPositive().isLessThan(worst);
        assertThat(answer.path("expected_basis").asString()).isEqualTo("prompt_size");
        assertThat(answer.at("/balance/fits").asBoolean()).isTrue();
        assertThat(acme.get("/admin/v1/balance").text("held")).isEqualTo("0");
    }

    @Test
    void pastCallsSayWhatIsToBeExpected() {
        for (int i = 0; i < 20; i++) {
            money.call(CallSpec.of(acmeId, money.plane.now.get().minusSeconds(1_800), 1_000, 400));
        }
        JsonNode answer = estimate(acme, body("sim-chat", 1_000) + "}");
        assertThat(answer.path("expected_basis").asString()).isEqualTo("past_calls");
        BigDecimal share =
                MoneyPlane.charge(1_000, 400)
                        .divide(
                                MoneyPlane.charge(1_000, 500),
                                12,
                                java.math.RoundingMode.HALF_EVEN);
        BigDecimal worst = new BigDecimal(answer.path("worst_case_usd").asString());
        assertThat(new BigDecimal(answer.path("expected_usd").asString()))
                .isCloseTo(
                        worst.multiply(share),
                        org.assertj.core.data.Offset.offset(new BigDecimal("0.000000001")));
    }

    @Test
    void aQuotaThatIsUsedUpRefusesAndIsNamed() {
        QuotaRule calls = money.rule(acmeId, "calls", QuotaUnit.REQUESTS, "1");
        money.rule(acmeId, "wide", QuotaUnit.USD, "100");
        money.rule(
                acmeId,
                "watched",
                QuotaUnit.REQUESTS,
                "1",
                new Window.Calendar(Window.Span.DAY, ZoneOffset.UTC),
                true,
                true);
        assertThat(estimate(acme, body("sim-chat", 10) + "}").path("allowed").asBoolean()).isTrue();
        money.call(CallSpec.of(acmeId, money.plane.now.get(), 10, 10), calls);
        JsonNode answer = estimate(acme, body("sim-chat", 10) + "}");
        assertThat(answer.path("allowed").asBoolean()).isFalse();
        assertThat(answer.at("/refusal/code").asString()).isEqualTo("quota_exceeded");
        assertThat(answer.at("/refusal/rule").asString()).isEqualTo("calls");
        assertThat(answer.path("hold_usd").isNull()).isTrue();
        assertThat(answer.path("rules").size()).isEqualTo(3);
        assertThat(answer.at("/rules/0/used").asString()).isEqualTo("1");
        assertThat(answer.at("/rules/0/fits").asBoolean()).isFalse();
        assertThat(answer.at("/rules/1/fits").asBoolean()).isTrue();
        assertThat(answer.at("/rules/2/shadow").asBoolean()).isTrue();
    }

    @Test
    void anEmptyBalanceRefuses() {
        JsonNode answer = estimate(globex, body("sim-chat", 10) + "}");
        assertThat(answer.path("allowed").asBoolean()).isFalse();
        assertThat(answer.at("/refusal/status").asInt()).isEqualTo(402);
        assertThat(answer.at("/balance/fits").asBoolean()).isFalse();
    }

    @Test
    void whatPolicyRefusesIsSaidAsTheDataPlaneWould() {
        JsonNode unknown = estimate(acme, body("nothing", 10) + "}");
        assertThat(unknown.at("/refusal/code").asString()).isEqualTo("model_not_found");
        JsonNode unpriced = estimate(acme, body("no-price", 10) + "}");
        assertThat(unpriced.at("/refusal/code").asString()).isEqualTo("model_not_priced");
        assertThat(unpriced.at("/candidates/0/note").asString()).contains("price");
        money.key(acmeId, "narrow", "service:api", ", models", ", '{other}'");
        JsonNode denied = estimate(acme, body("sim-chat", 10) + ",\"key\":\"narrow\"}");
        assertThat(denied.at("/refusal/code").asString()).isEqualTo("policy_denied");
        assertThat(denied.at("/refusal/denied").asString()).isEqualTo("model");
    }

    @Test
    void wrongEstimatesAreRefusedByName() {
        money.key(globexId, "foreign", "service:api", "", "");
        acme.post("/admin/v1/estimate", body("sim-chat", 1) + ",\"key\":\"foreign\"}")
                .refused(400, "invalid_request", "key");
        acme.post("/admin/v1/estimate", "{\"endpoint\":\"/v1/x\",\"body\":{\"model\":\"m\"}}")
                .refused(400, "invalid_request", "endpoint");
        acme.post("/admin/v1/estimate", "{\"endpoint\":\"/v1/chat/completions\"}")
                .refused(400, "invalid_request", "body");
        acme.post("/admin/v1/estimate", body("sim-chat", 1) + ",\"x\":1}")
                .refused(400, "invalid_request", "x");
        Caller developer = money.plane.tokenIn(acmeId, "user", "dev", "developer");
        developer
                .post("/admin/v1/estimate", body("sim-chat", 1) + "}")
                .refused(403, "permission_denied", null);
        money.key(acmeId, "devs", "user:dev", "", "");
        assertThat(
                        developer
                                .post(
                                        "/admin/v1/estimate",
                                        body("sim-chat", 1) + ",\"key\":\"devs\"}")
                                .status())
                .isEqualTo(200);
    }

    private JsonNode explain(String fields) {
        return acme.post("/admin/v1/explain", "{" + fields + "}").ok(200);
    }

    private static String effect(JsonNode answer, String rule) {
        for (JsonNode reason : answer.path("reasons")) {
            if (reason.path("rule").asString().equals(rule)) {
                return reason.path("effect").asString();
            }
        }
        return "absent";
    }

    @Test
    void aKeyThatMayIsExplainedRuleByRule() {
        money.rule(acmeId, "wide", QuotaUnit.USD, "100");
        String id = money.key(acmeId, "good", "service:api", "", "");
        for (String who :
                List.of(
                        "\"key\":\"good\"",
                        "\"key\":\"" + id + "\"",
                        "\"caller\":\"service:api\"",
                        "\"caller\":{\"service\":\"api\",\"kind\":\"service\"}")) {
            JsonNode answer = explain(who + ",\"model\":\"sim-chat\",\"action\":\"streaming\"");
            assertThat(answer.path("allowed").asBoolean()).as(answer.toString()).isTrue();
            assertThat(answer.path("ask").isNull()).isTrue();
            assertThat(answer.path("key").asString()).isEqualTo(id);
            for (String rule :
                    List.of("key", "environment", "model", "routing", "quota:wide", "balance")) {
                assertThat(effect(answer, rule)).as(rule).isEqualTo("allow");
            }
        }
    }

    @Test
    void everyRefusalIsNamedWithWhomToAsk() {
        money.key(acmeId, "narrow", "user:ana", ", models, actions", ", '{x}', '{chat}'");
        JsonNode answer =
                explain(
                        "\"key\":\"narrow\",\"model\":\"sim-chat\",\"action\":\"tools\","
                                + "\"environment\":\"production\"");
        assertThat(answer.path("allowed").asBoolean()).isFalse();
        assertThat(answer.path("decided_by").asString()).isEqualTo("environment");
        assertThat(effect(answer, "environment")).isEqualTo("deny");
        assertThat(effect(answer, "key.models")).isEqualTo("deny");
        assertThat(effect(answer, "key.actions")).isEqualTo("deny");
        assertThat(answer.path("ask").asString()).contains("user:ana", "production");

        assertThat(
                        effect(
                                explain(
                                        "\"key\":\"none\",\"model\":\"sim-chat\",\"action\":\"chat\""),
                                "key"))
                .isEqualTo("deny");
        assertThat(
                        effect(
                                explain(
                                        "\"caller\":\"user:zed\",\"model\":\"sim-chat\","
                                                + "\"action\":\"chat\""),
                                "key"))
                .isEqualTo("deny");
        JsonNode image = explain("\"key\":\"narrow\",\"model\":\"nope\",\"action\":\"images\"");
        assertThat(effect(image, "endpoint")).isEqualTo("deny");
        assertThat(effect(image, "model")).isEqualTo("deny");
        JsonNode unpriced =
                explain("\"key\":\"narrow\",\"model\":\"no-price\",\"action\":\"chat\"");
        assertThat(effect(unpriced, "routing")).isEqualTo("deny");
    }

    @Test
    void expiredAndRevokedKeysSaySinceWhen() {
        money.key(acmeId, "old", "service:api", ", expires_at", ", '2026-11-20T00:00:00Z'");
        money.key(acmeId, "gone", "service:api", ", revoked_at", ", '2026-11-19T00:00:00Z'");
        JsonNode old = explain("\"key\":\"old\",\"model\":\"sim-chat\",\"action\":\"chat\"");
        assertThat(old.at("/reasons/0/why").asString()).contains("expired", "2026-11-20");
        JsonNode gone = explain("\"key\":\"gone\",\"model\":\"sim-chat\",\"action\":\"chat\"");
        assertThat(gone.at("/reasons/0/why").asString()).contains("revoked", "2026-11-19");
        assertThat(gone.path("allowed").asBoolean()).isFalse();
        // a caller's working key stands before those that no longer work
        money.plane.advance(Duration.ofMillis(5));
        String works = money.key(acmeId, "works", "service:api", "", "");
        JsonNode caller =
                explain("\"caller\":\"service:api\",\"model\":\"sim-chat\",\"action\":\"chat\"");
        assertThat(caller.path("key").asString()).isEqualTo(works);
        assertThat(caller.path("allowed").asBoolean()).isTrue();
    }

    @Test
    void moneyThatIsGoneRefuses() {
        QuotaRule calls = money.rule(acmeId, "calls", QuotaUnit.REQUESTS, "1");
        money.key(acmeId, "good", "service:api", "", "");
        money.call(CallSpec.of(acmeId, money.plane.now.get(), 10, 10), calls);
        JsonNode answer = explain("\"key\":\"good\",\"model\":\"sim-chat\",\"action\":\"chat\"");
        assertThat(effect(answer, "quota:calls")).isEqualTo("deny");
        assertThat(effect(answer, "balance")).isEqualTo("allow");
        assertThat(answer.path("ask").asString()).contains("finance@example.com");
        money.key(globexId, "poor", "service:api", "", "");
        JsonNode poor =
                globex.post(
                                "/admin/v1/explain",
                                "{\"key\":\"poor\",\"model\":\"sim-chat\",\"action\":\"chat\"}")
                        .ok(200);
        assertThat(effect(poor, "balance")).isEqualTo("deny");
    }

    @Test
    void wrongQuestionsAreRefusedByName() {
        String good = "\"model\":\"sim-chat\",\"action\":\"chat\"";
        refused(good, "key");
        refused("\"key\":\"a\",\"caller\":\"user:b\"," + good, "key");
        refused("\"caller\":\"team:b\"," + good, "caller");
        refused("\"caller\":{\"user\":\"a\",\"service\":\"b\"}," + good, "caller");
        refused("\"key\":\"a\",\"model\":\"m\",\"action\":\"fly\"", "action");
        refused("\"key\":\"a\",\"action\":\"chat\"", "model");
        refused("\"key\":\"a\"," + good + ",\"at\":\"2025-01-01T00:00:00Z\"", "at");
        refused("\"key\":\"a\"," + good + ",\"colour\":\"red\"", "colour");
        Instant now = money.plane.now.get();
        assertThat(explain("\"key\":\"a\"," + good + ",\"at\":\"" + now + "\"").has("allowed"))
                .isTrue();
    }

    private void refused(String fields, String param) {
        acme.post("/admin/v1/explain", "{" + fields + "}").refused(400, "invalid_request", param);
    }
}
