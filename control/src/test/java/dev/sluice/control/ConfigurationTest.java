package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.KeyDigest;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Secret;
import dev.sluice.domain.Window;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Snapshot;
import dev.sluice.policy.Upstream;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// The life of every kind of configured object, from the request to the snapshot of the data plane.
@SuppressWarnings("NullAway.Init") // the fields are made before each test
class ConfigurationTest {

    private static final String UPSTREAM =
            "{\"name\":\"sim\",\"provider\":\"simulated\",\"base_url\":\"http://127.0.0.1:9/v1/\","
                    + "\"credential\":\"canary-credential-1\"}";

    private Plane plane;
    private Plane.Caller admin;

    @BeforeEach
    void start() {
        plane = new Plane();
        admin = plane.installation();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private Snapshot snapshot() {
        return plane.control.snapshots().current();
    }

    private dev.sluice.policy.Organization organization() {
        return snapshot().organizations().values().stream()
                .filter(o -> o.name().equals("default"))
                .findFirst()
                .orElseThrow();
    }

    private Upstream upstream(String id) {
        return Optional.ofNullable(snapshot().upstreams().get(id)).orElseThrow();
    }

    private String credential(String id) {
        return Optional.ofNullable(upstream(id).credential()).map(Secret::reveal).orElse("none");
    }

    private void model() {
        admin.post("/admin/v1/upstreams", UPSTREAM).ok(201);
        admin.post(
                        "/admin/v1/models",
                        "{\"name\":\"sim-chat\",\"targets\":[{\"upstream\":\"sim\"}]}")
                .ok(201);
    }

    private JsonNode key(String label, String more) {
        return admin.post(
                        "/admin/v1/keys",
                        ("{\"label\":\"%s\",\"team\":\"support\",\"owner\":\"user:ana\","
                                        + "\"environment\":\"staging\"%s}")
                                .formatted(label, more))
                .ok(201);
    }

    private Optional<KeyEntry> opens(String credential) {
        return snapshot()
                .key(KeyDigest.of(credential))
                .filter(e -> e.notAfter() == null || e.notAfter().isAfter(plane.now.get()));
    }

    @Test
    void aFreshInstallationHasOneDefaultOrganization() {
        JsonNode list = admin.get("/admin/v1/organizations").ok(200).path("data");
        assertThat(list).hasSize(1);
        JsonNode only = list.get(0);
        assertThat(only.path("name").asString()).isEqualTo("default");
        assertThat(only.path("currency").asString()).isEqualTo("USD");
        assertThat(only.path("time_zone").asString()).isEqualTo("UTC");
        assertThat(only.at("/billing/mode").asString()).isEqualTo("prepaid");
        assertThat(organization().creditLimit()).isEqualByComparingTo("0");
    }

    @Test
    void anOrganizationChanges() {
        JsonNode changed =
                admin.patch(
                                "/admin/v1/organizations/default",
                                "{\"name\":\"acme\",\"time_zone\":\"Europe/Berlin\",\"billing\":"
                                        + "{\"mode\":\"postpaid\",\"credit_limit\":\"500.00\"},"
                                        + "\"price_rule\":{\"multiply\":\"1.20\"}}")
                        .ok(200);
        assertThat(changed.at("/billing/credit_limit").asString()).isEqualTo("500");
        var organization = snapshot().organizations().values().iterator().next();
        assertThat(organization.name()).isEqualTo("acme");
        assertThat(organization.zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
        assertThat(organization.creditLimit()).isEqualByComparingTo("500");
        assertThat(organization.multiply()).isEqualByComparingTo("1.2");
        admin.patch("/admin/v1/organizations/acme", "{\"currency\":\"EUR\"}")
                .refused(400, "invalid_request", "currency");
        admin.patch("/admin/v1/organizations/acme", "{\"time_zone\":\"Mars/Base\"}")
                .refused(400, "invalid_request", "time_zone");
        admin.patch(
                        "/admin/v1/organizations/acme",
                        "{\"billing\":{\"mode\":\"prepaid\",\"credit_limit\":\"1\"}}")
                .refused(400, "invalid_request", "billing.credit_limit");
        admin.delete("/admin/v1/organizations/acme").ok(204);
    }

    @Test
    void anUpstreamTakesACredentialAndNeverShowsIt() {
        JsonNode made = admin.post("/admin/v1/upstreams", UPSTREAM).ok(201);
        assertThat(made.path("base_url").asString()).isEqualTo("http://127.0.0.1:9/v1");
        assertThat(made.path("provider").asString()).isEqualTo("simulator");
        assertThat(made.path("has_credential").asBoolean()).isTrue();
        String id = made.path("id").asString();
        assertThat(credential(id)).isEqualTo("canary-credential-1");

        plane.advance(Duration.ofMinutes(1));
        admin.post("/admin/v1/upstreams/sim/rotate", "{\"credential\":\"canary-credential-2\"}")
                .ok(200);
        assertThat(credential(id)).isEqualTo("canary-credential-2");
        admin.patch(
                        "/admin/v1/upstreams/sim",
                        "{\"region\":\"eu\",\"timeouts\":{\"total\":\"90s\"}}")
                .ok(200);
        var changed = upstream(id);
        assertThat(credential(id)).isEqualTo("canary-credential-2");
        assertThat(changed.timeouts().total()).isEqualTo(Duration.ofSeconds(90));
        assertThat(changed.timeouts().connect()).isEqualTo(Duration.ofSeconds(3));
        String stored =
                plane.database()
                        .read(sql ->
                                sql.one(
                                        "SELECT encode(credential, 'escape') AS c FROM upstream",
                                        row -> row.text("c")));
        assertThat(stored).doesNotContain("canary");
        assertThat(String.join("\n", plane.answers)).doesNotContain("canary");
    }

    @Test
    void onlyTheInstallationNamesPrivateAddressesAndTheServersEnvironment() {
        plane.environment.put("SOME_SECRET", "canary-environment");
        var owner = plane.tokenIn("default", "user", "ana", "owner");
        for (String url :
                new String[] {
                    "http://127.0.0.1:1", "http://10.0.0.1", "http://inside.example.com"
                }) {
            owner.post(
                            "/admin/v1/upstreams",
                            "{\"name\":\"p\",\"provider\":\"openai\",\"base_url\":\"" + url + "\"}")
                    .refused(400, "invalid_request", "base_url");
        }
        String variable =
                "{\"name\":\"e\",\"provider\":\"openai\",\"credential\":{\"env\":\"SOME_SECRET\"}}";
        owner.post("/admin/v1/upstreams", variable).refused(400, "invalid_request", "credential");
        admin.post("/admin/v1/upstreams", variable).ok(201);
        // a credential that cannot be read cannot be sent elsewhere either
        owner.patch("/admin/v1/upstreams/e", "{\"base_url\":\"https://evil.example.com\"}")
                .refused(400, "invalid_request", "credential");
        owner.patch(
                        "/admin/v1/upstreams/e",
                        "{\"base_url\":\"https://new.example.com\",\"credential\":\"fresh\"}")
                .ok(200);
        owner.post(
                        "/admin/v1/upstreams",
                        "{\"name\":\"s\",\"provider\":\"openai\",\"shared\":true}")
                .refused(403, "permission_denied", null);
        assertThat(String.join("\n", plane.answers)).doesNotContain("canary");
    }

    @Test
    void onlyAddressesOfTheInstallationAndTheCatalogueAreTrustedWhenTheyAreConnectedTo() {
        var owner = plane.tokenIn("default", "user", "ana", "owner");
        String named =
                "{\"name\":\"%s\",\"provider\":\"openai\",\"base_url\":\"https://m.example.com/v1\"}";
        JsonNode byOwner = owner.post("/admin/v1/upstreams", named.formatted("u")).ok(201);
        JsonNode byAdmin = admin.post("/admin/v1/upstreams", named.formatted("i")).ok(201);
        JsonNode ofCatalogue =
                owner.post("/admin/v1/upstreams", "{\"name\":\"c\",\"provider\":\"openai\"}")
                        .ok(201);
        assertThat(upstream(byOwner.path("id").asString()).trustedAddress()).isFalse();
        assertThat(upstream(byAdmin.path("id").asString()).trustedAddress()).isTrue();
        assertThat(upstream(ofCatalogue.path("id").asString()).trustedAddress()).isTrue();
        owner.patch("/admin/v1/upstreams/i", "{\"base_url\":\"https://n.example.com/v1\"}").ok(200);
        assertThat(upstream(byAdmin.path("id").asString()).trustedAddress()).isFalse();
    }

    @Test
    void aModelHasTargetsAndAPriceOrSaysWhyNot() {
        model();
        JsonNode priced = admin.get("/admin/v1/models/sim-chat").ok(200);
        assertThat(priced.path("priced").asBoolean()).isTrue();
        assertThat(priced.at("/targets/0/upstream").asString()).isEqualTo("sim");
        assertThat(priced.path("modes").toString()).isEqualTo("[\"chat\"]");
        JsonNode unpriced =
                admin.post(
                                "/admin/v1/models",
                                "{\"name\":\"mystery\",\"targets\":[{\"upstream\":\"sim\","
                                        + "\"model\":\"m-1\",\"priority\":2}]}")
                        .ok(201);
        assertThat(unpriced.path("priced").asBoolean()).isFalse();
        assertThat(unpriced.path("unpriced_reason").asString()).contains("m-1");
        assertThat(unpriced.path("modes").isEmpty()).isTrue();
        JsonNode own =
                admin.patch(
                                "/admin/v1/models/mystery",
                                "{\"price\":{\"input_per_mtok\":\"0.25\",\"output_per_mtok\":2.00},"
                                        + "\"context_window\":8000,\"max_output_tokens\":100}")
                        .ok(200);
        assertThat(own.path("priced").asBoolean()).isTrue();
        assertThat(own.at("/price/output_per_mtok").asString()).isEqualTo("2");
        assertThat(own.path("modes").toString()).isEqualTo("[\"chat\"]");
        var model = organization().model("mystery").orElseThrow();
        assertThat(model.priceVersion()).startsWith("mdl_").endsWith("@2");
        assertThat(model.contextWindow()).isEqualTo(8000);
        admin.delete("/admin/v1/upstreams/sim").refused(409, "conflict", null);
        admin.delete("/admin/v1/models/mystery").ok(204);
        assertThat(organization().model("mystery")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "sim-picture,,image_generation",
        "sim-voice,,audio_speech",
        "sim-transcribe,,audio_transcription",
        "unknown,per_image,image_generation",
        "unknown,per_mchar,audio_speech",
        "unknown,per_audio_minute,audio_transcription",
        "unknown,per_video_second,video_generation"
    })
    void aModelSaysWhatItIsFor(String target, @Nullable String ownRate, String mode) {
        model();
        String price = ownRate == null ? "" : ",\"price\":{\"" + ownRate + "\":\"1\"}";
        JsonNode made =
                admin.post(
                                "/admin/v1/models",
                                "{\"name\":\"for-something\",\"targets\":[{\"upstream\":\"sim\","
                                        + "\"model\":\""
                                        + target
                                        + "\"}]"
                                        + price
                                        + "}")
                        .ok(201);
        assertThat(made.path("modes").toString()).isEqualTo("[\"" + mode + "\"]");
    }

    @Test
    void ownPricesAreVersionsOverTheBook() {
        model();
        String first =
                admin.post(
                                "/admin/v1/prices",
                                "{\"provider\":\"simulated\",\"model\":\"sim-chat\",\"price\":"
                                        + "{\"input_per_mtok\":\"1\",\"output_per_mtok\":\"3\"}}")
                        .ok(201)
                        .path("id")
                        .asString();
        Instant later = plane.now.get().plusSeconds(60);
        String second =
                admin.post(
                                "/admin/v1/prices",
                                "{\"provider\":\"simulated\",\"model\":\"sim-chat\",\"price\":"
                                        + "{\"input_per_mtok\":\"2\"},\"effective_at\":\""
                                        + later
                                        + "\"}")
                        .ok(201)
                        .path("id")
                        .asString();
        var prices = organization().prices();
        var now = prices.find("simulator", "sim-chat", plane.now.get()).orElseThrow();
        assertThat(now.version()).isEqualTo(first);
        assertThat(now.row().bounds().contextWindow()).hasValue(128_000);
        assertThat(prices.find("simulator", "sim-chat", later).orElseThrow().version())
                .isEqualTo(second);
        assertThat(admin.get("/admin/v1/prices?model=sim-chat").ok(200).path("data")).hasSize(2);
        admin.delete("/admin/v1/prices/" + first).refused(409, "conflict", null);
        admin.delete("/admin/v1/prices/" + second).ok(204);
        admin.post(
                        "/admin/v1/prices",
                        "{\"provider\":\"simulated\",\"model\":\"x\",\"price\":{\"per_request\":1},"
                                + "\"effective_at\":\"2020-01-01T00:00:00Z\"}")
                .refused(400, "invalid_request", "effective_at");
        admin.post("/admin/v1/prices", "{\"provider\":\"simulated\",\"model\":\"x\",\"price\":{}}")
                .refused(400, "invalid_request", "price");
    }

    @Test
    void aSharedPriceHoldsForAllUntilAnOrganizationHasItsOwn() {
        admin.post(
                        "/admin/v1/prices",
                        "{\"provider\":\"simulated\",\"model\":\"sim-chat\",\"shared\":true,"
                                + "\"price\":{\"input_per_mtok\":\"7\"}}")
                .ok(201);
        var other = plane.organization("other", "owner");
        var shared =
                snapshot().organizations().values().stream()
                        .filter(o -> o.name().equals("other"))
                        .findFirst()
                        .orElseThrow()
                        .prices()
                        .find("simulator", "sim-chat", plane.now.get());
        assertThat(shared.orElseThrow().version()).startsWith("prc_");
        plane.advance(Duration.ofSeconds(1));
        other.post(
                        "/admin/v1/prices",
                        "{\"provider\":\"simulated\",\"model\":\"sim-chat\","
                                + "\"price\":{\"input_per_mtok\":\"8\"}}")
                .ok(201);
        plane.advance(Duration.ofSeconds(1));
        admin.in("default")
                .post(
                        "/admin/v1/prices",
                        "{\"provider\":\"simulated\",\"model\":\"sim-chat\",\"shared\":true,"
                                + "\"price\":{\"input_per_mtok\":\"9\"}}")
                .ok(201);
        var rates =
                snapshot().organizations().values().stream()
                        .filter(o -> o.name().equals("other"))
                        .findFirst()
                        .orElseThrow()
                        .prices()
                        .find("simulator", "sim-chat", plane.now.get())
                        .orElseThrow()
                        .row()
                        .price()
                        .base()
                        .byMeter();
        assertThat(rates.values()).containsExactly(new BigDecimal("8"));
    }

    @Test
    void aQuotaBecomesARule() {
        admin.post("/admin/v1/teams", "{\"name\":\"support\"}").ok(201);
        JsonNode made =
                admin.post(
                                "/admin/v1/quotas",
                                "{\"name\":\"day\",\"scope\":{\"team\":\"support\","
                                        + "\"environment\":\"staging\"},\"unit\":\"usd\","
                                        + "\"limit\":\"5.00\",\"window\":{\"calendar\":\"day\","
                                        + "\"time_zone\":\"Asia/Tokyo\"},\"at_limit\":\"block\","
                                        + "\"alerts\":[90,50],\"message\":\"ask bo\"}")
                        .ok(201);
        assertThat(made.path("limit").asString()).isEqualTo("5");
        assertThat(made.at("/scope/team").asString()).startsWith("team_");
        assertThat(made.path("clamp").asBoolean()).isTrue();
        var rule = organization().rules().getFirst();
        assertThat(rule.unit()).isEqualTo(QuotaUnit.USD);
        assertThat(rule.limit()).isEqualByComparingTo("5");
        assertThat(rule.window())
                .isEqualTo(new Window.Calendar(Window.Span.DAY, ZoneId.of("Asia/Tokyo")));
        assertThat(rule.alerts()).containsExactly(50, 90);
        assertThat(rule.scope().toMap()).containsOnlyKeys("team", "environment");
        admin.delete("/admin/v1/teams/support").refused(409, "conflict", null);

        admin.patch("/admin/v1/quotas/day", "{\"window\":{\"lifetime\":true},\"limit\":7}").ok(200);
        assertThat(organization().rules().getFirst().window()).isInstanceOf(Window.Lifetime.class);
        admin.delete("/admin/v1/quotas/day").ok(204);
        assertThat(organization().rules()).isEmpty();
        assertThat(String.join("", plane.answers)).contains("Asia/Tokyo");
    }

    @Test
    void aKeyIsShownOnceAndRotatesWithAnOverlap() {
        model();
        admin.post("/admin/v1/teams", "{\"name\":\"support\"}").ok(201);
        JsonNode made = key("chat", ",\"models\":[\"sim-chat\"],\"workflow\":\"summaries\"");
        String first = made.path("key").asString();
        assertThat(first).matches("sk-sluice-[0-9A-Za-z]{43}");
        assertThat(Instant.parse(made.path("expires_at").asString()))
                .isEqualTo(plane.now.get().plus(Duration.ofDays(90)));
        KeyEntry entry = opens(first).orElseThrow();
        assertThat(entry.models()).containsExactly("sim-chat");
        assertThat(entry.owner()).isEqualTo("user:ana");
        assertThat(admin.get("/admin/v1/users/ana").status()).isEqualTo(200);
        assertThat(admin.get("/admin/v1/keys/chat").response().bodyText()).doesNotContain(first);
        admin.delete("/admin/v1/models/sim-chat").refused(409, "conflict", null);
        admin.delete("/admin/v1/users/ana").refused(409, "conflict", null);

        JsonNode rotated =
                admin.post("/admin/v1/keys/chat/rotate", "{\"overlap_seconds\":60}").ok(200);
        String second = rotated.path("key").asString();
        assertThat(rotated.path("id")).isEqualTo(made.path("id"));
        assertThat(opens(first)).isPresent();
        assertThat(opens(second)).isPresent();
        plane.advance(Duration.ofSeconds(60));
        assertThat(opens(first)).isEmpty();
        assertThat(opens(second)).isPresent();
        String third = admin.post("/admin/v1/keys/chat/rotate", "").ok(200).path("key").asString();
        plane.advance(Duration.ofSeconds(86_399));
        assertThat(opens(second)).isPresent();
        plane.advance(Duration.ofSeconds(1));
        assertThat(opens(second)).isEmpty();
        assertThat(opens(third)).isPresent();

        admin.post("/admin/v1/keys/chat/revoke", "").ok(200);
        assertThat(opens(third)).isEmpty();
        admin.post("/admin/v1/keys/chat/revoke", "").ok(200);
        admin.post("/admin/v1/keys/chat/rotate", "").refused(409, "conflict", null);
    }

    @Test
    void productionKeysBelongToAServiceAndDoNotExpireByThemselves() {
        admin.post("/admin/v1/teams", "{\"name\":\"support\"}").ok(201);
        admin.post("/admin/v1/services", "{\"name\":\"support-api\"}").ok(201);
        JsonNode made =
                admin.post(
                                "/admin/v1/keys",
                                "{\"label\":\"prod\",\"team\":\"support\",\"environment\":"
                                        + "\"production\",\"owner\":\"service:support-api\","
                                        + "\"rotate_days\":30}")
                        .ok(201);
        assertThat(made.path("expires_at").isNull()).isTrue();
        assertThat(Instant.parse(made.path("rotation_due_at").asString()))
                .isEqualTo(plane.now.get().plus(Duration.ofDays(30)));
        admin.patch("/admin/v1/keys/prod", "{\"environment\":\"staging\"}")
                .refused(400, "invalid_request", "environment");
        JsonNode renamed = admin.patch("/admin/v1/keys/prod", "{\"label\":\"live\"}").ok(200);
        assertThat(renamed.path("id")).isEqualTo(made.path("id"));
        assertThat(opens(made.path("key").asString()).orElseThrow().label()).isEqualTo("live");
        admin.post(
                        "/admin/v1/keys",
                        "{\"label\":\"live\",\"team\":\"support\",\"environment\":\"dev\","
                                + "\"owner\":\"user:bo\"}")
                .refused(409, "conflict", null);
        admin.get("/admin/v1/users/bo").refused(404, "not_found", null);
        admin.patch("/admin/v1/services/support-api", "{\"name\":\"x\"}")
                .refused(409, "conflict", null);
        admin.patch("/admin/v1/services/support-api", "{\"description\":\"drafts\"}").ok(200);
    }

    @Test
    void unusedKeysAreListed() {
        admin.post("/admin/v1/teams", "{\"name\":\"support\"}").ok(201);
        String used = key("used", "").path("id").asString();
        key("idle", "");
        key("gone", "");
        admin.post("/admin/v1/keys/gone/revoke", "").ok(200);
        plane.advance(Duration.ofDays(31));
        plane.control.touchLastUsed(Map.of(used, plane.now.get().minusSeconds(5)));
        JsonNode idle = admin.get("/admin/v1/keys?inactive_days=30").ok(200).path("data");
        assertThat(idle).hasSize(1);
        assertThat(idle.get(0).path("label").asString()).isEqualTo("idle");
        // a late report never moves the time back
        plane.control.touchLastUsed(Map.of(used, plane.now.get().minusSeconds(500)));
        assertThat(admin.get("/admin/v1/keys/used").text("last_used_at"))
                .isEqualTo(plane.now.get().minusSeconds(5).toString());
        admin.delete("/admin/v1/keys/used").refused(409, "conflict", null);
        admin.delete("/admin/v1/keys/idle").ok(204);
    }
}
