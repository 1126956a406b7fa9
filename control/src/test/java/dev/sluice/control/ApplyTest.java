package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.KeyDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Applying `sluice.yaml`: what it makes, changes, deletes and refuses.
@SuppressWarnings("NullAway.Init") // the fields are made before each test
class ApplyTest {

    private static final String APPLY = "/admin/v1/apply";
    private static final String PLAN = "/admin/v1/apply?dry_run=true";

    private static final String FILE =
            """
            version: 1
            organization: {name: acme, time_zone: Europe/Berlin, currency: USD}
            teams:
              - {name: support, budget_owner: finance@example.com}
              - {name: research, price_rule: {multiply: "1.20"}}
            users:
              - {name: ana, email: ana@example.com, team: support}
            services:
              - {name: support-api, user: ana, team: support}
            plans:
              - {name: gold}
            upstreams:
              - name: local
                provider: openai-compatible
                base_url: http://127.0.0.1:9/v1
                credential: {env: LOCAL_KEY}
                timeouts: {connect: 3s, first_byte: 60s}
                limits: {rpm: 5000}
            models:
              - name: small
                targets:
                  - {upstream: local, model: small-1, priority: 1, weight: 80}
                  - {upstream: local, model: small-2, priority: 1, weight: 20}
                strategy: weighted
                price: {input_per_mtok: "0.25", output_per_mtok: 2.00}
            keys:
              - {label: support-prod, team: support, environment: production,
                 owner: "service:support-api", models: [small]}
              - {label: ben-dev, team: research, environment: development, owner: "user:ben"}
            quotas:
              - name: staging-day
                scope: {environment: staging}
                unit: usd
                limit: "5.00"
                window: {calendar: day}
                at_limit: block
                alerts: [50, 90]
              - {name: prod-key, scope: {key: support-prod}, unit: requests, limit: 100,
                 window: {lifetime: true}}
            policy: {posture: open}
            """;

    private Plane plane;
    private Plane.Caller admin;

    @BeforeEach
    void start() {
        plane = new Plane();
        plane.environment.put("LOCAL_KEY", "canary-from-environment");
        admin = plane.installation().with("content-type", "application/yaml");
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private static List<String> lines(JsonNode answer, String list) {
        List<String> lines = new ArrayList<>();
        for (JsonNode entry : answer.path(list)) {
            lines.add(
                    entry.path("action").asString()
                            + " "
                            + entry.path("kind").asString()
                            + " "
                            + entry.path("name").asString());
        }
        return lines;
    }

    private List<String> names(String plural) {
        List<String> names = new ArrayList<>();
        for (JsonNode item : admin.get("/admin/v1/" + plural).ok(200).path("data")) {
            names.add(item.path(plural.equals("keys") ? "label" : "name").asString());
        }
        return names;
    }

    @Test
    void theFirstApplyMakesEverythingInTheRenamedDefault() {
        JsonNode answer = admin.post(APPLY, FILE).ok(200);
        assertThat(lines(answer, "plan"))
                .containsExactly(
                        "update organization acme",
                        "create team support",
                        "create team research",
                        "create user ana",
                        "create service support-api",
                        "create plan gold",
                        "create upstream local",
                        "create model small",
                        "create key support-prod",
                        "create key ben-dev",
                        "create quota staging-day",
                        "create quota prod-key",
                        "create user ben");
        assertThat(answer.path("dry_run").asBoolean()).isFalse();
        assertThat(answer.at("/plan/0/changes/name/from").asString()).isEqualTo("default");
        assertThat(answer.at("/plan/0/changes/name/to").asString()).isEqualTo("acme");
        assertThat(names("organizations")).containsExactly("acme");

        assertThat(answer.path("keys")).hasSize(2);
        JsonNode key = answer.path("keys").get(0);
        assertThat(key.path("label").asString()).isEqualTo("support-prod");
        var snapshot = plane.control.snapshots().current();
        assertThat(snapshot.key(KeyDigest.of(key.path("key").asString()))).isPresent();
        var upstream = snapshot.upstreams().values().iterator().next();
        assertThat(java.util.Objects.requireNonNull(upstream.credential()).reveal())
                .isEqualTo("canary-from-environment");

        JsonNode model = admin.get("/admin/v1/models/small").ok(200);
        assertThat(model.path("owned_by_file").asBoolean()).isTrue();
        assertThat(model.at("/price/output_per_mtok").asString()).isEqualTo("2");
        assertThat(admin.get("/admin/v1/users/ben").ok(200).path("owned_by_file").asBoolean())
                .isFalse();
    }

    @Test
    void theSecondApplyChangesNothing() {
        admin.post(APPLY, FILE).ok(200);
        long version = plane.control.snapshots().current().version();
        JsonNode again = admin.post(APPLY, FILE).ok(200);
        assertThat(lines(again, "plan")).hasSize(12).allMatch(line -> line.startsWith("none "));
        assertThat(again.path("changes")).isEmpty();
        assertThat(again.path("keys")).isEmpty();
        assertThat(again.path("warnings")).isEmpty();
        assertThat(plane.control.snapshots().current().version()).isEqualTo(version);
        plane.advance(java.time.Duration.ofDays(2));
        assertThat(admin.post(PLAN, FILE).ok(200).path("changes")).isEmpty();
    }

    @Test
    void changesNameTheirFields() {
        admin.post(APPLY, FILE).ok(200);
        String file =
                FILE.replace("weight: 80", "weight: 70")
                        .replace("limit: \"5.00\"", "limit: \"7.5\"")
                        .replace("{name: gold}", "{name: gold, price_rule: {multiply: 2}}");
        plane.environment.put("LOCAL_KEY", "canary-rotated");
        JsonNode answer = admin.post(APPLY, file).ok(200);
        assertThat(lines(answer, "changes"))
                .containsExactly(
                        "update plan gold",
                        "update upstream local",
                        "update model small",
                        "update quota staging-day");
        assertThat(answer.at("/changes/1/changes").toString())
                .isEqualTo("{\"credential\":{\"from\":\"***\",\"to\":\"***\"}}");
        assertThat(answer.at("/changes/3/changes").toString())
                .isEqualTo("{\"limit\":{\"from\":\"5\",\"to\":\"7.5\"}}");
        assertThat(admin.get("/admin/v1/quotas/staging-day").text("limit")).isEqualTo("7.5");
        assertThat(lines(admin.post(APPLY, file).ok(200), "changes")).isEmpty();
    }

    @Test
    void aDryRunAnswersThePlanAndChangesNothing() {
        JsonNode plan = admin.post(PLAN, FILE).ok(200);
        assertThat(plan.path("dry_run").asBoolean()).isTrue();
        assertThat(lines(plan, "changes")).hasSize(13).contains("create key support-prod");
        assertThat(plan.path("keys")).isEmpty();
        assertThat(names("organizations")).containsExactly("default");
        for (String plural : List.of("teams", "users", "services", "plans", "models", "keys")) {
            assertThat(names(plural)).as(plural).isEmpty();
        }
        JsonNode audit = admin.get("/admin/v1/audit").ok(200).path("data");
        assertThat(audit).hasSize(1);
        assertThat(lines(admin.post(APPLY, FILE).ok(200), "changes"))
                .isEqualTo(lines(plan, "changes"));
    }

    @Test
    void whatVanishesFromTheFileIsDeletedAndWhatOthersMadeStays() {
        admin.post(APPLY, FILE).ok(200);
        admin.post("/admin/v1/teams", "{\"name\":\"by-hand\"}").ok(201);
        String file =
                """
                version: 1
                organization: {name: acme, time_zone: Europe/Berlin}
                teams: [{name: research, price_rule: {multiply: "1.2"}}]
                """;
        JsonNode answer = admin.post(APPLY, file).ok(200);
        assertThat(lines(answer, "changes"))
                .containsExactly(
                        "delete quota prod-key",
                        "delete quota staging-day",
                        "delete key ben-dev",
                        "delete key support-prod",
                        "delete model small",
                        "delete upstream local",
                        "delete plan gold",
                        "delete service support-api",
                        "delete user ana",
                        "delete team support");
        assertThat(names("teams")).containsExactly("by-hand", "research");
        assertThat(names("keys")).isEmpty();
    }

    @Test
    void whatIsStillReferredToIsNotDeleted() {
        admin.post(APPLY, FILE).ok(200);
        admin.post(
                        "/admin/v1/keys",
                        "{\"label\":\"hand\",\"team\":\"support\",\"owner\":\"user:ana\","
                                + "\"environment\":\"staging\"}")
                .ok(201);
        String message =
                admin.post(APPLY, "version: 1\norganization: {name: acme}\n")
                        .refused(409, "conflict", null)
                        .text("error.message");
        assertThat(message).contains("not in the file any more").contains("it owns keys");
        assertThat(names("models")).containsExactly("small");
    }

    @Test
    void aKeyThatWasUsedIsRevokedInsteadOfDeleted() {
        JsonNode made = admin.post(APPLY, FILE).ok(200);
        String secret = made.at("/keys/1/key").asString();
        String id = admin.get("/admin/v1/keys/ben-dev").text("id");
        plane.control.touchLastUsed(java.util.Map.of(id, plane.now.get()));
        String file = FILE.replaceAll("(?m)^.*ben-dev.*\n", "");
        JsonNode answer = admin.post(APPLY, file).ok(200);
        assertThat(lines(answer, "changes")).containsExactly("delete key ben-dev");
        assertThat(plane.control.snapshots().current().key(KeyDigest.of(secret))).isEmpty();
        assertThat(admin.get("/admin/v1/keys/ben-dev").ok(200).path("revoked_at").isString())
                .isTrue();
        assertThat(lines(admin.post(APPLY, file).ok(200), "changes")).isEmpty();
        admin.post(APPLY, FILE).refused(400, "invalid_request", "keys[1].label");
    }

    @Test
    void objectsOfTheFileAreReadOnlyElsewhereAndThoseOfOthersAreTakenOver() {
        admin.post("/admin/v1/upstreams", upstream("hand")).ok(201);
        admin.post(
                        APPLY,
                        """
                        version: 1
                        organization: {name: acme}
                        teams: [{name: support}]
                        """)
                .ok(200);
        admin.patch("/admin/v1/teams/support", "{\"name\":\"x\"}").refused(409, "conflict", null);
        admin.delete("/admin/v1/teams/support").refused(409, "conflict", null);
        admin.patch("/admin/v1/organizations/acme", "{\"time_zone\":\"Asia/Tokyo\"}")
                .refused(409, "conflict", null);
        String file =
                """
                version: 1
                organization: {name: acme}
                teams: [{name: support}]
                upstreams:
                  - {name: hand, provider: simulated, base_url: "http://127.0.0.1:9/v1"}
                """;
        JsonNode answer = admin.post(APPLY, file).ok(200);
        assertThat(lines(answer, "changes")).containsExactly("update upstream hand");
        assertThat(answer.at("/changes/0/changes").toString())
                .isEqualTo("{\"owned_by_file\":{\"from\":false,\"to\":true}}");
        admin.patch("/admin/v1/upstreams/hand", "{\"region\":\"eu\"}")
                .refused(409, "conflict", null);
    }

    private static String upstream(String name) {
        return "{\"name\":\"%s\",\"provider\":\"simulated\",\"base_url\":\"http://127.0.0.1:9/v1\"}"
                .formatted(name);
    }

    @Test
    void aTargetMayBeAnUpstreamOutsideOfTheFile() {
        admin.post("/admin/v1/upstreams", upstream("simulator").replace("}", ",\"shared\":true}"))
                .ok(201);
        String file =
                """
                version: 1
                organization: {name: acme}
                models: [{name: sim, targets: [{upstream: simulator, model: sim-chat}]}]
                """;
        admin.post(APPLY, file).ok(200);
        assertThat(names("upstreams")).containsExactly("simulator");
        assertThat(lines(admin.post(APPLY, file.replace("acme", "other")).ok(200), "changes"))
                .containsExactly("create organization other", "create model sim");
    }

    @Test
    void defaultIsRenamedOnlyWhileNothingHappenedInIt() {
        admin.post("/admin/v1/teams", "{\"name\":\"support\"}").ok(201);
        JsonNode answer = admin.post(APPLY, "version: 1\norganization: {name: acme}\n").ok(200);
        assertThat(lines(answer, "plan")).containsExactly("create organization acme");
        assertThat(names("organizations")).containsExactlyInAnyOrder("acme", "default");
        // the header may repeat the file's organization, not name another
        admin.in("default")
                .post(APPLY, "version: 1\norganization: {name: acme}\n")
                .refused(400, "invalid_request", "organization.name");
        admin.in("acme").post(APPLY, "version: 1\norganization: {name: acme}\n").ok(200);
    }

    @Test
    void aTenantReachesOnlyItsOwnOrganizationAndNotTheServer() {
        plane.organization("beta", "owner");
        Plane.Caller acme = plane.organization("acme", "owner").with("content-type", "text/yaml");
        String own = "version: 1\norganization: {name: acme}\n";
        acme.post(APPLY, own).ok(200);
        String foreign = own.replace("acme", "beta");
        String unknown = own.replace("acme", "nobody");
        String said =
                acme.post(APPLY, foreign)
                        .refused(403, "permission_denied", null)
                        .json()
                        .at("/error/message")
                        .asString();
        assertThat(
                        acme.post(APPLY, unknown)
                                .refused(403, "permission_denied", null)
                                .text("error.message"))
                .isEqualTo(said);
        assertThat(names("organizations")).containsExactlyInAnyOrder("acme", "beta", "default");

        String address = "    base_url: https://api.example.com/v1\n";
        String upstream = own + "upstreams:\n  - name: u\n    provider: openai-compatible\n";
        for (String theft :
                List.of("credential: {env: LOCAL_KEY}", "credential: {file: /etc/hostname}")) {
            acme.post(APPLY, upstream + address + "    " + theft + "\n")
                    .refused(400, "invalid_request", "upstreams[0].credential");
        }
        acme.post(APPLY, upstream + address + "    credential: ${LOCAL_KEY}\n")
                .refused(400, "invalid_request", "upstreams[0].credential");
        acme.post(APPLY, upstream + "    base_url: \"https://x.example.com/${LOCAL_KEY}\"\n")
                .refused(400, "invalid_request", "upstreams[0].base_url");
        acme.post(APPLY, upstream + "    base_url: http://127.0.0.1:9/v1\n")
                .refused(400, "invalid_request", "upstreams[0].base_url");
        acme.post(APPLY, upstream + address + "    credential: its-own\n").ok(200);

        Plane.Caller developer = plane.tokenIn("acme", "user", "dev", "developer");
        developer.post(APPLY, own).refused(403, "permission_denied", null);
        Plane.Caller platform = plane.tokenIn("acme", "user", "plat", "platform");
        platform.post(APPLY, own.replace("}", ", price_rule: {multiply: 2}}"))
                .refused(403, "permission_denied", null);
    }

    @Test
    void secretsAreShownOnceOrNever() {
        String file = FILE.replace("{env: LOCAL_KEY}", "canary-literal");
        JsonNode warned = admin.post(PLAN, file).ok(200);
        assertThat(warned.path("warnings").toString()).contains("written out in the file");
        JsonNode made = admin.post(APPLY, FILE).ok(200);
        String secret = made.at("/keys/0/key").asString();
        assertThat(secret).startsWith("sk-sluice-");
        admin.post(APPLY, FILE.replace("first_byte: 60s", "first_byte: 61s")).ok(200);
        plane.environment.put("LOCAL_KEY", "canary-rotated");
        admin.post(APPLY, FILE).ok(200);
        admin.get("/admin/v1/export");
        admin.get("/admin/v1/audit");
        assertThat(plane.answers).noneMatch(answer -> answer.contains("canary-"));
        assertThat(plane.answers).filteredOn(answer -> answer.contains(secret)).hasSize(1);
        String again =
                admin.with("idempotency-key", "one")
                        .post(APPLY, FILE.replace("ben-dev", "eve-dev"))
                        .json()
                        .at("/keys/0/key")
                        .asString();
        assertThat(again).startsWith("sk-sluice-");
        admin.with("idempotency-key", "one")
                .post(APPLY, FILE.replace("ben-dev", "eve-dev"))
                .refused(409, "idempotency_replay", null);
    }

    @Test
    void anExportAppliesToNothing() {
        admin.post(APPLY, FILE).ok(200);
        admin.patch("/admin/v1/users/ben", "{\"email\":\"ben${x}@example.com\"}").ok(200);
        String exported = admin.get("/admin/v1/export").response().bodyText();
        assertThat(exported)
                .contains("credential: {env: LOCAL_KEY}")
                .contains("owner: service:support-api");
        JsonNode plan = admin.post(PLAN, exported).ok(200);
        assertThat(lines(plan, "changes")).containsExactly("update user ben");
        admin.post(APPLY, exported).ok(200);
        assertThat(admin.get("/admin/v1/users/ben").text("email")).isEqualTo("ben${x}@example.com");

        plane.environment.clear();
        JsonNode kept =
                admin.post(PLAN, admin.get("/admin/v1/export").response().bodyText()).ok(200);
        assertThat(kept.path("changes")).isEmpty();
        assertThat(kept.path("warnings").toString()).contains("stays as it is");

        Plane.Caller owner = plane.tokenIn("acme", "user", "ana", "owner");
        // a key of five minutes would spoil the file
        owner.post("/admin/v1/playground/keys", "{}").ok(201);
        String theirs = owner.get("/admin/v1/export").response().bodyText();
        assertThat(theirs).doesNotContain("env:", "playground");
        assertThat(owner.post(PLAN, theirs).ok(200).path("changes")).isEmpty();
    }

    @Test
    void simultaneousAppliesFollowEachOther() throws Exception {
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<JsonNode>> tasks = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                tasks.add(() -> admin.post(APPLY, FILE).ok(200));
            }
            int made = 0;
            for (Future<JsonNode> task : pool.invokeAll(tasks)) {
                made += task.get().path("keys").size();
            }
            assertThat(made).isEqualTo(2);
        }
        assertThat(names("keys")).containsExactly("ben-dev", "support-prod");
        assertThat(names("organizations")).containsExactly("acme");
    }
}
