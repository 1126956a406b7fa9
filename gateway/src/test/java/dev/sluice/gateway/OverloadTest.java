package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.limits.Limits;
import dev.sluice.policy.Upstream;
import dev.sluice.testkit.Await;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// More calls come than the event loops can serve: some are served as ever, the others are told so
/// at once and cheaply, in their own dialect. Calls that wait for a provider are no load.
@Tag("slow")
@Timeout(300)
class OverloadTest {

    private static final int CLIENTS = 800;

    /// So that the loops are what is short, whatever the machine.
    private static final long CALL_NANOS = 1_500_000;

    private static final int STREAMS = 150;

    /// On a machine that has other things to do.
    private static final Duration MOST = Duration.ofMinutes(2);

    private static final Upstream.Timeouts PATIENT = new Upstream.Timeouts(MOST, MOST, MOST, MOST);

    private static final JsonMapper JSON = new JsonMapper();
    private static final String CHAT = GatewayFixture.chatBody("sim-chat", "hi", false);
    private static final List<String> PATHS =
            List.of(
                    "/v1/chat/completions",
                    "/v1/messages",
                    "/v1beta/models/sim-chat:generateContent",
                    "/v1/responses");

    /// An answer, the path it is for, and how long it took.
    private record Told(int path, RawHttp.Answer answer, long nanos) {
        boolean isTurnedAway() {
            return answer.status() == 503;
        }
    }

    private final ConcurrentLinkedQueue<Told> told = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    @Test
    void whatIsTooMuchIsToldSoAtOnce() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture(Limits.DEFAULT, PATIENT);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            gateway.callNanos = CALL_NANOS;
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int path = i % PATHS.size();
                clients.add(threads.submit(() -> callOnAndOn(gateway, path)));
            }
            try {
                await(() -> count(true) > 200 && count(false) > 200);
                assertSameAnswerWhoeverGivesIt(gateway);
                assertAnswersStayInOrder(gateway);
            } finally {
                over = true;
            }
            for (Future<?> client : clients) {
                client.get(MOST.toSeconds(), TimeUnit.SECONDS);
            }
            assertThat(gateway.plane.turnedAway()).isGreaterThanOrEqualTo(count(true));
            for (Told each : told) {
                assertThat(each.answer().status()).as("%s", each).isIn(200, 503);
                if (each.isTurnedAway()) {
                    assertTurnedAway(each.path(), each.answer());
                }
            }
            assertThat(median(true)).as("ns, served %d", median(false)).isLessThan(median(false));
            assertNothingIsTurnedAwayLater(gateway);
            gateway.awaitQuiet();
        }
    }

    @Test
    void whatWaitsForAProviderIsNoLoad() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture(Limits.DEFAULT, PATIENT)) {
            String slow = GatewayFixture.chatBody("sim-chat", "[[sim tokens=10 gap=200]]", true);
            List<CompletableFuture<HttpResponse<String>>> streams = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                streams.add(
                        gateway.http.sendAsync(
                                gateway.request(PATHS.getFirst(), slow).timeout(MOST).build(),
                                HttpResponse.BodyHandlers.ofString()));
            }
            await(() -> gateway.plane.openExchanges() == STREAMS);
            for (int i = 0; i < 100; i++) {
                assertThat(gateway.chat("sim-chat", "quick").statusCode()).isEqualTo(200);
            }
            for (CompletableFuture<HttpResponse<String>> stream : streams) {
                assertThat(stream.get(MOST.toSeconds(), TimeUnit.SECONDS).body())
                        .contains("[DONE]");
            }
            assertThat(gateway.plane.turnedAway()).isZero();
        }
    }

    private static RawHttp connect(GatewayFixture gateway) throws Exception {
        RawHttp client = new RawHttp(gateway.plane.port());
        client.socket().setSoTimeout((int) MOST.toMillis());
        return client;
    }

    private static String body(int path) {
        return switch (path) {
            case 2 -> "{\"contents\":[{\"parts\":[{\"text\":\"hi\"}]}]}";
            case 3 -> "{\"model\":\"sim-chat\",\"input\":\"hi\",\"store\":false}";
            default -> CHAT;
        };
    }

    private static String request(int path, String... headers) {
        return RawHttp.call(body(path), headers)
                .replaceFirst("/v1/chat/completions", PATHS.get(path));
    }

    private Void callOnAndOn(GatewayFixture gateway, int path) throws Exception {
        try (RawHttp client = connect(gateway)) {
            while (!over) {
                long from = System.nanoTime();
                RawHttp.Answer answer = client.send(request(path)).answer();
                told.add(new Told(path, answer, System.nanoTime() - from));
                if (answer.status() == 503) {
                    // not as long as it was asked to, yet it shares the machine with the gateway
                    LockSupport.parkNanos(20_000_000);
                }
            }
        }
        return null;
    }

    private static void assertTurnedAway(int path, RawHttp.Answer answer) {
        assertThat(answer.header("retry-after")).isEqualTo("1");
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        String id = answer.header("x-request-id");
        assertThat(id).startsWith("req_");
        JsonNode body = JSON.readTree(answer.body());
        JsonNode error = body.path("error");
        switch (path) {
            case 1 -> {
                assertThat(body.path("type").asString()).isEqualTo("error");
                assertThat(error.path("type").asString()).isEqualTo("overloaded_error");
                assertThat(error.at("/sluice/code").asString()).isEqualTo("overloaded");
                assertThat(answer.header("request-id")).isEqualTo(id);
            }
            case 2 -> assertThat(error.path("status").asString()).isEqualTo("UNAVAILABLE");
            default -> assertThat(error.path("code").asString()).isEqualTo("overloaded");
        }
        assertThat(answer.body()).contains(id);
    }

    /// A request that is not of the plainest form is turned away where all others are read.
    private static void assertSameAnswerWhoeverGivesIt(GatewayFixture gateway) throws Exception {
        for (int path : List.of(1, 2)) {
            RawHttp.Answer plain = turnedAway(gateway, request(path));
            RawHttp.Answer usual = turnedAway(gateway, request(path, "x_any: 1"));
            assertThat(anonymous(plain)).isEqualTo(anonymous(usual));
            assertThat(plain.header("x-request-id")).isNotEqualTo(usual.header("x-request-id"));
        }
    }

    private static RawHttp.Answer turnedAway(GatewayFixture gateway, String request)
            throws Exception {
        long deadline = System.nanoTime() + MOST.toNanos();
        try (RawHttp client = connect(gateway)) {
            RawHttp.Answer answer;
            do {
                assertThat(System.nanoTime()).as("turned away").isLessThan(deadline);
                answer = client.send(request).answer();
            } while (answer.status() != 503);
            return answer;
        }
    }

    private static Map<String, String> anonymous(RawHttp.Answer answer) {
        String id = answer.header("x-request-id");
        Map<String, String> all = new TreeMap<>(answer.headers());
        all.put("body", answer.body());
        all.replaceAll((_, text) -> text.replace(id, "ID"));
        return all;
    }

    /// Requests that are sent at once are answered one after the other, served or not.
    private static void assertAnswersStayInOrder(GatewayFixture gateway) throws Exception {
        for (int round = 0; round < 5; round++) {
            try (RawHttp client = connect(gateway)) {
                String all = request(0) + request(1) + request(2) + request(1);
                client.send(all.getBytes(StandardCharsets.UTF_8));
                for (int path : List.of(0, 1, 2, 1)) {
                    RawHttp.Answer answer = client.answer();
                    if (answer.status() == 503) {
                        assertTurnedAway(path, answer);
                    } else {
                        String mark = List.of("choices", "stop_reason", "candidates").get(path);
                        assertThat(answer.body()).contains(mark);
                    }
                }
            }
        }
    }

    private static void assertNothingIsTurnedAwayLater(GatewayFixture gateway) throws Exception {
        gateway.callNanos = 0;
        long before = gateway.plane.turnedAway();
        for (int i = 0; i < 200; i++) {
            assertThat(gateway.chat("sim-chat", "after").statusCode()).isEqualTo(200);
        }
        assertThat(gateway.plane.turnedAway()).isEqualTo(before);
    }

    private long count(boolean turnedAway) {
        return told.stream().filter(each -> each.isTurnedAway() == turnedAway).count();
    }

    private long median(boolean turnedAway) {
        Collection<Long> sorted =
                told.stream()
                        .filter(each -> each.isTurnedAway() == turnedAway)
                        .map(Told::nanos)
                        .sorted()
                        .toList();
        return List.copyOf(sorted).get(sorted.size() / 2);
    }

    private void await(BooleanSupplier condition) {
        Await.until(
                () -> "turned away %d, served %d".formatted(count(true), count(false)),
                _ -> condition.getAsBoolean(),
                MOST);
    }
}
