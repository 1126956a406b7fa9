package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Role;
import dev.sluice.control.http.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Every route × every role, by management credential and by session, against the table that
/// `docs/reference/permissions.md` shows to everybody.
@Tag("slow")
class PermissionsTest {

    private static final Path TABLE = Path.of("..", "docs", "reference", "permissions.md");
    private static final Path ACTUAL = Path.of("target", "permissions.md");

    /// Whatever a call says but 403 means that the door was open. Nothing is named `none`.
    private static boolean opens(Plane.@Nullable Caller caller, Route route) {
        Objects.requireNonNull(caller);
        String path = route.pattern().replaceAll("\\{[a-z_]+}", "none");
        String body = route.method().equals("GET") ? null : "{}";
        return caller.call(route.method(), path, body).status() != 403;
    }

    @Test
    void everyRouteIsOpenToExactlyTheRolesOfTheTable() throws IOException {
        try (MoneyPlane money = new MoneyPlane()) {
            Plane plane = money.plane;
            Map<Role, Plane.Caller> tokens = new LinkedHashMap<>();
            Map<Role, Plane.Caller> sessions = new LinkedHashMap<>();
            for (Role role : Role.values()) {
                tokens.put(role, plane.tokenIn("acme", "user", role.wireName(), role.wireName()));
                String email = role.wireName() + "@example.com";
                sessions.put(role, plane.signedIn(money.acme, email, role.wireName()));
            }
            List<String> lines = new ArrayList<>();
            for (Route route : plane.control.router().routes()) {
                if (route.access().reach() != Access.Reach.PUBLIC
                        && route.access().reach() != Access.Reach.CALLER) {
                    lines.add(line(route, tokens, sessions));
                }
            }
            lines.sort(String::compareTo);
            Files.write(ACTUAL, lines);
            List<String> documented =
                    Files.readAllLines(TABLE).stream().filter(l -> l.startsWith("| `/")).toList();
            assertThat(lines)
                    .as("the table of docs/reference/permissions.md; as it is: " + ACTUAL)
                    .isEqualTo(documented);
        }
    }

    /// Sessions and sign-outs of the caller itself are left to [AccountsTest]: they would end what
    /// the next line needs.
    private static String line(
            Route route, Map<Role, Plane.Caller> tokens, Map<Role, Plane.Caller> sessions) {
        StringBuilder line = new StringBuilder();
        line.append("| `").append(route.pattern()).append("` ").append(route.method());
        for (Role role : Role.values()) {
            boolean open = opens(tokens.get(role), route);
            if (route.access().reach() != Access.Reach.SELF) {
                assertThat(opens(sessions.get(role), route))
                        .as("session " + role + " " + route.method() + " " + route.pattern())
                        .isEqualTo(open);
            }
            boolean all = route.access().rights().isEmpty();
            for (var right : route.access().rights()) {
                all |= role.rights().contains(right);
            }
            line.append(" | ").append(open ? all ? "yes" : "own" : "");
        }
        return line.append(" |").toString().replace("|  |", "| |").replace("|  |", "| |");
    }

    @Test
    void aCallerIsToldWhatIsOpenToThem() {
        try (Plane plane = new Plane()) {
            for (Role role : Role.values()) {
                Plane.Caller caller =
                        plane.tokenIn("default", "user", role.wireName(), role.wireName());
                JsonNode operations = caller.get("/admin/v1/me").ok(200).path("operations");
                for (Route route : plane.control.router().routes()) {
                    String id = Route.operationId(route.method(), route.pattern());
                    boolean told = operations.toString().contains("\"" + id + "\"");
                    boolean open =
                            route.access().reach() == Access.Reach.PUBLIC || opens(caller, route);
                    assertThat(told).as(role + " " + id).isEqualTo(open);
                }
            }
        }
    }

    @Test
    void aRefusalSaysWhatIsMissing() {
        try (Plane plane = new Plane()) {
            Plane.Caller auditor = plane.tokenIn("default", "user", "a", "auditor");
            assertThat(
                            auditor.post("/admin/v1/teams", "{}")
                                    .refused(403, "permission_denied", null)
                                    .text("error.message"))
                    .contains("it needs admin");
        }
    }
}
