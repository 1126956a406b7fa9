package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.control.access.AdminKey;
import dev.sluice.domain.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds for every management route: door, strict JSON, lists, ETags, Idempotency-Key.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // the fields are made before the first test
class RouterTest {

    private Plane plane;
    private Plane.Caller owner;

    @BeforeAll
    void start() {
        plane = new Plane();
        owner = plane.tokenIn("default", "user", "ana", "owner");
    }

    @AfterAll
    void stop() {
        plane.close();
    }

    @Test
    void unknownPathsAndMethodsAreToldApart() {
        owner.get("/admin/v1/nothing").refused(404, "not_found", null);
        owner.get("/admin/v1/teams/a/b/c").refused(404, "not_found", null);
        var answer = owner.call("PUT", "/admin/v1/teams", "{}");
        answer.refused(405, "method_not_allowed", null);
        assertThat(answer.response().headers()).containsEntry("allow", "GET, POST");
    }

    @Test
    void credentialsAreRequired() {
        var nobody = plane.new Caller("", java.util.Map.of());
        nobody.get("/admin/v1/teams").refused(401, "invalid_api_key", null);
        var wrong = plane.new Caller("sk-sluice-admin-" + "x".repeat(43), java.util.Map.of());
        var answer = wrong.get("/admin/v1/teams");
        answer.refused(401, "invalid_api_key", null);
        assertThat(answer.response().headers()).containsKey("www-authenticate");
        plane.new Caller(Plane.ADMIN_KEY + "x", java.util.Map.of())
                .get("/admin/v1/teams")
                .refused(401, "invalid_api_key", null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "\"x\"",
                "{\"name\":\"a\",\"name\":\"b\"}",
                "{\"name\":\"a\"} {}",
                "{\"name\":1e999999999}"
            })
    void brokenBodiesAreRefused(String body) {
        owner.post("/admin/v1/teams", body).refused(400, "invalid_request", null);
    }

    @Test
    void fieldsAreReadStrictly() {
        owner.post("/admin/v1/teams", "{\"name\":\"a\",\"nmae\":\"b\"}")
                .refused(400, "invalid_request", "nmae");
        owner.post("/admin/v1/teams", "{}").refused(400, "invalid_request", "name");
        owner.post("/admin/v1/teams", "{\"name\":5}").refused(400, "invalid_request", "name");
        owner.post("/admin/v1/teams", "{\"name\":\" a\"}").refused(400, "invalid_request", "name");
        owner.post("/admin/v1/teams", "{\"name\":\"a\\u0000b\"}")
                .refused(400, "invalid_request", "name");
        owner.post("/admin/v1/teams", "{\"name\":\"a\",\"price_rule\":{\"multiply\":\"1e3\"}}")
                .refused(400, "invalid_request", "price_rule.multiply");
        owner.post(
                        "/admin/v1/teams",
                        "{\"name\":\"a\",\"price_rule\":{\"multiply\":\"1\",\"x\":1}}")
                .refused(400, "invalid_request", "price_rule.x");
    }

    @Test
    void decimalsKeepTheirExactTextAndAreShownCanonically() {
        var team =
                owner.post(
                        "/admin/v1/teams",
                        "{\"name\":\"exact\",\"price_rule\":{\"multiply\":1.200000000001}}");
        team.ok(201);
        assertThat(team.text("price_rule.multiply")).isEqualTo("1.200000000001");
        var other =
                owner.post(
                        "/admin/v1/teams",
                        "{\"name\":\"five\",\"price_rule\":{\"multiply\":\"5.00\"}}");
        assertThat(other.text("price_rule.multiply")).isEqualTo("5");
    }

    @Test
    void aLifeOfATeam() {
        var made = owner.post("/admin/v1/teams", "{\"name\":\"life\",\"budget_owner\":\"bo\"}");
        String id = made.ok(201).path("id").stringValue();
        assertThat(id).startsWith("team_");
        owner.post("/admin/v1/teams", "{\"name\":\"life\"}").refused(409, "conflict", null);
        assertThat(owner.get("/admin/v1/teams/life").text("id")).isEqualTo(id);
        String etag = String.valueOf(made.response().headers().get("etag"));

        var changed =
                owner.with("if-match", etag)
                        .patch("/admin/v1/teams/" + id, "{\"name\":\"life 2\"}");
        changed.ok(200);
        assertThat(changed.text("budget_owner")).isEqualTo("bo");
        owner.with("if-match", etag)
                .patch("/admin/v1/teams/" + id, "{\"name\":\"life 3\"}")
                .refused(412, "precondition_failed", null);
        owner.patch("/admin/v1/teams/" + id, "{\"budget_owner\":null}").ok(200);
        assertThat(owner.get("/admin/v1/teams/life%202").json().has("budget_owner")).isFalse();

        owner.delete("/admin/v1/teams/" + id).ok(204);
        owner.get("/admin/v1/teams/" + id).refused(404, "not_found", null);
        String audit = owner.get("/admin/v1/audit").response().bodyText();
        assertThat(audit).contains("\"action\":\"delete\"").contains("life 2");
    }

    @Test
    void listsArePagedNewestFirst() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            plane.advance(Duration.ofMillis(3));
            made.addFirst(
                    owner.post("/admin/v1/plans", "{\"name\":\"page-" + i + "\"}")
                            .ok(201)
                            .path("id")
                            .stringValue());
        }
        List<String> seen = new ArrayList<>();
        String next = "";
        do {
            var page = owner.get("/admin/v1/plans?limit=2" + next).ok(200);
            assertThat(page.path("object").stringValue()).isEqualTo("list");
            page.path("data").forEach(item -> seen.add(item.path("id").stringValue()));
            next =
                    page.path("has_more").booleanValue()
                            ? "&cursor=" + page.path("next_cursor").stringValue()
                            : "";
        } while (!next.isEmpty());
        assertThat(seen).isEqualTo(made);
        owner.get("/admin/v1/plans?limit=501").refused(400, "invalid_request", "limit");
        owner.get("/admin/v1/plans?cursor=nonsense").refused(400, "invalid_request", "cursor");
    }

    @Test
    void aRepeatedKeyAnswersTheSameAndMakesOneObject() {
        var caller = owner.with("Idempotency-Key", "k-1");
        var first = caller.post("/admin/v1/teams", "{\"name\":\"once\"}");
        first.ok(201);
        var second = caller.post("/admin/v1/teams", "{\"name\":\"once\"}");
        assertThat(second.ok(201)).isEqualTo(first.json());
        assertThat(second.response().headers()).containsEntry("x-sluice-idempotent-replay", "true");
        caller.post("/admin/v1/teams", "{\"name\":\"twice\"}")
                .refused(409, "idempotency_conflict", null);
        // a refused call frees its key
        var other = owner.with("Idempotency-Key", "k-2");
        other.post("/admin/v1/teams", "{\"name\":\"once\"}").refused(409, "conflict", null);
        other.post("/admin/v1/teams", "{\"name\":\"after all\"}").ok(201);
        plane.advance(Duration.ofHours(25));
        caller.post("/admin/v1/teams", "{\"name\":\"a day later\"}").ok(201);
    }

    @Test
    void anAnswerThatShowsASecretIsNeverKept() {
        var caller = owner.with("Idempotency-Key", "secret-1");
        String body = "{\"user\":\"cy\",\"roles\":[\"auditor\"]}";
        var made = caller.post("/admin/v1/admin-tokens", body).ok(201);
        var again = caller.post("/admin/v1/admin-tokens", body);
        again.refused(409, "idempotency_replay", null);
        assertThat(again.text("error.sluice.id")).isEqualTo(made.path("id").stringValue());
        String stored =
                plane.database()
                        .read(sql ->
                                sql.one(
                                        "SELECT string_agg(i::text, ' ') AS t"
                                                + " FROM idempotent_request i",
                                        row -> row.text("t")));
        assertThat(stored).doesNotContain(made.path("admin_token").stringValue());
    }

    @Test
    void theInstallationNamesAnOrganizationWhenThereAreSeveral() {
        plane.installation().get("/admin/v1/teams").ok(200);
        plane.installation()
                .post("/admin/v1/organizations", "{\"name\":\"sand\",\"sandbox\":true}")
                .ok(201);
        plane.installation().get("/admin/v1/teams").ok(200);
        String id =
                plane.installation()
                        .post("/admin/v1/organizations", "{\"name\":\"second\"}")
                        .ok(201)
                        .path("id")
                        .stringValue();
        plane.installation()
                .get("/admin/v1/teams")
                .refused(400, "invalid_request", "x-sluice-organization");
        plane.installation().in("second").get("/admin/v1/teams").ok(200);
        plane.installation().in(id).get("/admin/v1/teams").ok(200);
        plane.installation().in("third").get("/admin/v1/teams").refused(404, "not_found", null);
        owner.in("second").get("/admin/v1/teams").refused(404, "not_found", null);
        plane.installation().delete("/admin/v1/organizations/" + id).ok(204);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "short",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "0123456789ab0123456789ab0123456789ab"
            })
    void weakAdminKeysAreRefused(String key) {
        assertThatThrownBy(() -> AdminKey.of(new Secret(key)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SLUICE_ADMIN_KEY")
                .hasMessageNotContaining(key);
    }
}
