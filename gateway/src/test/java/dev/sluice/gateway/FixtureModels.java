package dev.sluice.gateway;

import dev.sluice.catalog.PriceBook;
import dev.sluice.domain.KeyDigest;
import dev.sluice.domain.Secret;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Model;
import dev.sluice.policy.Organization;
import dev.sluice.policy.PriceList;
import dev.sluice.policy.Snapshot;
import dev.sluice.policy.Upstream;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the fixture's caller may call, and where that is.
final class FixtureModels {

    private FixtureModels() {}

    static Snapshot snapshot(GatewayFixture.Setup setup, URI simulator) {
        Upstream.Timeouts timeouts = setup.timeouts();
        Map<String, Upstream> upstreams = new HashMap<>();
        for (String name : List.of("a", "b")) {
            upstreams.put("upstream_" + name, upstream(name, simulator, timeouts));
        }
        upstreams.put(
                "upstream_dead", upstream("dead", URI.create("http://127.0.0.1:1/v1"), timeouts));
        Map<String, Model> models = new HashMap<>();
        for (String name :
                List.of(
                        "sim-chat",
                        "sim-chat-large",
                        "sim-reasoner",
                        "sim-embed",
                        "sim-image",
                        "sim-picture",
                        "sim-speech",
                        "sim-voice",
                        "sim-whisper",
                        "sim-transcribe",
                        "sim-realtime",
                        "sim-moderation",
                        "sim-rerank",
                        "sim-rerank-tokens")) {
            models.put(name, model(name, name, "upstream_a", "upstream_b"));
        }
        models.put("one-target", model("one-target", "sim-chat", "upstream_a"));
        models.put("dead-first", model("dead-first", "sim-chat", "upstream_dead", "upstream_b"));
        setup.upstreams()
                .forEach((name, url) -> {
                    upstreams.put("upstream_" + name, upstream(name, url, timeouts));
                    models.put(
                            "embed-" + name,
                            model("embed-" + name, "sim-embed", "upstream_" + name));
                    models.put("to-" + name, model("to-" + name, "sim-chat", "upstream_" + name));
                    models.put(
                            "think-" + name,
                            model("think-" + name, "sim-reasoner", "upstream_" + name));
                    models.put(
                            name + "-first",
                            model(name + "-first", "sim-chat", "upstream_" + name, "upstream_b"));
                });
        models.put("unpriced", model("unpriced", "in-no-price-book", "upstream_a"));
        setup.priced().forEach((name, priced) -> models.put(name, priced(name, priced)));
        models.put("dead-talk", model("dead-talk", "sim-realtime", "upstream_dead", "upstream_b"));
        models.put("no-talk", model("no-talk", "sim-realtime", "upstream_dead"));
        models.put("all-dead", model("all-dead", "sim-chat", "upstream_dead"));
        return snapshot(models, upstreams);
    }

    private static Snapshot snapshot(Map<String, Model> models, Map<String, Upstream> upstreams) {
        Organization organization =
                new Organization(
                        "org_1",
                        "acme",
                        ZoneOffset.UTC,
                        "USD",
                        false,
                        BigDecimal.ZERO,
                        BigDecimal.ONE,
                        Map.of(),
                        Map.of(),
                        models,
                        List.of(),
                        new PriceList(List.of(), PriceBook.shipped()));
        return new Snapshot(
                1,
                Instant.EPOCH,
                Map.of("org_1", organization, "org_2", other(organization)),
                Map.of(
                        KeyDigest.of(GatewayFixture.KEY).hex(),
                        key("key_1", Set.of(), "acme-corp"),
                        KeyDigest.of(GatewayFixture.KEY + "-narrow").hex(),
                        key("key_2", Set.of("sim-reasoner"), null)),
                upstreams);
    }

    private static Organization other(Organization like) {
        return new Organization(
                "org_2",
                "other",
                ZoneOffset.UTC,
                "USD",
                false,
                BigDecimal.ZERO,
                BigDecimal.ONE,
                Map.of(),
                Map.of(),
                Map.of("other-only", model("other-only", "sim-chat", "upstream_a")),
                List.of(),
                like.prices());
    }

    private static KeyEntry key(String id, Set<String> models, @Nullable String customer) {
        return new KeyEntry(
                id,
                "org_1",
                id,
                null,
                "service:tests",
                "staging",
                null,
                customer,
                null,
                null,
                null,
                models,
                Set.of(),
                Set.of(),
                List.of(),
                null,
                null,
                null);
    }

    private static Model model(String name, String upstreamModel, String... upstreams) {
        List<Model.Target> targets =
                java.util.stream.IntStream.range(0, upstreams.length)
                        .mapToObj(i -> new Model.Target(upstreams[i], upstreamModel, i + 1, 1))
                        .toList();
        return new Model(
                "model_" + name, name, Model.Strategy.PRIORITY, targets, null, null, null, null);
    }

    private static Model priced(String name, GatewayFixture.Priced priced) {
        Model.Target target =
                new Model.Target("upstream_" + priced.upstream(), priced.upstreamModel(), 1, 1);
        return new Model(
                "model_" + name,
                name,
                Model.Strategy.PRIORITY,
                List.of(target),
                priced.price(),
                "price-of-" + name,
                null,
                null);
    }

    private static Upstream upstream(String name, URI baseUrl, Upstream.Timeouts timeouts) {
        return new Upstream(
                "upstream_" + name,
                name,
                "simulator",
                null,
                baseUrl,
                Set.of(dialect(name)),
                null,
                new Secret("sk-up-" + name),
                timeouts,
                false,
                !name.startsWith("user-"));
    }

    private static String dialect(String name) {
        if (name.startsWith("anthropic")) {
            return "anthropic-messages";
        }
        if (name.startsWith("gemini")) {
            return "gemini";
        }
        return name.startsWith("responses") ? "openai-responses" : "openai-chat";
    }
}
