package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.limits.Limits;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.policy.Upstream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Peers that are slow, stop, or leave: nobody else waits for them, memory stays flat, each call is
/// settled once and rightly, and upstreams hear at once that nobody listens.
@Tag("slow")
class SlowPeersTest {

    private static final Duration STALL = Duration.ofMillis(1_500);
    private static final Limits LIMITS = limits();

    private static ScriptedUpstream upstream;
    private static ServerSocket deaf;
    private static final List<Socket> BACKLOG = new ArrayList<>();
    private static GatewayFixture gateway;

    private static Limits limits() {
        return new TunedLimits()
                .eventBytes(1 << 20)
                .answerBytes(16 << 20)
                .bodyRead(Duration.ofMillis(800))
                .connectionIdle(Duration.ofMillis(900))
                .writeStall(STALL)
                .idempotencyWait(Duration.ofSeconds(2))
                .limits();
    }

    @BeforeAll
    static void start() throws IOException {
        upstream = new ScriptedUpstream();
        // A full backlog: further connections are neither taken nor refused.
        deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        for (int i = 0; i < 4; i++) {
            Socket socket = new Socket();
            BACKLOG.add(socket);
            try {
                socket.connect(deaf.getLocalSocketAddress(), 100);
            } catch (java.net.SocketTimeoutException e) {
                break;
            }
        }
        gateway =
                new GatewayFixture(
                        GatewayFixture.Setup.USUAL
                                .with(LIMITS)
                                .with(
                                        new Upstream.Timeouts(
                                                Duration.ofMillis(500),
                                                Duration.ofMillis(600),
                                                Duration.ofMillis(700),
                                                Duration.ofMillis(2_000)))
                                .withUpstream("raw", upstream.baseUrl())
                                .withUpstream(
                                        "deaf",
                                        URI.create(
                                                "http://127.0.0.1:"
                                                        + deaf.getLocalPort()
                                                        + "/v1")));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        upstream.close();
        for (Socket socket : BACKLOG) {
            socket.close();
        }
        deaf.close();
    }

    @BeforeEach
    void afresh() throws Exception {
        assertThat(gateway.chat("sim-chat", "warm").statusCode()).isEqualTo(200);
        upstream.requests.clear();
    }

    @AfterEach
    void nothingStaysOpen() throws InterruptedException {
        gateway.awaitQuiet();
    }

    private static String call(String model, boolean stream) {
        return RawHttp.call(GatewayFixture.chatBody(model, "hello", stream));
    }

    private static CallRecord settledAfter(int before) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (gateway.ledger.settled().size() <= before) {
            assertThat(System.nanoTime()).as("settled in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
        return gateway.ledger.settled().get(before);
    }

    private static String whole() {
        return ScriptedUpstream.HEAD
                + ScriptedUpstream.CHUNK.repeat(3)
                + ScriptedUpstream.FINISH
                + ScriptedUpstream.USAGE
                + ScriptedUpstream.DONE;
    }

    @Test
    void aStreamCutAtEveryByteNeverLooksWhole() throws Exception {
        String whole = whole();
        int lastNeeded = whole.indexOf(ScriptedUpstream.FINISH) + ScriptedUpstream.FINISH.length();
        for (int cut = 0; cut <= whole.length(); cut += cut < lastNeeded - 20 ? 3 : 1) {
            int before = gateway.ledger.settled().size();
            upstream.answers(whole.substring(0, cut));
            HttpResponse<String> answer = gateway.stream("to-raw", "hello");
            CallRecord call = settledAfter(before);
            String seen = "cut at " + cut + ": " + answer.body();
            assertThat(CallTest.sum(call)).as(seen).isLessThanOrEqualTo(CallTest.held(call));
            if (answer.statusCode() != 200) {
                assertThat(answer.statusCode()).as(seen).isEqualTo(502);
                assertThat(call.chargeLines()).as(seen).isEmpty();
            } else if (answer.body().contains("\"error\":{")) {
                assertThat(answer.body()).as(seen).doesNotContain("[DONE]");
                assertThat(call.outcome().errorCode()).as(seen).isEqualTo("upstream_error");
            } else {
                assertThat(cut).as(seen).isGreaterThanOrEqualTo(lastNeeded - 2);
                assertThat(answer.body()).as(seen).contains("\"stop\"");
            }
        }
    }

    @Test
    void nothingAfterTheClosingMarkReachesTheClient() throws Exception {
        upstream.answers(whole() + ": ping\n\n" + ScriptedUpstream.CHUNK);
        HttpResponse<String> answer = gateway.stream("to-raw", "hello");
        assertThat(answer.body()).endsWith(ScriptedUpstream.DONE);
        assertThat(answer.body().split("word ", -1)).hasSize(4);
    }

    @Test
    void anUpstreamThatDoesNotEndAfterTheClosingMarkIsNotWaitedFor() throws Exception {
        upstream.answers(socket -> ScriptedUpstream.write(socket, whole()));
        long from = System.nanoTime();
        HttpResponse<String> answer = gateway.stream("to-raw", "hello");
        assertThat(answer.body()).endsWith(ScriptedUpstream.DONE);
        assertThat(System.nanoTime() - from).isLessThan(Duration.ofMillis(650).toNanos());
        long unused = upstream.awaitLeft();
    }

    @ParameterizedTest
    @CsvSource({
        "connect,deaf,false", "connect,deaf,true",
        "head,raw,false", "head,raw,true",
        "body,raw,false", "body,raw,true",
        "between,raw,false", "between,raw,true",
        "total,raw,false", "total,raw,true"
    })
    void everyStageHasItsDeadline(String stage, String target, boolean stream) throws Exception {
        String head =
                stream
                        ? ScriptedUpstream.HEAD
                        : """
                        HTTP/1.1 200 OK\r
                        content-type: application/json\r
                        content-length: 100000\r
                        \r
                        """;
        upstream.answers(socket -> {
            if (stage.equals("head")) {
                return;
            }
            ScriptedUpstream.write(socket, head);
            if (stage.equals("between")) {
                ScriptedUpstream.write(socket, ScriptedUpstream.CHUNK);
            }
            while (stage.equals("total")) {
                ScriptedUpstream.write(socket, ScriptedUpstream.CHUNK);
                Thread.sleep(200);
            }
        });
        int before = gateway.ledger.settled().size();
        long from = System.nanoTime();
        String body = GatewayFixture.chatBody("to-" + target, "hello", stream);
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", body);
        long millis = (System.nanoTime() - from) / 1_000_000;
        long limit =
                switch (stage) {
                    case "connect" -> 500;
                    case "between" -> 700;
                    case "total" -> 2_000;
                    default -> 600;
                };
        assertThat(millis).as(stage).isBetween(limit - 50, limit + 1_500);
        CallRecord call = settledAfter(before);
        boolean begun = stream && (stage.equals("between") || stage.equals("total"));
        if (begun) {
            assertThat(answer.body()).contains("upstream_timeout").doesNotContain("[DONE]");
            assertThat(call.estimated()).isTrue();
        } else {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(504);
            assertThat(answer.body()).contains("\"upstream_timeout\"");
            assertThat(call.chargeLines()).isEmpty();
        }
        if (target.equals("raw")) {
            long unused = upstream.awaitLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientThatLeavesWhileAnUpstreamIsBeingReachedOwesNothing(boolean stream)
            throws Exception {
        int before = gateway.ledger.settled().size();
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(call("to-deaf", stream));
            while (gateway.ledger.openHolds() == 0) {
                Thread.onSpinWait();
            }
        }
        CallRecord call = settledAfter(before);
        assertThat(call.outcome().statusCode()).isEqualTo(499);
        assertThat(call.chargeLines()).isEmpty();
        // None when it left while the hold was being made.
        assertThat(call.attempts()).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aClientThatLeavesBeforeItsBodyIsCompleteHoldsNothing() throws Exception {
        int settled = gateway.ledger.settled().size();
        for (int cut : new int[] {0, 1, 50}) {
            try (RawHttp raw = new RawHttp(gateway.plane.port())) {
                String call = call("to-raw", true);
                raw.send(call.substring(0, call.indexOf("\r\n\r\n") + 4 + cut));
                while (gateway.plane.openExchanges() == 0) {
                    Thread.onSpinWait();
                }
            }
            gateway.awaitQuiet();
        }
        assertThat(gateway.ledger.settled()).hasSize(settled);
        assertThat(upstream.requests).isEmpty();
    }

    @Test
    void aClientThatLeavesWhileItsHoldIsPendingFreesItAndItsKey() throws Exception {
        gateway.ledger.delay(Duration.ofMillis(300));
        String body = GatewayFixture.chatBody("to-raw", "pending", true);
        int before = gateway.ledger.settled().size();
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(RawHttp.call(body, "idempotency-key: pending-1"));
            while (gateway.ledger.openHolds() == 0) {
                Thread.onSpinWait();
            }
        } finally {
            gateway.ledger.delay(Duration.ZERO);
        }
        CallRecord call = settledAfter(before);
        assertThat(call.outcome().statusCode()).isEqualTo(499);
        assertThat(call.chargeLines()).isEmpty();
        assertThat(upstream.requests).isEmpty();
        upstream.answers(whole());
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(RawHttp.call(body, "idempotency-key: pending-1"));
            assertThat(raw.answer().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void aClientThatLeavesAfterAnyEventPaysForThoseAndTheUpstreamHears(int events)
            throws Exception {
        List<String> parts =
                List.of(
                        ScriptedUpstream.CHUNK,
                        ScriptedUpstream.CHUNK,
                        ScriptedUpstream.CHUNK,
                        ScriptedUpstream.FINISH,
                        ScriptedUpstream.USAGE);
        upstream.answers(socket ->
                ScriptedUpstream.write(
                        socket, ScriptedUpstream.HEAD + String.join("", parts.subList(0, events))));
        int before = gateway.ledger.settled().size();
        long from;
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(call("to-raw", true));
            if (events == 0) {
                while (upstream.requests.isEmpty()) {
                    Thread.onSpinWait();
                }
            } else {
                InputStream in = raw.socket().getInputStream();
                StringBuilder seen = new StringBuilder();
                // The usage chunk itself is not the client's, who did not ask for it.
                int shown = Math.min(events, 4);
                while (seen.toString().split("\"choices\"", -1).length <= shown) {
                    seen.append(new String(in.readNBytes(1), StandardCharsets.UTF_8));
                }
                if (events == 5) {
                    Thread.sleep(50);
                }
            }
            from = System.nanoTime();
        }
        assertThat(upstream.awaitLeft() - from).isLessThan(Duration.ofSeconds(1).toNanos());
        CallRecord call = settledAfter(before);
        assertThat(call.outcome().statusCode()).isEqualTo(499);
        assertThat(call.usage().allInputTokens()).isPositive();
        assertThat(call.estimated()).isEqualTo(events < 5);
        long output = call.usage().allOutputTokens();
        if (events == 0) {
            assertThat(output).isZero();
        } else {
            assertThat(output).isBetween((long) Math.min(events, 3), 6L);
        }
    }

    @Test
    void aSlowReaderHoldsBackItsUpstreamAndIsCutOffInTheEnd() throws Exception {
        String big =
                ScriptedUpstream.CHUNK
                        .replace("word ", "")
                        .replace("{\"id\"", "{\"pad\":\"" + "x".repeat(8_000) + "\",\"id\"");
        long[] written = new long[1];
        upstream.answers(socket -> {
            ScriptedUpstream.write(socket, ScriptedUpstream.HEAD + ScriptedUpstream.CHUNK);
            for (int i = 0; i < 4_000; i++) {
                ScriptedUpstream.write(socket, big);
                written[0] += big.length();
            }
        });
        int before = gateway.ledger.settled().size();
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.socket().setReceiveBufferSize(8_192);
            raw.send(call("to-raw", true));
            long deadline = System.nanoTime() + STALL.toNanos() - 300_000_000L;
            while (System.nanoTime() < deadline) {
                assertThat(raw.socket().getInputStream().read()).isNotNegative();
                long from = System.nanoTime();
                assertThat(gateway.chat("sim-chat", "meanwhile").statusCode()).isEqualTo(200);
                assertThat(System.nanoTime() - from).isLessThan(Duration.ofSeconds(1).toNanos());
            }
            // What is on the way fills socket buffers of the kernel on both sides, not the heap.
            assertThat(written[0]).isLessThan(16_000_000L);
            CallRecord call =
                    gateway.ledger.awaitSettled(c -> c.outcome().statusCode() == 499 && c.stream());
            assertThat(CallTest.sum(call).isPositive()).isTrue();
            assertThat(gateway.ledger.settled()).hasSizeGreaterThan(before);
        }
        long unused = upstream.awaitLeft();
    }

    @Test
    void aClientThatTakesNothingOfALargeAnswerIsCutOff() throws Exception {
        String text = "y".repeat(15 << 20);
        String json =
                "{\"id\":\"c\",\"object\":\"chat.completion\",\"model\":\"sim-chat\",\"choices\":[{\"index\":0,"
                        + "\"message\":{\"role\":\"assistant\",\"content\":\""
                        + text
                        + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}}";
        upstream.answers(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
                        + json.length()
                        + "\r\n\r\n"
                        + json);
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(call("to-raw", false));
            assertThat(raw.answer().body()).hasSize(json.length());
        }
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(call("to-raw", false));
            gateway.awaitQuiet();
            Thread.sleep(STALL.toMillis() + 500);
            long got = 0;
            byte[] piece = new byte[1 << 16];
            try {
                for (int n = 0; n >= 0; n = raw.socket().getInputStream().read(piece)) {
                    got += n;
                }
            } catch (IOException e) {
                // a reset is as good
            }
            assertThat(got).isLessThan(json.length());
        }
    }

    @Test
    void aBodyThatDoesNotComeIs408AndAnIdleConnectionIsClosed() throws Exception {
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(call("to-raw", true).replaceFirst("\"hello.*", ""));
            RawHttp.Answer answer = raw.answer();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.body()).contains("request_timeout");
            assertThat(raw.atEnd()).isTrue();
        }
        List<RawHttp> idle = new ArrayList<>();
        for (String begun :
                List.of("", "POST /v1/ch", "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nx-")) {
            idle.add(new RawHttp(gateway.plane.port()).send(begun));
        }
        for (RawHttp raw : idle) {
            assertThat(raw.atEnd()).isTrue();
            raw.close();
        }
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(
                    "GET /v1/models HTTP/1.1\r\nhost: a\r\nx-api-key: "
                            + GatewayFixture.KEY
                            + "\r\n\r\n");
            assertThat(raw.answer().status()).isEqualTo(200);
            assertThat(raw.atEnd()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000_000_001L, 4_503_599_627_370_496L, Long.MAX_VALUE})
    void countsNoCallCanHaveAreNotBelieved(long tokens) throws Exception {
        String usage =
                ScriptedUpstream.USAGE
                        .replace(":3,", ":" + tokens + ",")
                        .replace(":10}", ":" + (tokens + 7) + "}");
        upstream.answers(whole().replace(ScriptedUpstream.USAGE, usage));
        int before = gateway.ledger.settled().size();
        HttpResponse<String> answer = gateway.stream("to-raw", "hello");
        assertThat(answer.body()).endsWith(ScriptedUpstream.DONE);
        CallRecord call = settledAfter(before);
        assertThat(call.estimated()).isTrue();
        assertThat(CallTest.sum(call)).isLessThanOrEqualTo(CallTest.held(call));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "body=empty",
                "body=html",
                "body=truncated",
                "body=null",
                "body=array",
                "length=5",
                "cut_byte=40",
                "status=302 location=http://127.0.0.1:1/"
            })
    void anAnswerThatIsNoneGoesToTheNextTarget(String how) throws Exception {
        int before = gateway.ledger.settled().size();
        HttpResponse<String> answer = gateway.chat("sim-chat", "[[sim " + how + "]] hi");
        assertThat(answer.statusCode()).as(answer.body()).isBetween(502, 504);
        CallRecord call = settledAfter(before);
        assertThat(call.attempts()).hasSize(2);
        assertThat(call.chargeLines()).isEmpty();
    }

    @Test
    void anEventBeyondTheLimitEndsTheStream() throws Exception {
        HttpResponse<String> answer =
                gateway.stream("sim-chat", "[[sim huge_at=3 huge=1100000]] hi");
        assertThat(answer.body()).contains("\"error\":{").doesNotContain("[DONE]");
        HttpResponse<String> fits = gateway.stream("sim-chat", "[[sim huge_at=3 huge=900000]] hi");
        assertThat(fits.body()).contains("[DONE]").hasSizeGreaterThan(900_000);
    }
}
