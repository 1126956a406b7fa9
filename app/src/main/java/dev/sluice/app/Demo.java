package dev.sluice.app;

import dev.sluice.domain.Secret;
import dev.sluice.simulator.Simulator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The simulated provider as an upstream everybody may use, and a sandbox with play money that
/// shows what Sluice does before anything is configured.
final class Demo {

    private static final String UPSTREAM = Simulator.PROVIDER;
    private static final String SANDBOX = "demo";
    private static final List<String> MODELS =
            List.of("sim-chat", "sim-mini", "sim-reasoner", "sim-embed");

    private Demo() {}

    /// Points the shared upstream `simulator` at this start's listener.
    static void register(InProcess api, Simulator simulator) {
        String url = simulator.baseUrl().toString();
        InProcess home = api.in(home(api));
        Optional<JsonNode> known = home.find("/admin/v1/upstreams", UPSTREAM);
        if (known.isEmpty()) {
            home.post(
                    "/admin/v1/upstreams",
                    """
                    {"name":"%s","provider":"%s","base_url":"%s","shared":true}
                    """
                            .formatted(UPSTREAM, Simulator.PROVIDER, url));
        } else {
            home.patch(
                    "/admin/v1/upstreams/" + known.get().path("id").asString(),
                    "{\"base_url\":\"" + url + "\"}");
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
    /// the key of the one there is.
    static @Nullable Secret ensure(InProcess api, KeptSecrets secrets) {
        if (api.find("/admin/v1/organizations", SANDBOX).isPresent()) {
            return secrets.demoKey().orElse(null);
        }
        InProcess home = api.in(home(api));
        if (api.list("/admin/v1/organizations").size() > 1
                || !home.list("/admin/v1/teams").isEmpty()) {
            return null;
        }
        api.post(
                "/admin/v1/organizations", "{\"name\":\"%s\",\"sandbox\":true}".formatted(SANDBOX));
        InProcess sandbox = api.in(SANDBOX);
        sandbox.post("/admin/v1/teams", "{\"name\":\"support\"}");
        sandbox.post("/admin/v1/teams", "{\"name\":\"research\"}");
        for (String model : MODELS) {
            sandbox.post(
                    "/admin/v1/models",
                    """
                    {"name":"%s","targets":[{"upstream":"%s","model":"%s"}]}
                    """
                            .formatted(model, UPSTREAM, model));
        }
        sandbox.post("/admin/v1/topups", "{\"amount\":\"25.00\",\"reference\":\"play-money\"}");
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
}
