package dev.sluice.bench.micro;

import dev.sluice.catalog.Price;
import dev.sluice.catalog.PriceBook;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.CallFacts;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Window;
import dev.sluice.policy.DialectReach;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Model;
import dev.sluice.policy.Organization;
import dev.sluice.policy.Policy;
import dev.sluice.policy.PriceList;
import dev.sluice.policy.Snapshot;
import dev.sluice.policy.Upstream;
import dev.sluice.protocol.openai.OpenAiChat;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// The decision: one model with one target and its own price, two quotas.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PolicyMicro {

    private static final long DEFAULT_OUTPUT_TOKENS = 4096;

    private final Policy policy = new Policy(DEFAULT_OUTPUT_TOKENS, DialectReach.ANY);
    private final Snapshot snapshot = snapshot();
    private final KeyEntry key = key();
    private final Attribution call =
            new Attribution(
                    "org_1",
                    null,
                    "key_1",
                    "user:bench",
                    "staging",
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    Map.of());
    private final CallFacts facts = OpenAiChat.decode(Prompts.request()).facts();
    private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");

    @Benchmark
    public Object decide() {
        return policy.decide(key, call, facts, false, snapshot, Instant.EPOCH, random);
    }

    private static Snapshot snapshot() {
        Model model =
                new Model(
                        "model_1",
                        "plain",
                        Model.Strategy.PRIORITY,
                        List.of(new Model.Target("upstream_1", "plain", 1, 1)),
                        Price.of(
                                Map.of(
                                        MeterKind.INPUT,
                                        new BigDecimal("0.25"),
                                        MeterKind.OUTPUT,
                                        new BigDecimal("2.00"))),
                        null,
                        null,
                        null);
        Upstream upstream =
                new Upstream(
                        "upstream_1",
                        "local",
                        "simulator",
                        null,
                        URI.create("http://127.0.0.1:1/v1"),
                        Set.of("openai-chat"),
                        null,
                        null,
                        Upstream.Timeouts.DEFAULT,
                        false,
                        true);
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
                        Map.of("plain", model),
                        List.of(
                                rule("day", QuotaUnit.USD, Window.Span.DAY),
                                rule("month", QuotaUnit.TOTAL_TOKENS, Window.Span.MONTH)),
                        new PriceList(List.of(), PriceBook.shipped()));
        return new Snapshot(
                1,
                Instant.EPOCH,
                Map.of("org_1", organization),
                Map.of(),
                Map.of("upstream_1", upstream));
    }

    private static QuotaRule rule(String name, QuotaUnit unit, Window.Span span) {
        return new QuotaRule(
                "quota_" + name,
                "org_1",
                name,
                dev.sluice.domain.Scope.ORGANIZATION,
                unit,
                new BigDecimal("1000000"),
                new Window.Calendar(span, ZoneOffset.UTC),
                true,
                false,
                List.of(),
                null,
                null,
                null);
    }

    private static KeyEntry key() {
        return new KeyEntry(
                "key_1",
                "org_1",
                "load",
                null,
                "user:bench",
                "staging",
                null,
                null,
                null,
                null,
                null,
                Set.of(),
                Set.of(),
                Set.of(),
                List.of(),
                null,
                null,
                null);
    }
}
