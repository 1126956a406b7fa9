package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Scope;
import dev.sluice.domain.Window;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.policy.Upstream;
import dev.sluice.simulator.Options;
import dev.sluice.simulator.Simulator;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Ways to make a call fail, each for real: four gateways in front of a provider of every dialect.
final class ErrorCauses implements AutoCloseable {

    private static final Duration IMPATIENCE = Duration.ofSeconds(2);

    private final Simulator provider;
    private final GatewayFixture gateway;

    /// Gives clients little time to send their bodies, and providers little to answer.
    private final GatewayFixture hurried;

    /// Gives providers little time to go on with an answer.
    private final GatewayFixture stalled;

    /// Serves no more calls.
    private final GatewayFixture full;

    /// What was begun ahead of being asked for.
    private final Map<String, FutureTask<Told>> begun = new ConcurrentHashMap<>();

    /// One way to fail; returns what the client was told.
    interface Cause {
        Told of(Speaker client, boolean stream) throws Exception;
    }

    /// An answer, whichever client read it.
    record Told(int status, Map<String, String> headers, String body) {
        static Told of(HttpResponse<String> answer) {
            Map<String, String> headers = new HashMap<>();
            answer.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
            return new Told(answer.statusCode(), headers, answer.body());
        }

        static Told of(RawHttp.Answer answer) {
            return new Told(answer.status(), answer.headers(), answer.body());
        }
    }

    ErrorCauses() {
        provider =
                Simulator.start(
                        Options.loopback(InstantSource.system())
                                .withAnyModel()
                                .withJournal(1_000, null, false));
        GatewayFixture.Setup setup = GatewayFixture.Setup.USUAL;
        for (Speaker speaker : Speaker.values()) {
            setup =
                    setup.withUpstream(
                            speaker.upstream(),
                            speaker == Speaker.GEMINI ? provider.origin() : provider.baseUrl());
        }
        Limits usual = Limits.DEFAULT;
        gateway = new GatewayFixture(setup.with(limits(usual.bodyRead(), usual.openExchanges())));
        hurried =
                new GatewayFixture(
                        setup.with(limits(IMPATIENCE, usual.openExchanges()))
                                .with(patience(IMPATIENCE, Duration.ofSeconds(20))));
        stalled =
                new GatewayFixture(
                        setup.with(limits(usual.bodyRead(), usual.openExchanges()))
                                .with(patience(Duration.ofSeconds(20), IMPATIENCE)));
        full = new GatewayFixture(setup.with(limits(usual.bodyRead(), 0)));
    }

    private static Upstream.Timeouts patience(Duration firstByte, Duration idle) {
        Duration most = Duration.ofSeconds(30);
        return new Upstream.Timeouts(most, firstByte, idle, most);
    }

    private static Limits limits(Duration bodyRead, int openExchanges) {
        return new TunedLimits()
                .bodyBytes(64 << 10)
                .bodyRead(bodyRead)
                .idempotencyWait(Duration.ofMillis(50))
                .openExchanges(openExchanges)
                .limits();
    }

    @Override
    public void close() {
        full.close();
        stalled.close();
        hurried.close();
        gateway.close();
        provider.close();
    }

    void awaitQuiet() throws InterruptedException {
        gateway.awaitQuiet();
    }

    void awaitAllQuiet() throws InterruptedException {
        gateway.awaitQuiet();
        hurried.awaitQuiet();
        stalled.awaitQuiet();
    }

    /// Whether a way to fail is to wait for a time-out.
    static boolean takesTime(String what) {
        return what.contains("delay=")
                || what.contains("stall_at=")
                || what.equals("a body that does not come");
    }

    /// Makes a call fail that takes its time to, ahead of [#told].
    void begin(String what, Speaker client, String upstream, boolean stream) {
        FutureTask<Told> task = new FutureTask<>(() -> of(what, upstream).of(client, stream));
        begun.put(String.join("|", what, client.name(), upstream, "" + stream), task);
        Thread.startVirtualThread(task);
    }

    /// What the client is told of a call to a model of this upstream.
    Told told(String what, Speaker client, String upstream, boolean stream) throws Exception {
        FutureTask<Told> task =
                begun.remove(String.join("|", what, client.name(), upstream, "" + stream));
        return task == null ? of(what, upstream).of(client, stream) : task.get();
    }

    /// A call to a model of this upstream whose text makes the provider fail.
    private Told fail(Speaker client, String upstream, boolean stream, String how)
            throws Exception {
        String model = "to-" + upstream;
        String body = client.question(model, "[[sim " + how + "]] hi", stream).toString();
        GatewayFixture to =
                how.contains("stall_at=") ? stalled : takesTime(how) ? hurried : gateway;
        return Told.of(to.post(client.path(model, stream), body));
    }

    private Told post(String path, String body) throws Exception {
        return Told.of(gateway.post(path, body));
    }

    private Cause of(String what, String upstream) {
        if (what.startsWith("upstream ")) {
            String how = what.substring("upstream ".length());
            return (client, stream) -> fail(client, upstream, stream, how);
        }
        return switch (what) {
            case "half a body" ->
                    (client, stream) -> post(path(client, stream), "{\"model\":\"to-");
            case "an unknown key" -> (client, stream) -> withKey(client, stream, "sk-nobody");
            case "a model beyond the key" ->
                    (client, stream) -> withKey(client, stream, GatewayFixture.KEY + "-narrow");
            case "an unknown model" -> (client, stream) -> ofModel(client, stream, "nobody");
            case "a model without a price" ->
                    (client, stream) -> ofModel(client, stream, "unpriced");
            case "another method" ->
                    (client, stream) -> send(gateway, request(client, stream).DELETE());
            case "an empty account" -> this::withoutMoney;
            case "an account full of holds" -> ledger(() -> refused(null, "1", "0.1"));
            case "a spent quota" -> ledger(() -> refused(spending(), "1", "1"));
            case "a quota full of holds" -> ledger(() -> refused(spending(), "1", "0.1"));
            case "a full rate window" -> ledger(() -> refused(rate(), "5", "5"));
            case "a ledger that is away" -> ledger(() -> new HoldResult.Unavailable("it is away"));
            case "a bug" ->
                    ledger(() -> {
                        throw new IllegalStateException("planted");
                    });
            case "a bug on the way" ->
                    (client, stream) -> {
                        gateway.ledger.onceOnProgress(() -> {
                            throw new IllegalStateException("planted");
                        });
                        // progress is noted every 64 KiB
                        return fail(client, upstream, stream, "tokens=1500");
                    };
            case "a field that is lost, strictly" -> this::lossy;
            case "a key that is in use" -> (client, stream) -> again(client, stream, 'R', "hi");
            case "a key that was used" -> (client, stream) -> again(client, stream, 'F', "hi");
            case "a key of another body" -> (client, stream) -> again(client, stream, 'F', "ho");
            case "a large body" -> (client, stream) -> ask(client, stream, "x".repeat(65 << 10));
            case "text" ->
                    (client, stream) ->
                            send(
                                    gateway,
                                    request(client, stream)
                                            .setHeader("content-type", "text/plain"));
            case "too many calls" ->
                    (client, stream) ->
                            send(
                                    full,
                                    full.request(path(client, stream), body(client, stream, "hi")));
            case "a body that does not come" ->
                    (client, stream) -> raw(hurried, client, stream, "content-length: 500\r\n");
            case "large headers" ->
                    (client, stream) ->
                            raw(
                                    gateway,
                                    client,
                                    stream,
                                    "x-long: " + "a".repeat(33 << 10) + "\r\n");
            default -> throw new IllegalArgumentException(what);
        };
    }

    private static String model(Speaker client) {
        return "to-" + client.upstream();
    }

    private static String path(Speaker client, boolean stream) {
        return client.path(model(client), stream);
    }

    private static String body(Speaker client, boolean stream, String text) {
        return client.question(model(client), text, stream).toString();
    }

    private HttpRequest.Builder request(Speaker client, boolean stream) {
        return gateway.request(path(client, stream), body(client, stream, "hi"));
    }

    private static Told send(GatewayFixture to, HttpRequest.Builder request) throws Exception {
        return Told.of(to.http.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    }

    private Told ask(Speaker client, boolean stream, String text) throws Exception {
        return post(path(client, stream), body(client, stream, text));
    }

    private Told withKey(Speaker client, boolean stream, String key) throws Exception {
        return send(gateway, request(client, stream).setHeader("authorization", "Bearer " + key));
    }

    private Told ofModel(Speaker client, boolean stream, String model) throws Exception {
        String body = client.question(model, "hi", stream).toString();
        return post(client.path(model, stream), body);
    }

    /// A field that nobody knows, for a provider of another dialect.
    private Told lossy(Speaker client, boolean stream) throws Exception {
        Speaker other = client == Speaker.CHAT ? Speaker.MESSAGES : Speaker.CHAT;
        String model = model(other);
        ObjectNode body = client.question(model, "hi", stream).put("xFuture", 1);
        return send(
                gateway,
                gateway.request(client.path(model, stream), body.toString())
                        .header("x-sluice-strict", "true"));
    }

    private Told withoutMoney(Speaker client, boolean stream) throws Exception {
        gateway.ledger.balance("0");
        try {
            return ask(client, stream, "hi");
        } finally {
            gateway.ledger.balance("1000");
        }
    }

    private Cause ledger(Supplier<HoldResult> answer) {
        return (client, stream) -> {
            gateway.ledger.answerOnce(answer);
            return ask(client, stream, "hi");
        };
    }

    private static HoldResult refused(@Nullable Claim claim, String limit, String used) {
        return new HoldResult.Refused(
                claim,
                new BigDecimal(limit),
                new BigDecimal(used),
                new BigDecimal("0.6"),
                new BigDecimal("0.5"));
    }

    private static Claim spending() {
        return claim(QuotaUnit.USD, new Window.Calendar(Window.Span.DAY, ZoneOffset.UTC));
    }

    private static Claim rate() {
        return claim(QuotaUnit.REQUESTS, new Window.Calendar(Window.Span.MINUTE, ZoneOffset.UTC));
    }

    private static Claim claim(QuotaUnit unit, Window window) {
        QuotaRule rule =
                new QuotaRule(
                        "quota_1",
                        "org_1",
                        "staging",
                        Scope.ORGANIZATION,
                        unit,
                        BigDecimal.ONE,
                        window,
                        false,
                        false,
                        List.of(),
                        "finance@example.com",
                        null,
                        null);
        return new Claim(rule, "", window.at(Instant.now()), 1, 1);
    }

    /// The same key a second time.
    ///
    /// @param state of the first call by then: running or finished
    private Told again(Speaker client, boolean stream, char state, String text) throws Exception {
        String key = client + "-" + stream + "-" + state + "-" + text;
        Told first = send(gateway, request(client, stream).header("idempotency-key", key));
        assertThat(first.status()).as(first.body()).isEqualTo(200);
        gateway.awaitIdempotency(key, state);
        String body = body(client, stream, text);
        return send(
                gateway,
                gateway.request(path(client, stream), body).header("idempotency-key", key));
    }

    /// For what no client library would send.
    private Told raw(GatewayFixture to, Speaker client, boolean stream, String header)
            throws Exception {
        try (RawHttp raw = new RawHttp(to.plane.port())) {
            raw.send(
                    "POST %s HTTP/1.1\r\nhost: sluice\r\nauthorization: Bearer %s\r\n"
                                    .formatted(path(client, stream), GatewayFixture.KEY)
                            + "content-type: application/json\r\n"
                            + header
                            + "\r\n");
            return Told.of(raw.answer());
        }
    }
}
