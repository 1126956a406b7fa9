package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Plane.Caller;
import dev.sluice.control.access.Access;
import dev.sluice.control.http.Route;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/// Two organizations: nothing of one is visible, changeable or usable with the other's credentials,
/// on every registered route. A route that is added later is in here by itself.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // the fields are made before the first test
class TenantIsolationTest {

    /// Bodies that are right but for the object they are about.
    private static final Map<String, String> BODIES =
            Map.of(
                    "/admin/v1/upstreams/{id}/rotate", "{\"credential\":\"x\"}",
                    "/admin/v1/keys/{id}/rotate", "{\"overlap_seconds\":0}");

    /// Everything of acme has this in its name.
    private static final String MARK = "zebra";

    private MoneyPlane money;
    private Caller acme;
    private Caller globex;
    private String acmeKey;
    private final Set<String> references = new LinkedHashSet<>();

    @BeforeAll
    void start() {
        money = new MoneyPlane();
        acme = money.acme;
        globex = money.globex;
        made("teams", "{'name':'zebra-team'}");
        made("users", "{'name':'zebra-user'}");
        made("services", "{'name':'zebra-service'}");
        made("plans", "{'name':'zebra-plan'}");
        made(
                "upstreams",
                "{'name':'zebra-upstream','provider':'openai','credential':'zebra-credential'}");
        made("models", "{'name':'zebra-model','targets':[{'upstream':'zebra-upstream'}]}");
        made("prices", "{'provider':'openai','model':'zebra-model','price':{'per_request':1}}");
        acmeKey =
                made(
                                "keys",
                                "{'label':'zebra-key','team':'zebra-team','owner':'user:zebra-user',"
                                        + "'environment':'dev'}")
                        .path("key")
                        .asString();
        made(
                "quotas",
                "{'name':'zebra-quota','scope':{'team':'zebra-team'},'unit':'usd','limit':1,"
                        + "'window':{'lifetime':true}}");
        made("admin-tokens", "{'user':'zebra-user','roles':['auditor']}");
        references.add(money.acmeId);
        references.add("acme");
    }

    @AfterAll
    void stop() {
        money.close();
    }

    private JsonNode made(String plural, String body) {
        JsonNode made = acme.post("/admin/v1/" + plural, body.replace('\'', '"')).ok(201);
        references.add(made.path("id").asString());
        for (String field : List.of("name", "label")) {
            if (made.has(field)) {
                references.add(made.path(field).asString());
            }
        }
        return made;
    }

    private List<Route> routes(Predicate<Route> wanted) {
        List<Route> routes =
                money.plane.control.router().routes().stream()
                        .filter(route -> route.access().reach() != Access.Reach.PUBLIC)
                        // views that gateway keys read too: RouterViewsTest
                        .filter(route -> route.access().reach() != Access.Reach.CALLER)
                        .filter(wanted)
                        .toList();
        assertThat(routes).hasSizeGreaterThan(10);
        return routes;
    }

    private String stateOfAcme() {
        List<String> all = new ArrayList<>();
        for (String plural :
                List.of(
                        "teams",
                        "users",
                        "services",
                        "plans",
                        "upstreams",
                        "models",
                        "prices",
                        "keys",
                        "quotas",
                        "admin-tokens",
                        "balance",
                        "export",
                        "audit")) {
            all.add(acme.get("/admin/v1/" + plural).response().bodyText());
        }
        return String.join("\n", all);
    }

    @Test
    void nothingOfTheOtherIsFoundByIdOrName() {
        String before = stateOfAcme();
        for (Route route : routes(Route::namesAnObject)) {
            for (String reference : references) {
                String path = route.pattern().replaceAll("\\{[a-z_]+}", reference);
                String body = BODIES.getOrDefault(route.pattern(), "{}");
                var answer =
                        globex.call(
                                route.method(), path, route.method().equals("GET") ? null : body);
                int expected = route.access().reach() == Access.Reach.INSTALLATION ? 403 : 404;
                assertThat(answer.status())
                        .as(route.method() + " " + path + ": " + answer.response().bodyText())
                        .isEqualTo(expected);
            }
        }
        assertThat(stateOfAcme()).isEqualTo(before);
    }

    @Test
    void noListOrReportOfOneShowsTheOther() {
        for (Route route : routes(route -> route.method().equals("GET"))) {
            if (!route.namesAnObject()) {
                var answer = globex.get(route.pattern());
                String text = answer.response().bodyText();
                assertThat(text).as("GET " + route.pattern()).doesNotContain(MARK);
                for (String reference : references) {
                    assertThat(text).as("GET " + route.pattern()).doesNotContain(reference);
                }
            }
        }
    }

    @Test
    void noCredentialNamesAnotherOrganization() {
        for (Route route : routes(route -> route.access().reach() == Access.Reach.ORGANIZATION)) {
            for (String name : List.of("acme", money.acmeId)) {
                String path = route.pattern().replaceAll("\\{[a-z_]+}", "x");
                var answer =
                        globex.in(name)
                                .call(
                                        route.method(),
                                        path,
                                        route.method().equals("GET") ? null : "{}");
                assertThat(answer.status())
                        .as(route.method() + " " + path + ": " + answer.response().bodyText())
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void nothingOfTheOtherCanBeReferredTo() {
        globex.post("/admin/v1/teams", "{\"name\":\"own\"}").ok(201);
        String quota =
                "{'name':'q','unit':'usd','limit':1,'window':{'lifetime':true},'scope':{'%s':'%s'}}";
        for (String reference : references) {
            for (String body :
                    List.of(
                            "models|{'name':'m','targets':[{'upstream':'%s'}]}"
                                    .formatted(reference),
                            "users|{'name':'u','team':'%s'}".formatted(reference),
                            "services|{'name':'s','user':'%s'}".formatted(reference),
                            "keys|{'label':'k','team':'own','owner':'user:g','environment':'dev','models':['%s']}"
                                    .formatted(reference),
                            "quotas|" + quota.formatted("team", reference),
                            "quotas|" + quota.formatted("key", reference),
                            "quotas|" + quota.formatted("organization", reference))) {
                String[] parts = body.split("\\|", 2);
                var answer = globex.post("/admin/v1/" + parts[0], parts[1].replace('\'', '"'));
                assertThat(answer.status()).as(body).isEqualTo(400);
            }
        }
    }

    @Test
    void aFileOfOneCannotTouchTheOther() {
        String before = stateOfAcme();
        globex.post("/admin/v1/apply", "version: 1\norganization: {name: acme}\nteams: []\n")
                .refused(403, "permission_denied", null);
        assertThat(stateOfAcme()).isEqualTo(before);
    }

    @Test
    void aGatewayKeyIsNoManagementCredential() {
        Caller caller = money.plane.new Caller(acmeKey, Map.of());
        for (Route route : routes(_ -> true)) {
            String path = route.pattern().replaceAll("\\{[a-z_]+}", "x");
            assertThat(caller.call(route.method(), path, "{}").status())
                    .as(route.method() + " " + path)
                    .isEqualTo(401);
        }
    }
}
