package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.call.CallRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Clients that mean harm or do not know better: what is refused leaves its connection as it was or
/// closed, never out of step; who reads nothing costs no memory; nobody else notices.
@Tag("slow")
class HostileClientTest {

    private static final Duration STALL = Duration.ofMillis(1_200);
    private static final String GOOD =
            RawHttp.call(GatewayFixture.chatBody("sim-chat", "hi", false));

    private static ScriptedUpstream upstream;
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() throws IOException {
        upstream = new ScriptedUpstream();
        gateway =
                new GatewayFixture(
                        GatewayFixture.Setup.USUAL
                                .with(
                                        new TunedLimits()
                                                .bodyBytes(1 << 20)
                                                .writeStall(STALL)
                                                .limits())
                                .withUpstream("raw", upstream.baseUrl()));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        upstream.close();
    }

    @AfterEach
    void nothingStaysOpen() throws InterruptedException {
        gateway.awaitQuiet();
    }

    /// Requests that are refused; those that are before their bodies were read.
    static Stream<Arguments> refused() {
        String smuggled = "GET /v1/models HTTP/1.1\r\nhost: a\r\n\r\n";
        return Stream.of(
                Arguments.of(401, true, GOOD.replace(GatewayFixture.KEY, "sk-sluice-wrong")),
                Arguments.of(404, true, GOOD.replace("/v1/chat/completions", "/v1/nothing")),
                Arguments.of(405, true, GOOD.replace("POST ", "PUT ")),
                Arguments.of(415, true, GOOD.replace("application/json", "text/plain")),
                Arguments.of(
                        401,
                        true,
                        RawHttp.call(smuggled).replace(GatewayFixture.KEY, "sk-sluice-no")),
                Arguments.of(400, false, RawHttp.call("{")),
                Arguments.of(400, false, RawHttp.call(smuggled)),
                Arguments.of(
                        404, false, RawHttp.call(GatewayFixture.chatBody("nobody", "hi", true))),
                Arguments.of(413, false, RawHttp.call("x".repeat((1 << 20) + 1))));
    }

    /// The connection goes on with the next request, or is closed: the rest of a body is never
    /// taken for a request.
    @ParameterizedTest
    @MethodSource("refused")
    void aRefusedBodyIsNeverTakenForTheNextRequest(int status, boolean early, String request)
            throws Exception {
        int cut = request.indexOf("\r\n\r\n") + 4;
        for (int part : new int[] {cut, cut + 1, request.length()}) {
            try (RawHttp raw = new RawHttp(gateway.plane.port())) {
                raw.send(request.substring(0, part));
                Thread.sleep(20);
                RawHttp.Answer first = early ? raw.answer() : null;
                boolean closed = !sent(raw, request.substring(part) + GOOD);
                if (first == null) {
                    first = raw.answer();
                }
                assertThat(first.status()).as(first.toString()).isEqualTo(status);
                if (!closed && !raw.atEnd()) {
                    RawHttp.Answer next = raw.answer();
                    assertThat(next.status()).as(next.toString()).isEqualTo(200);
                    assertThat(next.body()).contains("chat.completion");
                }
            }
        }
    }

    private static boolean sent(RawHttp raw, String text) {
        try {
            raw.send(text);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aBodyThatGrowsBeyondTheLimitIs413() throws Exception {
        String piece = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(
                    GOOD.substring(0, GOOD.indexOf("content-length"))
                            + "transfer-encoding: chunked\r\n\r\n");
            int sent = 0;
            while (sent < 1_000 && sent(raw, piece)) {
                sent++;
            }
            // it is read no further than a little beyond the limit, and what is in buffers
            RawHttp.Answer answer = raw.answer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).contains("request_too_large");
        }
        assertThat(gateway.plane.bodyBytesHeld()).isZero();
    }

    /// A number of the wrong size or kind, where each dialect has one.
    static Stream<Arguments> numbers() {
        return Stream.of(
                        "-1",
                        "1.5",
                        "9223372036854775808",
                        "1e400",
                        "-1e400",
                        "1e999999999",
                        "\"5\"",
                        "true",
                        "[]")
                .flatMap(value ->
                        Stream.of(Speaker.values()).map(client -> Arguments.of(client, value)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("numbers")
    void anOutputLimitThatIsNoneIsRefused(Speaker client, String value) throws Exception {
        ObjectNode question = client.question("to-raw", "hi", false);
        String marker = "\"LIMIT\"";
        switch (client) {
            case CHAT, MESSAGES -> question.put("max_tokens", "LIMIT");
            case RESPONSES -> question.put("max_output_tokens", "LIMIT");
            case GEMINI -> question.putObject("generationConfig").put("maxOutputTokens", "LIMIT");
        }
        refused(client, question.toString().replace(marker, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "100000", "9223372036854775808", "1e400", "\"2\""})
    void soManyAnswersAreRefused(String n) throws Exception {
        ObjectNode chat = Speaker.CHAT.question("to-raw", "hi", false).put("n", "N");
        refused(Speaker.CHAT, chat.toString().replace("\"N\"", n));
        ObjectNode gemini = Speaker.GEMINI.question("to-raw", "hi", false);
        gemini.putObject("generationConfig").put("candidateCount", "N");
        refused(Speaker.GEMINI, gemini.toString().replace("\"N\"", n));
    }

    private static void refused(Speaker client, String body) throws Exception {
        int settled = gateway.ledger.settled().size();
        upstream.requests.clear();
        var told = gateway.post(client.path("to-raw", false), body);
        assertThat(told.statusCode()).as(told.body()).isEqualTo(400);
        JsonNode error = Speaker.JSON.readTree(told.body()).path("error");
        String kind =
                switch (client) {
                    case CHAT, RESPONSES, MESSAGES -> error.path("type").asString();
                    case GEMINI ->
                            error.path("status").asString().toLowerCase(java.util.Locale.ROOT);
                };
        assertThat(kind).as(told.body()).startsWith("invalid_");
        assertThat(upstream.requests).isEmpty();
        assertThat(gateway.ledger.settled()).hasSize(settled);
    }

    /// A number that a provider may make sense of, and a tree that nobody should climb.
    @ParameterizedTest
    @EnumSource
    void whatCannotBeTranslatedIsTheClientsMistake(Speaker client) throws Exception {
        upstream.answers(socket -> {
            throw new IOException("nothing to say");
        });
        for (String value : List.of("1e400", "-1e400", "1e999999999", "1e-999999999")) {
            ObjectNode question = client.question("to-raw", "hi", false);
            (client == Speaker.GEMINI ? question.putObject("generationConfig") : question)
                    .put("temperature", "T");
            var told =
                    gateway.post(
                            client.path("to-raw", false),
                            question.toString().replace("\"T\"", value));
            // an upstream that hangs up is asked when the number could be carried
            assertThat(told.statusCode()).as(told.body()).isIn(400, 502);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCompressedBodyIsRefusedInTheClientsWords(Speaker client) throws Exception {
        String body = client.question("to-raw", "hi", false).toString();
        for (String coding : List.of("gzip", "zstd", "gzip, gzip")) {
            var request =
                    gateway.request(client.path("to-raw", false), body)
                            .header("content-encoding", coding)
                            .build();
            var told =
                    gateway.http.send(request, java.net.http.HttpResponse.BodyHandlers.ofString());
            assertThat(told.statusCode()).as(told.body()).isEqualTo(415);
            assertThat(told.body()).contains("Compressed request bodies");
        }
    }

    /// Its answer is on the way all the same, or it owes what was read of it: settled once.
    @Test
    void aClientThatClosesItsHalfIsSettledOnce() throws Exception {
        for (boolean stream : new boolean[] {false, true}) {
            int before = gateway.ledger.settled().size();
            String body = GatewayFixture.chatBody("sim-chat", "[[sim delay=100]] hi", stream);
            try (RawHttp raw = new RawHttp(gateway.plane.port())) {
                raw.send(RawHttp.call(body));
                raw.socket().shutdownOutput();
                byte[] all = raw.socket().getInputStream().readAllBytes();
                String seen = new String(all, StandardCharsets.UTF_8);
                gateway.awaitQuiet();
                List<CallRecord> calls = gateway.ledger.settled();
                // none when it left before its hold
                assertThat(calls.size() - before).as(seen).isLessThanOrEqualTo(1);
                if (!seen.isEmpty()) {
                    assertThat(seen).startsWith("HTTP/1.1 200");
                    assertThat(calls).hasSize(before + 1);
                }
            }
        }
    }

    @Test
    void aClientThatReadsByteByByteGetsItAll() throws Exception {
        String body = GatewayFixture.chatBody("sim-chat", "[[sim tokens=20]] hi", true);
        try (Socket socket = narrow()) {
            socket.getOutputStream().write(bytes(RawHttp.call(body, "connection: close")));
            StringBuilder seen = new StringBuilder();
            InputStream in = socket.getInputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                seen.append((char) b);
            }
            assertThat(seen.toString()).contains("data: [DONE]");
        }
    }

    /// The first event may be large: while a client takes nothing of it, the upstream is not read.
    @Test
    void whoReadsNothingOfALargeFirstEventHoldsItsUpstreamBack() throws Exception {
        String large =
                ScriptedUpstream.CHUNK.replace(
                        "{\"id\"", "{\"pad\":\"" + "x".repeat(9 << 20) + "\",\"id\"");
        String more =
                ScriptedUpstream.CHUNK.replace(
                        "{\"id\"", "{\"pad\":\"" + "x".repeat(1 << 16) + "\",\"id\"");
        AtomicLong written = new AtomicLong();
        upstream.answers(socket -> {
            ScriptedUpstream.write(socket, ScriptedUpstream.HEAD + large);
            for (int i = 0; i < 2_000; i++) {
                ScriptedUpstream.write(socket, more);
                written.addAndGet(more.length());
            }
        });
        try (Socket socket = narrow()) {
            String body = GatewayFixture.chatBody("to-raw", "hello", true);
            socket.getOutputStream().write(bytes(RawHttp.call(body)));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            Thread.sleep(STALL.toMillis() / 2);
            // what is on the way fills buffers of the kernel, not the heap
            assertThat(written).hasValueLessThan(16L << 20);
            CallRecord call =
                    gateway.ledger.awaitSettled(c -> c.outcome().statusCode() == 499 && c.stream());
            assertThat(CallTest.sum(call).isPositive()).isTrue();
        }
        long unused = upstream.awaitLeft();
    }

    /// Answers of the management plane wait for their readers no longer than those of models.
    @ParameterizedTest
    @ValueSource(strings = {"/whole", "/pieces"})
    void whoReadsNothingOfAnyAnswerIsCutOff(String path) throws Exception {
        try (Socket socket = narrow()) {
            socket.getOutputStream()
                    .write(bytes("GET /large" + path + " HTTP/1.1\r\nhost: a\r\n\r\n"));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            Thread.sleep(STALL.toMillis() + 800);
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            byte[] piece = new byte[1 << 16];
            try {
                for (int n = 0; n >= 0; n = socket.getInputStream().read(piece)) {
                    got.write(piece, 0, n);
                }
            } catch (IOException e) {
                // a reset is as good
            }
            assertThat(got.size()).isLessThan(GatewayFixture.LARGE_BYTES);
            assertThat(got.toString(StandardCharsets.ISO_8859_1))
                    .as("a part is not taken for the whole")
                    .doesNotEndWith("0\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/whole", "/pieces"})
    void whoReadsALargeAnswerGetsItAll(String path) throws Exception {
        var answer =
                gateway.http.send(
                        java.net.http.HttpRequest.newBuilder(gateway.uri("/large" + path)).build(),
                        java.net.http.HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.body()).hasSize(GatewayFixture.LARGE_BYTES);
    }

    /// Who asks on and on and reads no answer is not served on and on.
    @Test
    void whoAsksWithoutReadingWaits() throws Exception {
        byte[] ask = bytes("GET /asked HTTP/1.1\r\nhost: a\r\n\r\n".repeat(100));
        Thread asking;
        try (Socket socket = narrow()) {
            OutputStream out = socket.getOutputStream();
            asking =
                    Thread.startVirtualThread(() -> {
                        try {
                            while (true) {
                                out.write(ask);
                            }
                        } catch (IOException e) {
                            // cut off, or over
                        }
                    });
            int before = -1;
            int served = gateway.asked.get();
            long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
            while (before != served && System.nanoTime() < deadline) {
                Thread.sleep(500);
                before = served;
                served = gateway.asked.get();
            }
            assertThat(served).as("it is served on and on").isEqualTo(before);
            assertThat(gateway.chat("sim-chat", "meanwhile").statusCode()).isEqualTo(200);
        }
        asking.join();
    }

    /// A client with a small window.
    private static Socket narrow() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.setSoTimeout(8_000);
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.plane.port()));
        return socket;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
