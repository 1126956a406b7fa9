package dev.sluice.app;

import dev.sluice.app.demo.Cast;
import dev.sluice.app.demo.PastMonth;
import dev.sluice.app.demo.Stage;
import dev.sluice.domain.Secret;
import dev.sluice.simulator.Simulator;
import java.math.BigDecimal;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The simulated provider as an upstream everybody may use, and a sandbox with play money that
/// shows what Sluice does before anything is configured.
final class Demo {

    private static final String UPSTREAM = Simulator.PROVIDER;
    private static final String STANDBY = UPSTREAM + "-standby";
    static final String SANDBOX = "demo";
    private static final List<String> MODELS =
            List.of("sim-chat", "sim-mini", "sim-reasoner", "sim-embed");

    private Demo() {}

    /// Points the shared upstream `simulator`, and the sandbox's second one, at this start's
    /// listener.
    static void register(InProcess api, Simulator simulator) {
        String url = simulator.baseUrl().toString();
        Furnishing.upstream(api.in(home(api)), UPSTREAM, Simulator.PROVIDER, url, true);
        if (api.find("/admin/v1/organizations", SANDBOX).isPresent()
                && api.in(SANDBOX).find("/admin/v1/upstreams", STANDBY).isPresent()) {
            Furnishing.upstream(api.in(SANDBOX), STANDBY, Simulator.PROVIDER, url, false);
        }
    }

    /// The organization the shared upstream was made in: the oldest one that is no sandbox.
    private static String home(InProcess api) {
        return api.list("/admin/v1/organizations").reversed().stream()
                .filter(organization -> !organization.path("sandbox").asBoolean(false))
                .findFirst()
                .orElseThrow()
                .path("name")
                .asString();
    }

    /// Makes the sandbox in an installation that has nothing but its first organization; returns
    /// the key of the one there is. One that was wiped does not come back.
    static @Nullable Secret ensure(InProcess api, Server server) {
        KeptSecrets secrets = server.secrets();
        if (api.find("/admin/v1/organizations", SANDBOX).isPresent()) {
            return secrets.demoKey().orElse(null);
        }
        if (secrets.demoKey().isPresent()) {
            return null;
        }
        InProcess home = api.in(home(api));
        if (api.list("/admin/v1/organizations").size() > 1
                || !home.list("/admin/v1/teams").isEmpty()) {
            return null;
        }
        api.post(
                "/admin/v1/organizations", "{\"name\":\"%s\",\"sandbox\":true}".formatted(SANDBOX));
        InProcess sandbox = api.in(SANDBOX);
        basics(sandbox);
        Stage stage = server.stage(SANDBOX);
        // where its past begins, so that its history of payments is in order
        stage.walletsAt(stage.now().minus(PastMonth.DAYS, ChronoUnit.DAYS))
                .topUp(
                        stage.organization().id(),
                        new BigDecimal("25.00"),
                        "play-money",
                        "installation");
        sandbox.post(
                "/admin/v1/quotas",
                """
                {"name":"demo-day","scope":{"environment":"development"},"unit":"usd",
                 "limit":"5.00","window":{"calendar":"day"},"at_limit":"block"}
                """);
        JsonNode key =
                sandbox.post(
                        "/admin/v1/keys",
                        """
                        {"label":"demo","team":"support","owner":"user:demo",
                         "environment":"development","purpose":"demonstration"}
                        """);
        Secret secret = new Secret(key.path("key").asString());
        secrets.keepDemoKey(secret);
        return secret;
    }

    /// What it takes to make a call.
    static void basics(InProcess sandbox) {
        sandbox.post("/admin/v1/teams", "{\"name\":\"support\"}");
        sandbox.post("/admin/v1/teams", "{\"name\":\"research\"}");
        MODELS.forEach(model -> Furnishing.model(sandbox, model, UPSTREAM));
    }

    /// Makes what the sandbox's past needs and is missing.
    ///
    /// @param simulator the address of this start's listener
    static void furnish(InProcess api, Cast cast, Simulator simulator) {
        InProcess sandbox = api.in(SANDBOX);
        Furnishing.upstream(
                sandbox, STANDBY, Simulator.PROVIDER, simulator.baseUrl().toString(), false);
        Furnishing.things(sandbox, cast.things());
        for (JsonNode model : sandbox.list("/admin/v1/models")) {
            if (model.path("name").asString("").equals(MODELS.getFirst())
                    && model.path("targets").size() == 1) {
                sandbox.patch(
                        "/admin/v1/models/" + model.path("id").asString(),
                        """
                        {"targets":[{"upstream":"%s"},{"upstream":"%s","priority":2}]}
                        """
                                .formatted(UPSTREAM, STANDBY));
            }
        }
    }
}
