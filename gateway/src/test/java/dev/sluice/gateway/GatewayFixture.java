package dev.sluice.gateway;

import dev.sluice.catalog.Price;
import dev.sluice.domain.CidrBlock;
import dev.sluice.domain.Ids;
import dev.sluice.egress.EgressPolicy;
import dev.sluice.egress.ProxyRules;
import dev.sluice.gateway.callers.ClientSecrets;
import dev.sluice.gateway.callers.Passes;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.offloop.OffLoop;
import dev.sluice.gateway.realtime.RealtimeLimits;
import dev.sluice.gateway.upstream.Outbound;
import dev.sluice.ledger.idempotency.Idempotency;
import dev.sluice.policy.DialectReach;
import dev.sluice.policy.Policy;
import dev.sluice.policy.Snapshot;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.policy.Upstream;
import dev.sluice.protocol.translate.Wire;
import dev.sluice.simulator.Options;
import dev.sluice.simulator.Simulator;
import dev.sluice.testkit.TestFolder;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A running data plane in front of a simulated provider.
final class GatewayFixture implements AutoCloseable, AfterEachCallback, AfterAllCallback {

    static final String KEY = "sk-sluice-test";

    /// What `/large/…` answers: more than kernels keep for a client that does not read.
    static final int LARGE_BYTES = 24 << 20;

    /// How many requests the management plane got.
    final AtomicInteger asked = new AtomicInteger();

    final Simulator simulator =
            Simulator.start(
                    Options.loopback(InstantSource.system())
                            .withAnyModel()
                            .withJournal(10_000, null, true));
    final MemoryLedger ledger = new MemoryLedger();
    final Map<String, String> idempotency = new HashMap<>();
    final MemoryResponses responses = new MemoryResponses();
    final MemoryFiles files = new MemoryFiles();
    final HttpClient http = HttpClient.newHttpClient();
    final DataPlane plane;
    private final TestFolder spool = TestFolder.create("spool");

    /// How much of an event loop each call takes in addition.
    volatile long callNanos;

    /// How much later it is than it was: as if the process had stood still.
    volatile long skippedNanos;

    private final Vertx vertx =
            Vertx.vertx(
                    new VertxOptions()
                            .setBlockedThreadCheckInterval(5)
                            .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
                            .setMaxEventLoopExecuteTime(LoopWatch.LIMIT_MILLIS)
                            .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS));
    private final LoopWatch loops = LoopWatch.of(vertx);

    /// What a test has otherwise than usual.
    ///
    /// @param upstreams more upstreams by name; `to-NAME` is a model on one alone, `NAME-first` one
    ///     that falls back to the simulator; `user-…` are those at addresses that users named,
    ///     `anthropic…`, `responses…` and `gemini…` those that speak that instead of chat
    /// @param priced more models, each at one upstream for a price of its own
    record Setup(
            Limits limits,
            Upstream.Timeouts timeouts,
            @Nullable Path tlsCert,
            @Nullable Path tlsKey,
            Outbound outbound,
            Map<String, URI> upstreams,
            @Nullable Integer adminPort,
            Map<String, Priced> priced) {

        static final Setup USUAL =
                new Setup(
                        Limits.DEFAULT,
                        TIMEOUTS,
                        null,
                        null,
                        new Outbound(
                                null,
                                ProxyRules.NONE,
                                new EgressPolicy(Set.of()),
                                InetAddress::getAllByName),
                        Map.of(),
                        null,
                        Map.of());

        Setup withAdminPort(int port) {
            return new Setup(limits, timeouts, tlsCert, tlsKey, outbound, upstreams, port, priced);
        }

        Setup with(Limits other) {
            return new Setup(
                    other, timeouts, tlsCert, tlsKey, outbound, upstreams, adminPort, priced);
        }

        Setup with(Upstream.Timeouts other) {
            return new Setup(
                    limits, other, tlsCert, tlsKey, outbound, upstreams, adminPort, priced);
        }

        Setup withTls(Path cert, Path key) {
            return new Setup(limits, timeouts, cert, key, outbound, upstreams, adminPort, priced);
        }

        Setup withCaBundle(Path bundle) {
            return with(
                    new Outbound(
                            bundle, outbound.proxies(), outbound.egress(), outbound.resolver()));
        }

        Setup with(ProxyRules proxies) {
            return with(
                    new Outbound(
                            outbound.caBundle(), proxies, outbound.egress(), outbound.resolver()));
        }

        Setup with(EgressPolicy egress, EgressPolicy.Resolver resolver) {
            return with(new Outbound(outbound.caBundle(), outbound.proxies(), egress, resolver));
        }

        Setup with(Outbound other) {
            return new Setup(
                    limits, timeouts, tlsCert, tlsKey, other, upstreams, adminPort, priced);
        }

        /// A model with a price of its own, where its upstream model's bounds hold.
        Setup withModel(String name, Priced model) {
            Map<String, Priced> more = new HashMap<>(priced);
            more.put(name, model);
            return new Setup(
                    limits, timeouts, tlsCert, tlsKey, outbound, upstreams, adminPort, more);
        }

        Setup withUpstream(String name, URI baseUrl) {
            Map<String, URI> more = new HashMap<>(upstreams);
            more.put(name, baseUrl);
            return new Setup(limits, timeouts, tlsCert, tlsKey, outbound, more, adminPort, priced);
        }
    }

    /// A model at one upstream for a price of its own.
    record Priced(String upstream, String upstreamModel, Price price) {}

    GatewayFixture() {
        this(Setup.USUAL);
    }

    GatewayFixture(Limits limits, Upstream.Timeouts timeouts) {
        this(Setup.USUAL.with(limits).with(timeouts));
    }

    static final Upstream.Timeouts TIMEOUTS =
            new Upstream.Timeouts(
                    Duration.ofSeconds(2),
                    Duration.ofMillis(1500),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(20));

    GatewayFixture(Setup setup) {
        this(setup, RealtimeLimits.DEFAULT);
    }

    GatewayFixture(Setup setup, RealtimeLimits realtime) {
        Limits limits = setup.limits();
        Snapshot snapshot = FixtureModels.snapshot(setup, simulator.baseUrl());
        SnapshotSource source =
                new SnapshotSource() {
                    @Override
                    public Snapshot current() {
                        long end = System.nanoTime() + callNanos;
                        while (System.nanoTime() < end) {
                            Thread.onSpinWait();
                        }
                        return snapshot;
                    }

                    @Override
                    public Duration age() {
                        return Duration.ZERO;
                    }
                };
        DataPlane.Settings settings =
                new DataPlane.Settings(
                        "127.0.0.1",
                        0,
                        setup.adminPort(),
                        setup.tlsCert(),
                        setup.tlsKey(),
                        setup.outbound(),
                        Set.of(CidrBlock.parse("127.0.0.1")),
                        2,
                        limits,
                        realtime,
                        spool.path());
        DataPlane.Parts parts =
                new DataPlane.Parts(
                        source,
                        ledger,
                        new MemoryIdempotent(),
                        responses,
                        null,
                        _ -> OptionalLong.of(0),
                        new Policy(
                                limits.defaultOutputTokens(),
                                DialectReach.of(Wire::reaches, Wire::translates)),
                        files,
                        List.of(),
                        new Passes(new Random(8)),
                        new ClientSecrets(new PlainSealing()),
                        this::manage,
                        Executors.newVirtualThreadPerTaskExecutor(),
                        _ -> {},
                        Ids.secure(InstantSource.system()),
                        new Random(7),
                        InstantSource.system(),
                        () -> System.nanoTime() + skippedNanos);
        try {
            plane =
                    DataPlane.start(vertx, settings, parts)
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS);
        } catch (InterruptedException
                | java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /// In the place of the management plane.
    private OffLoop.Answer manage(OffLoop.Ask ask) {
        asked.incrementAndGet();
        return switch (ask.path()) {
            case "/large/whole" -> OffLoop.Answer.of(200, Map.of(), new byte[LARGE_BYTES]);
            case "/large/pieces" ->
                    new OffLoop.Answer(
                            200,
                            Map.of(),
                            OffLoop.Content.EMPTY,
                            sink -> {
                                for (int sent = 0; sent < LARGE_BYTES; sent += 1 << 16) {
                                    if (!sink.write(new byte[1 << 16])) {
                                        return;
                                    }
                                }
                            });
            default ->
                    OffLoop.Answer.of(
                            404,
                            Map.of("x-off-loop", ask.path(), "x-seen-from", ask.remoteAddress()),
                            new byte[0]);
        };
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + plane.port() + path);
    }

    HttpRequest.Builder request(String path, String body) {
        return HttpRequest.newBuilder(uri(path))
                .header("authorization", "Bearer " + KEY)
                .header("content-type", "application/json")
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    HttpResponse<String> post(String path, String body) throws Exception {
        return http.send(request(path, body).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> chat(String model, String text) throws Exception {
        return post("/v1/chat/completions", chatBody(model, text, false));
    }

    HttpResponse<String> stream(String model, String text) throws Exception {
        return post("/v1/chat/completions", chatBody(model, text, true));
    }

    static String chatBody(String model, String text, boolean stream) {
        return "{\"model\":\"%s\",\"stream\":%s,\"max_tokens\":200,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                .formatted(model, stream, text.replace("\"", "\\\""));
    }

    /// As an extension of a class of tests: no test leaves anything open.
    @Override
    public void afterEach(ExtensionContext context) throws InterruptedException {
        awaitQuiet();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    /// Waits until no exchange and no hold is open.
    void awaitQuiet() throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (plane.openExchanges() > 0 || ledger.openHolds() > 0) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        plane.openExchanges()
                                + " exchanges, "
                                + ledger.openHolds()
                                + " holds open");
            }
            Thread.sleep(5);
        }
    }

    /// Waits until the call under this key is over, and makes it what it was (`R`) or is (`F`).
    void awaitIdempotency(String key, char state) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (true) {
            synchronized (idempotency) {
                for (Map.Entry<String, String> known : idempotency.entrySet()) {
                    if (known.getKey().contains(key) && known.getValue().startsWith("F")) {
                        known.setValue(state + known.getValue().substring(1));
                        return;
                    }
                }
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the call under " + key + " does not end");
            }
            Thread.sleep(5);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        simulator.close();
        spool.close();
        loops.check();
    }

    /// Seals nothing: what tests of the gateway alone need not look into.
    private static final class PlainSealing implements ClientSecrets.Sealing {
        @Override
        public byte[] sealBytes(byte[] content, String place) {
            return content;
        }

        @Override
        public byte[] openedOrNull(byte[] sealed, String place) {
            return sealed;
        }
    }

    /// Idempotency in memory: the value is `R:` or `F:`, the body's digest and the request id.
    private final class MemoryIdempotent implements Idempotency {
        @Override
        public Begin begin(Scope scope, String bodySha256, String requestId) {
            synchronized (idempotency) {
                String known = idempotency.get(scope.toString());
                if (known == null) {
                    idempotency.put(scope.toString(), "R:" + bodySha256 + ":" + requestId);
                    return new Begin.Started();
                }
                List<String> fields = List.of(known.split(":", -1));
                if (!fields.get(1).equals(bodySha256)) {
                    return new Begin.Conflict(fields.get(2));
                }
                return fields.get(0).equals("R")
                        ? new Begin.Running(fields.get(2))
                        : new Begin.Finished(fields.get(2));
            }
        }

        @Override
        public void finish(Scope scope, String requestId) {
            synchronized (idempotency) {
                idempotency.computeIfPresent(scope.toString(), (_, v) -> "F" + v.substring(1));
            }
        }

        @Override
        public void free(Scope scope, String requestId) {
            synchronized (idempotency) {
                idempotency.remove(scope.toString());
            }
        }
    }
}
