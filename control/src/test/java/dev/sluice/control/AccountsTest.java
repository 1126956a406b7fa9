package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.access.SessionCookie;
import dev.sluice.domain.KeyDigest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// People with a password: the first owner, invitations, sessions and their end.
@Tag("slow")
class AccountsTest {

    private static final String PASSWORD = "a long walk at dusk";
    private static final String OTHER = "a short walk at dawn";

    /// A browser: its cookie and the token of its page.
    private record Browser(Plane.Caller caller, String cookie, String account) {}

    private static Browser browser(Plane plane, Plane.Answer answer) {
        assertThat(answer.status()).as(answer.response().bodyText()).isBetween(200, 201);
        String header = answer.response().headers().getOrDefault("set-cookie", "");
        String cookie = header.substring(0, header.indexOf(';'));
        return new Browser(
                plane.new Caller("", Map.of())
                        .with("Cookie", "theme=dark; " + cookie)
                        .with(SessionCookie.CSRF_HEADER, answer.text("csrf_token")),
                cookie,
                answer.text("account"));
    }

    private static Plane.Caller nobody(Plane plane) {
        return plane.new Caller("", Map.of());
    }

    private static Browser invited(Plane plane, Plane.Caller by, String email, String... roles) {
        String list = "\"" + String.join("\",\"", roles) + "\"";
        String token =
                by.post(
                                "/admin/v1/invitations",
                                "{\"email\":\"%s\",\"roles\":[%s]}".formatted(email, list))
                        .ok(201)
                        .path("token")
                        .asString();
        return browser(plane, accept(plane, token, PASSWORD));
    }

    private static Plane.Answer accept(Plane plane, String token, String password) {
        return nobody(plane)
                .post(
                        "/admin/v1/invitations/accept",
                        "{\"token\":\"%s\",\"password\":\"%s\"}".formatted(token, password));
    }

    private static Plane.Answer signIn(Plane plane, String email, String password) {
        return nobody(plane)
                .post(
                        "/admin/v1/sign-in",
                        "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, password));
    }

    @Test
    void theSetUpTokenMakesTheOwnersAccountOnce(@TempDir Path data) throws Exception {
        try (Plane plane = new Plane()) {
            String token = Files.readString(plane.control.openSetup(data).orElseThrow()).strip();
            String body = "{\"token\":\"%s\",\"email\":\"Ana@Example.com\",\"password\":\"%s\"}";
            nobody(plane)
                    .post("/admin/v1/setup", body.formatted("guess", PASSWORD))
                    .refused(401, "invalid_api_key", null);
            nobody(plane)
                    .post("/admin/v1/setup", body.formatted(token, "too short"))
                    .refused(400, "invalid_request", "password");
            Plane.Answer made =
                    nobody(plane).post("/admin/v1/setup", body.formatted(token, PASSWORD));
            made.ok(201);
            assertThat(made.json().has("admin_token")).isFalse();
            assertThat(made.response().headers().get("set-cookie"))
                    .matches(
                            "sluice_session=[0-9A-Za-z]{43}; Path=/; Max-Age=604800;"
                                    + " HttpOnly; SameSite=Strict");
            Browser ana = browser(plane, made);
            JsonNode me = ana.caller.get("/admin/v1/me").ok(200);
            assertThat(me.path("kind").asString()).isEqualTo("session");
            assertThat(me.path("email").asString()).isEqualTo("ana@example.com");
            assertThat(me.path("organization").path("name").asString()).isEqualTo("default");
            assertThat(me.path("roles").toString()).isEqualTo("[\"owner\"]");
            assertThat(me.path("operations").toString()).contains("post_admin_v1_invitations\"");
            assertThat(me.path("csrf_token").asString()).isEqualTo(made.text("csrf_token"));
            ana.caller.post("/admin/v1/teams", "{\"name\":\"t\"}").ok(201);
            nobody(plane)
                    .post("/admin/v1/setup", body.formatted(token, PASSWORD))
                    .refused(401, "invalid_api_key", null);
            signIn(plane, "ANA@example.com", PASSWORD).ok(200);
        }
    }

    @Test
    void behindTlsTheCookieIsSecure() {
        try (Plane plane = new Plane()) {
            invited(plane, plane.installation(), "ana@example.com", "owner");
            String cookie =
                    nobody(plane)
                            .with("X-Forwarded-Proto", "https")
                            .post(
                                    "/admin/v1/sign-in",
                                    "{\"email\":\"ana@example.com\",\"password\":\"%s\"}"
                                            .formatted(PASSWORD))
                            .response()
                            .headers()
                            .getOrDefault("set-cookie", "");
            assertThat(cookie).endsWith("; Secure");
        }
    }

    @Test
    void anotherSiteCannotUseASession() {
        try (Plane plane = new Plane()) {
            Browser ana = invited(plane, plane.installation(), "ana@example.com", "owner");
            Plane.Caller bare = nobody(plane).with("Cookie", ana.cookie);
            String team = "{\"name\":\"t\"}";
            bare.get("/admin/v1/teams").ok(200);
            bare.post("/admin/v1/teams", team).refused(403, "permission_denied", null);
            bare.with(SessionCookie.CSRF_HEADER, "wrong")
                    .post("/admin/v1/teams", team)
                    .refused(403, "permission_denied", null);
            for (String site : List.of("cross-site", "same-site")) {
                ana.caller
                        .with("Sec-Fetch-Site", site)
                        .post("/admin/v1/teams", team)
                        .refused(403, "permission_denied", null);
                nobody(plane)
                        .with("Sec-Fetch-Site", site)
                        .post("/admin/v1/sign-in", "{}")
                        .refused(403, "permission_denied", null);
            }
            ana.caller.with("Sec-Fetch-Site", "same-origin").post("/admin/v1/teams", team).ok(201);
            // a credential in the header decides alone
            ana.caller.with("Authorization", "Bearer nonsense").get("/admin/v1/teams");
            assertThat(
                            ana.caller
                                    .with("Authorization", "Bearer nonsense")
                                    .get("/admin/v1/teams")
                                    .status())
                    .isEqualTo(401);
        }
    }

    @Test
    void aSessionEndsIdleAndAtItsEnd() {
        try (Plane plane = new Plane()) {
            Browser ana = invited(plane, plane.installation(), "ana@example.com", "owner");
            for (int hours = 0; hours < 7 * 24 - 7; hours += 7) {
                ana.caller.get("/admin/v1/me").ok(200);
                plane.advance(Duration.ofHours(7));
            }
            plane.advance(Duration.ofHours(7));
            ana.caller.get("/admin/v1/me").refused(401, "invalid_api_key", null);
            Browser again = browser(plane, signIn(plane, "ana@example.com", PASSWORD));
            plane.advance(Duration.ofHours(8).minusSeconds(1));
            again.caller.get("/admin/v1/me").ok(200);
            plane.advance(Duration.ofHours(8).plusSeconds(1));
            again.caller.get("/admin/v1/me").refused(401, "invalid_api_key", null);
        }
    }

    @Test
    void guessingIsSlowAndTellsNothing() {
        try (Plane plane = new Plane()) {
            invited(plane, plane.installation(), "ana@example.com", "owner");
            String known = signIn(plane, "ana@example.com", OTHER).text("error.message");
            String unknown = signIn(plane, "nobody@example.com", OTHER).text("error.message");
            assertThat(known).isEqualTo(unknown);
            for (int i = 1; i < 10; i++) {
                signIn(plane, "ana@example.com", OTHER).refused(401, "invalid_api_key", null);
            }
            Plane.Answer late = signIn(plane, "ana@example.com", PASSWORD);
            late.refused(429, "rate_limit_exceeded", null);
            assertThat(late.response().headers().get("retry-after")).isEqualTo("900");
            plane.advance(Duration.ofMinutes(15));
            signIn(plane, "ana@example.com", PASSWORD).ok(200);
        }
    }

    @Test
    void anInvitationIsUsedOnceAndGivesNoMoreThanItsMakerHas() {
        try (Plane plane = new Plane()) {
            Browser owner = invited(plane, plane.installation(), "ana@example.com", "owner");
            Browser platform = invited(plane, owner.caller, "bo@example.com", "platform");
            String asOwner = "{\"email\":\"cy@example.com\",\"roles\":[\"owner\"]}";
            platform.caller
                    .post("/admin/v1/invitations", asOwner)
                    .refused(403, "permission_denied", null);
            owner.caller
                    .post(
                            "/admin/v1/invitations",
                            "{\"email\":\"BO@example.com\",\"roles\":[\"auditor\"]}")
                    .refused(409, "conflict", null);
            JsonNode made = owner.caller.post("/admin/v1/invitations", asOwner).ok(201);
            String token = made.path("token").asString();
            assertThat(made.path("path").asString()).isEqualTo("/invitation#" + token);
            assertThat(owner.caller.get("/admin/v1/invitations").json().toString())
                    .doesNotContain(token);
            accept(plane, token, "aaaaaaaaaaaaaaa").refused(400, "invalid_request", "password");
            accept(plane, token, PASSWORD).ok(201);
            accept(plane, token, PASSWORD).refused(401, "invalid_api_key", null);
            String late = token(owner, "dee@example.com");
            plane.advance(Duration.ofDays(7));
            accept(plane, late, PASSWORD).refused(401, "invalid_api_key", null);
            Browser again = browser(plane, signIn(plane, "ana@example.com", PASSWORD));
            JsonNode withdrawn =
                    again.caller
                            .post(
                                    "/admin/v1/invitations",
                                    "{\"email\":\"eve@example.com\",\"roles\":[\"auditor\"]}")
                            .ok(201);
            again.caller.delete("/admin/v1/invitations/" + withdrawn.path("id").asString()).ok(204);
            accept(plane, withdrawn.path("token").asString(), PASSWORD)
                    .refused(401, "invalid_api_key", null);
        }
    }

    private static String token(Browser by, String email) {
        return by.caller
                .post(
                        "/admin/v1/invitations",
                        "{\"email\":\"%s\",\"roles\":[\"auditor\"]}".formatted(email))
                .ok(201)
                .path("token")
                .asString();
    }

    @Test
    void aNewPasswordEndsTheOtherSessions() {
        try (Plane plane = new Plane()) {
            Browser first = invited(plane, plane.installation(), "ana@example.com", "owner");
            Browser second = browser(plane, signIn(plane, "ana@example.com", PASSWORD));
            String change = "{\"current_password\":\"%s\",\"password\":\"%s\"}";
            second.caller
                    .post("/admin/v1/me/password", change.formatted(OTHER, OTHER))
                    .refused(400, "invalid_request", "current_password");
            second.caller.post("/admin/v1/me/password", change.formatted(PASSWORD, OTHER)).ok(204);
            second.caller.get("/admin/v1/me").ok(200);
            first.caller.get("/admin/v1/me").refused(401, "invalid_api_key", null);
            signIn(plane, "ana@example.com", PASSWORD).refused(401, "invalid_api_key", null);
            signIn(plane, "ana@example.com", OTHER).ok(200);
            plane.installation()
                    .post("/admin/v1/me/password", change.formatted(PASSWORD, OTHER))
                    .refused(409, "conflict", null);
        }
    }

    @Test
    void aResetComesFromSomebodyWhoMayDoAsMuch() {
        try (Plane plane = new Plane()) {
            Browser owner = invited(plane, plane.installation(), "ana@example.com", "owner");
            Browser platform = invited(plane, owner.caller, "bo@example.com", "platform");
            String accounts = "/admin/v1/accounts/";
            for (String path : List.of("/reset", "/sign-out")) {
                platform.caller
                        .post(accounts + owner.account + path, "{}")
                        .refused(403, "permission_denied", null);
            }
            platform.caller
                    .patch(accounts + owner.account, "{\"disabled\":true}")
                    .refused(403, "permission_denied", null);
            String token =
                    owner.caller
                            .post(accounts + platform.account + "/reset", "{}")
                            .ok(201)
                            .path("token")
                            .asString();
            platform.caller.get("/admin/v1/me").ok(200);
            Browser reset = browser(plane, accept(plane, token, OTHER));
            reset.caller.get("/admin/v1/me").ok(200);
            platform.caller.get("/admin/v1/me").refused(401, "invalid_api_key", null);
            signIn(plane, "bo@example.com", PASSWORD).refused(401, "invalid_api_key", null);
        }
    }

    @Test
    void rolesAndTheEndOfAnAccountAreInForceAtOnce() {
        try (Plane plane = new Plane()) {
            Browser owner = invited(plane, plane.installation(), "ana@example.com", "owner");
            Browser bo = invited(plane, owner.caller, "bo@example.com", "auditor");
            String path = "/admin/v1/accounts/" + bo.account;
            bo.caller
                    .post("/admin/v1/teams", "{\"name\":\"t\"}")
                    .refused(403, "permission_denied", null);
            owner.caller.patch(path, "{\"roles\":[\"platform\"]}").ok(200);
            bo.caller.post("/admin/v1/teams", "{\"name\":\"t\"}").ok(201);
            owner.caller.patch(path, "{\"disabled\":true}").ok(200);
            bo.caller.get("/admin/v1/me").refused(401, "invalid_api_key", null);
            signIn(plane, "bo@example.com", PASSWORD).refused(401, "invalid_api_key", null);
            String own = "/admin/v1/accounts/" + owner.account;
            for (String body : List.of("{\"disabled\":true}", "{\"roles\":[\"platform\"]}")) {
                owner.caller.patch(own, body).refused(409, "conflict", null);
            }
            owner.caller.delete(own).refused(409, "conflict", null);
            owner.caller.delete(path).ok(204);
            assertThat(owner.caller.get("/admin/v1/accounts").json().path("data")).hasSize(1);
        }
    }

    @Test
    void sessionsAreListedAndEndedByTheirOwner() {
        try (Plane plane = new Plane()) {
            Browser ana = invited(plane, plane.installation(), "ana@example.com", "owner");
            Browser bo = invited(plane, ana.caller, "bo@example.com", "auditor");
            Browser phone = browser(plane, signIn(plane, "bo@example.com", PASSWORD));
            JsonNode list = bo.caller.get("/admin/v1/me/sessions").ok(200).path("data");
            assertThat(list).hasSize(2);
            int other = list.get(0).path("current").asBoolean() ? 1 : 0;
            assertThat(list.get(other).path("current").asBoolean()).isFalse();
            String path = "/admin/v1/me/sessions/" + list.get(other).path("id").asString();
            ana.caller.delete(path).refused(404, "not_found", null);
            bo.caller.delete(path).ok(204);
            phone.caller.get("/admin/v1/me").refused(401, "invalid_api_key", null);
            Browser tablet = browser(plane, signIn(plane, "bo@example.com", PASSWORD));
            bo.caller.delete("/admin/v1/me/sessions").ok(204);
            tablet.caller.get("/admin/v1/me").refused(401, "invalid_api_key", null);
            Plane.Answer out = bo.caller.post("/admin/v1/sign-out", "{}");
            out.ok(204);
            assertThat(out.response().headers().get("set-cookie")).contains("Max-Age=0");
            bo.caller.get("/admin/v1/me").refused(401, "invalid_api_key", null);
        }
    }

    @Test
    void administratorsSeeAndEndTheSessionsOfThoseBelowThem() {
        try (Plane plane = new Plane()) {
            Browser ana = invited(plane, plane.installation(), "ana@example.com", "owner");
            Browser bo = invited(plane, ana.caller, "bo@example.com", "platform");
            String owner = bo.caller.get("/admin/v1/me").ok(200).path("account").asString();
            String path = "/admin/v1/accounts/" + owner + "/sessions";
            JsonNode list = ana.caller.get(path).ok(200).path("data");
            assertThat(list).hasSize(1);
            assertThat(list.get(0).path("current").asBoolean()).isFalse();
            assertThat(bo.caller.get(path).ok(200).at("/data/0/current").asBoolean()).isTrue();
            String anas = ana.caller.get("/admin/v1/me").ok(200).path("account").asString();
            String hers =
                    bo.caller
                            .get("/admin/v1/accounts/" + anas + "/sessions")
                            .ok(200)
                            .at("/data/0/id")
                            .asString();
            bo.caller
                    .delete("/admin/v1/accounts/" + anas + "/sessions/" + hers)
                    .refused(403, "permission_denied", null);
            String id = list.get(0).path("id").asString();
            ana.caller.delete(path + "/" + hers).refused(404, "not_found", null);
            ana.caller.delete(path + "/" + id).ok(204);
            bo.caller.get("/admin/v1/me").refused(401, "invalid_api_key", null);
            assertThat(ana.caller.get(path).ok(200).path("data")).isEmpty();
            String ended = "/admin/v1/audit?action=revoke&subject_kind=session&actor=user:ana";
            JsonNode event = ana.caller.get(ended).ok(200).path("data");
            assertThat(event).hasSize(1);
            assertThat(event.at("/0/subject_id").asString()).isEqualTo(id);
            String request = event.at("/0/request_id").asString();
            for (String found :
                    List.of(
                            "subject=" + id,
                            "request_id=" + request,
                            "from=2026-11-21&subject=user:bo@example.com&action=revoke")) {
                assertThat(ana.caller.get("/admin/v1/audit?" + found).ok(200).path("data"))
                        .as(found)
                        .hasSize(found.startsWith("subject") ? 2 : 1);
            }
            for (String none :
                    List.of(
                            "actor=user:nobody",
                            "to=2026-11-21",
                            "action=create&from=2026-11-22")) {
                assertThat(ana.caller.get("/admin/v1/audit?" + none).ok(200).path("data"))
                        .as(none)
                        .isEmpty();
            }
            ana.caller.get("/admin/v1/audit?who=ana").refused(400, "invalid_request", "who");
        }
    }

    @Test
    void everythingIsAuditedAndNoSecretIsKept() {
        try (Plane plane = new Plane()) {
            Browser ana = invited(plane, plane.installation(), "ana@example.com", "owner");
            signIn(plane, "ana@example.com", OTHER);
            String invitation = token(ana, "bo@example.com");
            ana.caller.post("/admin/v1/sign-out", "{}").ok(204);
            TreeSet<String> actions = new TreeSet<>();
            JsonNode audit = plane.installation().get("/admin/v1/audit?limit=100").ok(200);
            audit.path("data")
                    .forEach(event ->
                            actions.add(
                                    event.path("action").asString()
                                            + " "
                                            + event.path("subject_kind").asString()));
            assertThat(actions)
                    .contains(
                            "create invitation",
                            "create account",
                            "sign_in session",
                            "sign_in_refused account",
                            "sign_out session");
            String secret = ana.cookie.substring(ana.cookie.indexOf('=') + 1);
            String stored =
                    plane.database()
                            .read(sql ->
                                    String.join(
                                            "\n",
                                            sql.list(
                                                    """
                                                    SELECT t::text AS line FROM account_session t
                                                    UNION ALL SELECT t::text FROM local_account t
                                                    UNION ALL SELECT t::text FROM invitation t
                                                    UNION ALL SELECT t::text FROM audit_event t
                                                    """,
                                                    row -> row.text("line"))));
            assertThat(stored)
                    .contains(KeyDigest.of(secret).hex(), "$argon2id$v=19$m=19456,t=2,p=1$")
                    .doesNotContain(secret, PASSWORD, OTHER, invitation);
        }
    }
}
