package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Actor;
import dev.sluice.control.access.Right;
import dev.sluice.control.access.Role;
import dev.sluice.control.http.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Who may do what: roles, rights, own things only, and the set-up.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // the fields are made before the first test
class AccessTest {

    /// Calls that stand for what they need; each is allowed when it is answered with anything but
    /// 403, and is made so that it changes nothing.
    private static final Map<String, List<String>> CALLS =
            Map.ofEntries(
                    Map.entry("read configuration", List.of("GET", "/admin/v1/models", "")),
                    Map.entry("make a team", List.of("POST", "/admin/v1/teams", "{}")),
                    Map.entry("make an upstream", List.of("POST", "/admin/v1/upstreams", "{}")),
                    Map.entry("make a quota", List.of("POST", "/admin/v1/quotas", "{}")),
                    Map.entry("list keys", List.of("GET", "/admin/v1/keys", "")),
                    Map.entry("make a key", List.of("POST", "/admin/v1/keys", "{}")),
                    Map.entry("set a price", List.of("POST", "/admin/v1/prices", "{}")),
                    Map.entry("make a plan", List.of("POST", "/admin/v1/plans", "{}")),
                    Map.entry("list tokens", List.of("GET", "/admin/v1/admin-tokens", "")),
                    Map.entry("make a token", List.of("POST", "/admin/v1/admin-tokens", "{}")),
                    Map.entry("read the audit log", List.of("GET", "/admin/v1/audit", "")),
                    Map.entry("apply a file", List.of("POST", "/admin/v1/apply", "")),
                    Map.entry("export", List.of("GET", "/admin/v1/export", "")),
                    Map.entry(
                            "make an organization",
                            List.of("POST", "/admin/v1/organizations", "{}")));

    /// What anybody may post to: each asks for a secret of its own.
    private static final List<String> FRONT_DOOR =
            List.of("/admin/v1/setup", "/admin/v1/sign-in", "/admin/v1/invitations/accept");

    private Plane plane;

    @BeforeAll
    void start() {
        plane = new Plane();
    }

    @AfterAll
    void stop() {
        plane.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "owner|make a team,make an upstream,make a quota,list keys,make a key,set a price,"
                        + "make a plan,list tokens,make a token,read the audit log,apply a file,export",
                "platform|make a team,make an upstream,make a quota,list keys,make a key,"
                        + "list tokens,make a token,read the audit log,apply a file,export",
                "developer|list keys,make a key",
                "finance|list keys,set a price,make a plan",
                "security|list keys,read the audit log",
                "legal|read the audit log",
                "procurement|read the audit log",
                "support|list keys",
                "auditor|list keys,read the audit log",
            })
    void everyRoleMayDoItsOwnWorkAndNoOther(String role, String allowed) {
        Plane.Caller caller = plane.tokenIn("default", "user", "u-" + role, role);
        Set<String> expected = new TreeSet<>(List.of(allowed.split(",")));
        expected.add("read configuration");
        Set<String> actual = new TreeSet<>();
        CALLS.forEach((name, call) -> {
            var answer = caller.call(call.get(0), call.get(1), call.get(2));
            if (answer.status() != 403) {
                actual.add(name);
            }
        });
        assertThat(actual).isEqualTo(expected);
    }

    @Test
    void everyRouteThatChangesSomethingNeedsARight() {
        for (Route route : plane.control.router().routes()) {
            Access access = route.access();
            boolean open = access.reach() == Access.Reach.PUBLIC;
            if (route.method().equals("GET")) {
                assertThat(open)
                        .as(route.pattern())
                        .isEqualTo(route.pattern().equals("/openapi.json"));
            } else if (open) {
                assertThat(route.pattern()).isIn(FRONT_DOOR);
            } else {
                assertThat(
                                access.reach() == Access.Reach.INSTALLATION
                                        || access.reach() == Access.Reach.SELF
                                        || !access.rights().isEmpty())
                        .as(route.method() + " " + route.pattern())
                        .isTrue();
            }
        }
    }

    @Test
    void reviewersNeverCallModels() {
        for (Role role : Role.values()) {
            Actor actor = new Actor("a", "org", "user:a", EnumSet.of(role, Role.OWNER));
            assertThat(actor.may(Right.MODELS_CALL)).as(role.name()).isEqualTo(!role.reviewing());
            assertThat(actor.may(Right.CONTENT_READ)).isFalse();
        }
        assertThat(EnumSet.allOf(Role.class).stream().filter(Role::reviewing))
                .containsExactly(
                        Role.FINANCE,
                        Role.SECURITY,
                        Role.LEGAL,
                        Role.PROCUREMENT,
                        Role.SUPPORT,
                        Role.AUDITOR);
    }

    @Test
    void aDeveloperManagesOwnKeysThatAreNotForProduction() {
        var admin = plane.installation();
        admin.post("/admin/v1/teams", "{\"name\":\"dev\"}").ok(201);
        admin.post("/admin/v1/services", "{\"name\":\"api\"}").ok(201);
        String body = "{\"label\":\"%s\",\"team\":\"dev\",\"owner\":\"%s\",\"environment\":\"%s\"}";
        admin.post("/admin/v1/keys", body.formatted("others", "user:bo", "dev")).ok(201);
        var ana = plane.tokenIn("default", "user", "ana", "developer");
        ana.post("/admin/v1/keys", body.formatted("mine", "user:ana", "dev")).ok(201);
        ana.post("/admin/v1/keys", body.formatted("x", "user:bo", "dev"))
                .refused(403, "permission_denied", null);
        ana.post("/admin/v1/keys", body.formatted("x", "service:api", "production"))
                .refused(403, "permission_denied", null);
        JsonNode list = ana.get("/admin/v1/keys").ok(200).path("data");
        assertThat(list).hasSize(1);
        assertThat(list.get(0).path("label").asString()).isEqualTo("mine");
        ana.get("/admin/v1/keys/others").refused(404, "not_found", null);
        ana.patch("/admin/v1/keys/others", "{\"owner\":\"user:ana\"}")
                .refused(404, "not_found", null);
        ana.post("/admin/v1/keys/others/revoke", "").refused(404, "not_found", null);
        ana.post("/admin/v1/keys/mine/rotate", "").ok(200);
        ana.patch("/admin/v1/keys/mine", "{\"owner\":\"user:bo\"}")
                .refused(403, "permission_denied", null);
        // seeing all keys is not managing them
        var both = plane.tokenIn("default", "user", "cy", "developer", "support");
        both.get("/admin/v1/keys/others").ok(200);
        both.post("/admin/v1/keys/others/revoke", "").refused(403, "permission_denied", null);
        both.patch("/admin/v1/keys/others", "{\"owner\":\"user:cy\"}")
                .refused(403, "permission_denied", null);
        both.delete("/admin/v1/keys/others").refused(403, "permission_denied", null);
    }

    @Test
    void nobodyGivesAwayRightsTheyDoNotHold() {
        var platform = plane.tokenIn("default", "user", "pat", "platform");
        for (String role : List.of("owner", "finance", "security", "auditor")) {
            platform.post("/admin/v1/admin-tokens", "{\"user\":\"x\",\"roles\":[\"" + role + "\"]}")
                    .refused(403, "permission_denied", null);
        }
        platform.post("/admin/v1/admin-tokens", "{\"user\":\"x\",\"roles\":[\"developer\"]}")
                .ok(201);
        platform.post("/admin/v1/admin-tokens", "{\"user\":\"x\",\"roles\":[\"boss\"]}")
                .refused(400, "invalid_request", "roles[0]");
        platform.post("/admin/v1/admin-tokens", "{\"user\":\"x\",\"roles\":[]}")
                .refused(400, "invalid_request", "roles");
        platform.post("/admin/v1/admin-tokens", "{\"roles\":[\"developer\"]}")
                .refused(400, "invalid_request", "user");
        platform.patch("/admin/v1/organizations/default", "{\"price_rule\":{\"multiply\":\"0\"}}")
                .refused(403, "permission_denied", null);
    }

    @Test
    void aManagementCredentialEnds() {
        JsonNode made =
                plane.installation()
                        .post(
                                "/admin/v1/admin-tokens",
                                "{\"service\":\"bot\",\"roles\":[\"auditor\"],\"expires_at\":\""
                                        + plane.now.get().plusSeconds(60)
                                        + "\"}")
                        .ok(201);
        String credential = made.path("admin_token").asString();
        assertThat(credential).matches("sk-sluice-admin-[0-9A-Za-z]{43}");
        var bot = plane.new Caller(credential, Map.of());
        bot.get("/admin/v1/audit").ok(200);
        plane.advance(Duration.ofSeconds(60));
        bot.get("/admin/v1/audit").refused(401, "invalid_api_key", null);

        var other = plane.tokenIn("default", "user", "dan", "auditor");
        String id =
                plane.installation()
                        .get("/admin/v1/admin-tokens?limit=1")
                        .ok(200)
                        .at("/data/0/id")
                        .asString();
        other.get("/admin/v1/audit").ok(200);
        plane.installation().delete("/admin/v1/admin-tokens/" + id).ok(204);
        other.get("/admin/v1/audit").refused(401, "invalid_api_key", null);
    }

    @Test
    void theSetUpMakesOneOwnerOnce(@TempDir Path data) throws IOException {
        try (Plane fresh = new Plane()) {
            var nobody = fresh.new Caller("", Map.of());
            Path file = fresh.control.openSetup(data).orElseThrow();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            String first = Files.readString(file).strip();
            nobody.post("/admin/v1/setup", "{\"token\":\"guess\"}")
                    .refused(401, "invalid_api_key", null);
            fresh.advance(Duration.ofMinutes(60));
            nobody.post("/admin/v1/setup", "{\"token\":\"" + first + "\"}")
                    .refused(401, "invalid_api_key", null);
            // a restart writes a fresh one, and the one before is void
            fresh.control.openSetup(data);
            String second = Files.readString(file).strip();
            assertThat(second).isNotEqualTo(first);
            fresh.advance(Duration.ofMinutes(59));
            nobody.post("/admin/v1/setup", "{\"token\":\"" + first + "\"}")
                    .refused(401, "invalid_api_key", null);
            JsonNode made =
                    nobody.post("/admin/v1/setup", "{\"token\":\"" + second + "\"}").ok(201);
            var owner = fresh.new Caller(made.path("admin_token").asString(), Map.of());
            owner.post("/admin/v1/teams", "{\"name\":\"t\"}").ok(201);
            nobody.post("/admin/v1/setup", "{\"token\":\"" + second + "\"}")
                    .refused(401, "invalid_api_key", null);
            nobody.post("/admin/v1/setup", "{\"token\":\"" + Plane.ADMIN_KEY + "\"}")
                    .refused(409, "conflict", null);
            assertThat(fresh.control.openSetup(data)).isEmpty();
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void theAdminKeySetsUpToo() {
        try (Plane fresh = new Plane()) {
            var nobody = fresh.new Caller("", Map.of());
            String body = "{\"token\":\"" + Plane.ADMIN_KEY + "\"}";
            nobody.post("/admin/v1/setup", body).ok(201);
            nobody.post("/admin/v1/setup", body).refused(409, "conflict", null);
        }
    }
}
