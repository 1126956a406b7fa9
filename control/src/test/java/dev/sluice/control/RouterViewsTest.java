package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Plane.Caller;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/// What gateway keys read of themselves in the shapes of OpenRouter and new-api: figures of the
/// ledger, and nothing of anybody else.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // made before the first test
class RouterViewsTest {

    private static final List<String> VIEWS =
            List.of(
                    "/api/v1/models",
                    "/api/v1/credits",
                    "/api/v1/key",
                    "/api/v1/auth/key",
                    "/api/v1/generation?id=x",
                    "/v1/dashboard/billing/subscription",
                    "/v1/dashboard/billing/usage",
                    "/dashboard/billing/subscription",
                    "/dashboard/billing/usage");

    private MoneyPlane money;
    private QuotaRule cap;
    private Caller app;
    private Caller other;
    private Caller foreign;
    private String today;
    private String lastWeek;
    private BigDecimal spentToday;
    private BigDecimal spentEver;

    @BeforeAll
    void start() {
        money = new MoneyPlane();
        money.acme.post("/admin/v1/topups", "{\"amount\":\"100\",\"reference\":\"t\"}").ok(201);
        money.globex.post("/admin/v1/topups", "{\"amount\":\"9\",\"reference\":\"t\"}").ok(201);
        cap = money.rule(money.acmeId, "cap", QuotaUnit.USD, "2.5");
        JsonNode key = key(money.acme, "app");
        app = money.plane.new Caller(key.path("key").asString(), Map.of());
        other = money.plane.new Caller(key(money.acme, "other").path("key").asString(), Map.of());
        foreign = money.plane.new Caller(key(money.globex, "app").path("key").asString(), Map.of());
        String id = key.path("id").asString();
        // 21 November 2026 is a Saturday
        today =
                money.call(
                        CallSpec.of(money.acmeId, at("2026-11-21T07:00:00Z"), 123_456, 789).key(id),
                        cap);
        lastWeek =
                money.call(CallSpec.of(money.acmeId, at("2026-11-13T07:00:00Z"), 5_000, 7).key(id));
        money.call(CallSpec.of(money.acmeId, at("2026-10-30T07:00:00Z"), 11, 3).key(id));
        money.call(CallSpec.of(money.acmeId, at("2026-11-21T07:30:00Z"), 900, 90), cap);
        money.call(CallSpec.of(money.globexId, at("2026-11-21T07:00:00Z"), 777, 77));
        spentToday = MoneyPlane.charge(123_456, 789);
        spentEver = spentToday.add(MoneyPlane.charge(5_000, 7)).add(MoneyPlane.charge(11, 3));
    }

    @AfterAll
    void stop() {
        money.close();
    }

    private static Instant at(String time) {
        return Instant.parse(time);
    }

    private static JsonNode key(Caller caller, String label) {
        if (label.equals("app")) {
            caller.post("/admin/v1/teams", "{\"name\":\"t\"}").ok(201);
            caller.post("/admin/v1/users", "{\"name\":\"u\"}").ok(201);
        }
        return caller.post(
                        "/admin/v1/keys",
                        "{\"label\":\"%s\",\"team\":\"t\",\"owner\":\"user:u\",\"environment\":\"dev\"}"
                                .formatted(label))
                .ok(201);
    }

    private static void same(JsonNode number, BigDecimal expected) {
        assertThat(number.isNumber()).as(number.toString()).isTrue();
        assertThat(number.decimalValue()).isEqualByComparingTo(expected);
    }

    @Test
    void aKeyReadsWhatItSpentAndMaySpend() {
        var answer = app.get("/api/v1/key");
        JsonNode data = answer.ok(200).path("data");
        assertThat(data.path("label").asString()).isEqualTo("app");
        same(data.path("usage"), spentEver);
        same(data.path("usage_daily"), spentToday);
        same(data.path("usage_weekly"), spentToday);
        same(data.path("usage_monthly"), spentToday.add(MoneyPlane.charge(5_000, 7)));
        same(data.path("limit"), new BigDecimal("2.5"));
        same(
                data.path("limit_remaining"),
                new BigDecimal("2.5").subtract(spentToday).subtract(MoneyPlane.charge(900, 90)));
        assertThat(data.path("limit_reset").asString()).isEqualTo("daily");
        // not a digit of it is lost or put into an exponent
        assertThat(answer.response().bodyText())
                .contains("\"usage\":" + spentEver.stripTrailingZeros().toPlainString());
        RecordedShape.of(
                        """
                        label text
                        limit number?
                        limit_remaining number?
                        limit_reset text?
                        usage number
                        usage_daily number
                        usage_weekly number
                        usage_monthly number
                        byok_usage number
                        is_free_tier flag
                        is_management_key flag
                        is_provisioning_key flag
                        include_byok_in_limit flag
                        byok_usage_daily number
                        byok_usage_weekly number
                        byok_usage_monthly number
                        rate_limit object
                        free_model_daily_requests object
                        allowed_data_regions list
                        creator_user_id text?
                        organization_id text?
                        workspace_id text?
                        expires_at text?
                        """)
                .check(data);
        RecordedShape.of("requests number\ninterval text\nnote text")
                .check(data.path("rate_limit"));
        RecordedShape.of("limit number\nused number\nremaining number")
                .check(data.path("free_model_daily_requests"));
        // by the name that older clients ask for
        assertThat(app.get("/api/v1/auth/key").ok(200).path("data")).isEqualTo(data);
    }

    @Test
    void aKeyWithoutALimitHasNone() {
        JsonNode data = foreign.get("/api/v1/key").ok(200).path("data");
        assertThat(data.path("limit").isNull()).isTrue();
        assertThat(data.path("limit_remaining").isNull()).isTrue();
        same(data.path("usage"), BigDecimal.ZERO);
        JsonNode subscription = foreign.get("/v1/dashboard/billing/subscription").ok(200);
        same(subscription.path("hard_limit_usd"), new BigDecimal("100000000"));
    }

    @Test
    void creditsAreTheWalletOfTheLedger() {
        JsonNode data = money.acme.get("/api/v1/credits").ok(200).path("data");
        RecordedShape.of("total_credits number\ntotal_usage number").check(data);
        same(data.path("total_credits"), new BigDecimal("100"));
        same(data.path("total_usage"), spentEver.add(MoneyPlane.charge(900, 90)));
        JsonNode balance = money.acme.get("/admin/v1/balance").ok(200);
        assertThat(
                        data.path("total_credits")
                                .decimalValue()
                                .subtract(data.path("total_usage").decimalValue()))
                .isEqualByComparingTo(new BigDecimal(balance.path("balance").asString()));
        assertThat(
                        app.get("/api/v1/credits")
                                .refused(403, "permission_denied", null)
                                .text("error.message"))
                .contains("/api/v1/key");
    }

    @Test
    void aCallIsFoundByOurIdAndByTheProviders() {
        for (String id : List.of(today, "prov_" + today)) {
            JsonNode data = app.get("/api/v1/generation?id=" + id).ok(200).path("data");
            assertThat(data.path("id").asString()).isEqualTo(today);
            same(data.path("total_cost"), spentToday);
            assertThat(data.path("tokens_prompt").asLong()).isEqualTo(123_456);
            assertThat(data.path("tokens_completion").asLong()).isEqualTo(789);
            RecordedShape.of(
                            """
                            id text
                            model text
                            provider_name text
                            created_at text
                            streamed flag
                            cancelled flag
                            total_cost number
                            usage number
                            cache_discount number?
                            is_byok flag
                            latency number?
                            generation_time number?
                            finish_reason text?
                            native_finish_reason text?
                            tokens_prompt number
                            tokens_completion number
                            native_tokens_prompt number
                            native_tokens_completion number
                            native_tokens_reasoning number?
                            num_media_prompt number?
                            num_media_completion number?
                            upstream_id text?
                            request_id text
                            api_type text?
                            app_id number?
                            data_region text
                            external_user text?
                            http_referer text?
                            moderation_latency number?
                            native_tokens_cached number?
                            native_tokens_completion_images number?
                            num_fetches number?
                            num_input_audio_prompt number?
                            num_search_results number?
                            origin text
                            preset_id text?
                            provider_responses list
                            router text?
                            service_tier text?
                            session_id text?
                            upstream_inference_cost number?
                            user_agent text?
                            web_search_engine text?
                            workspace_id text?
                            """)
                    .check(data);
            assertThat(data.path("api_type").asString()).isEqualTo("completions");
        }
        assertThat(money.acme.get("/api/v1/generation?id=" + lastWeek).status()).isEqualTo(200);
        app.get("/api/v1/generation").refused(400, "invalid_request", "id");
    }

    @Test
    void nothingOfAnotherKeyOrTenantIsFound() {
        for (Caller stranger : List.of(other, foreign, money.globex)) {
            stranger.get("/api/v1/generation?id=" + today).refused(404, "not_found", null);
            stranger.get("/api/v1/generation?id=prov_" + today).refused(404, "not_found", null);
        }
        same(other.get("/api/v1/key").ok(200).at("/data/usage"), BigDecimal.ZERO);
        same(other.get("/v1/dashboard/billing/usage").ok(200).path("total_usage"), BigDecimal.ZERO);
        for (String view : VIEWS) {
            money.globex.in("acme").get(view).refused(404, "not_found", null);
        }
    }

    @Test
    void modelsAreThoseOfTheKeyWithThePricesItPays() {
        JsonNode models = app.get("/api/v1/models").ok(200).path("data");
        JsonNode priced =
                models.valueStream()
                        .filter(model -> model.path("id").asString().equals("sim-chat"))
                        .findFirst()
                        .orElseThrow();
        assertThat(priced.at("/pricing/prompt").asString()).isEqualTo("0.00000015");
        assertThat(priced.at("/pricing/completion").asString()).isEqualTo("0.0000006");
        assertThat(priced.at("/pricing/request").asString()).isEqualTo("0");
        RecordedShape.of(
                        """
                        id text
                        canonical_slug text
                        name text
                        created number
                        description text
                        context_length number?
                        architecture object
                        pricing object
                        top_provider object
                        supported_parameters list
                        per_request_limits object?
                        default_parameters object?
                        supported_voices list?
                        links object
                        hugging_face_id text?
                        knowledge_cutoff text?
                        expiration_date text?
                        """)
                .check(priced);
        assertThat(priced.at("/links/details").asString()).isEqualTo("/api/pricing?model=sim-chat");
        RecordedShape.of(
                        """
                        modality text?
                        input_modalities list
                        output_modalities list
                        tokenizer text
                        instruct_type text?
                        """)
                .check(priced.path("architecture"));
        RecordedShape.of(
                        """
                        context_length number?
                        max_completion_tokens number?
                        is_moderated flag
                        """)
                .check(priced.path("top_provider"));
    }

    @Test
    void modelsAreFilteredAsClientsAsk() {
        List<String> all = ids("");
        assertThat(all).containsExactly("no-price", "sim-chat");
        JsonNode page = app.get("/api/v1/models?q=SIM").ok(200);
        assertThat(page.path("total_count").asInt()).isEqualTo(1);
        assertThat(page.path("links").has("next")).isTrue();
        assertThat(ids("?q=SIM")).containsExactly("sim-chat");
        assertThat(app.get("/api/v1/models").ok(200).at("/links/next").isNull()).isTrue();
        assertThat(ids("?supported_parameters=max_tokens&output_modalities=text,image"))
                .contains("sim-chat");
        assertThat(ids("?output_modalities=all")).isEqualTo(all);
        assertThat(ids("?output_modalities=video")).doesNotContain("sim-chat");
        assertThat(ids("?input_modalities=video")).doesNotContain("sim-chat");
        app.get("/api/v1/models?zdr=true").refused(400, "invalid_request", "zdr");
    }

    private List<String> ids(String query) {
        return app.get("/api/v1/models" + query)
                .ok(200)
                .path("data")
                .valueStream()
                .map(model -> model.path("id").asString())
                .toList();
    }

    @Test
    void frontEndsReadABalance() {
        JsonNode subscription = app.get("/v1/dashboard/billing/subscription").ok(200);
        RecordedShape.of(
                        """
                        object text
                        has_payment_method flag
                        soft_limit_usd number
                        hard_limit_usd number
                        system_hard_limit_usd number
                        access_until number
                        """)
                .check(subscription);
        JsonNode usage = app.get("/v1/dashboard/billing/usage").ok(200);
        RecordedShape.of("object text\ntotal_usage number").check(usage);
        same(usage.path("total_usage"), spentEver.movePointRight(2));
        // what they show is the difference: what the key may still spend
        same(
                app.get("/api/v1/key").ok(200).at("/data/limit_remaining"),
                subscription
                        .path("hard_limit_usd")
                        .decimalValue()
                        .subtract(usage.path("total_usage").decimalValue().movePointLeft(2)));
        same(
                app.get("/v1/dashboard/billing/usage?start_date=2026-11-01&end_date=2026-11-21")
                        .ok(200)
                        .path("total_usage"),
                MoneyPlane.charge(5_000, 7).movePointRight(2));
        app.get("/v1/dashboard/billing/usage?start_date=soon")
                .refused(400, "invalid_request", "start_date");
        app.get("/v1/dashboard/billing/usage?start_date=2026-11-02&end_date=2026-11-01")
                .refused(400, "invalid_request", "end_date");
        JsonNode whole = money.acme.get("/v1/dashboard/billing/subscription").ok(200);
        same(whole.path("hard_limit_usd"), new BigDecimal("100"));
    }

    @Test
    void nobodyReadsWithoutACredentialThatWorks() {
        JsonNode made = key(money.acme, "short");
        Caller revoked = money.plane.new Caller(made.path("key").asString(), Map.of());
        assertThat(revoked.get("/api/v1/key").status()).isEqualTo(200);
        money.acme.post("/admin/v1/keys/short/revoke", "{}").ok(200);
        for (String view : VIEWS) {
            for (Caller caller :
                    List.of(
                            money.plane.new Caller("", Map.of()),
                            money.plane.new Caller("sk-sluice-unknown", Map.of()),
                            money.plane.new Caller("nonsense", Map.of()),
                            revoked)) {
                caller.get(view).refused(401, "invalid_api_key", null);
            }
        }
        Caller developer = money.plane.tokenIn("acme", "user", "dev", "developer");
        developer.get("/api/v1/credits").refused(403, "permission_denied", null);
        developer.get("/api/v1/generation?id=" + today).refused(403, "permission_denied", null);
        developer.get("/v1/dashboard/billing/usage").refused(403, "permission_denied", null);
        assertThat(developer.get("/api/v1/models").status()).isEqualTo(200);
    }

    @Test
    void aKeyForSomeAddressesReadsFromThoseAlone() {
        JsonNode made =
                money.acme
                        .post(
                                "/admin/v1/keys",
                                "{\"label\":\"narrow\",\"team\":\"t\",\"owner\":\"user:u\","
                                        + "\"environment\":\"dev\",\"allowed_ips\":[\"10.0.0.0/8\"]}")
                        .ok(201);
        Caller narrow = money.plane.new Caller(made.path("key").asString(), Map.of());
        narrow.get("/api/v1/key").refused(403, "policy_denied", null);
    }
}
