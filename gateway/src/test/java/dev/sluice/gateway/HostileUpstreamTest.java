package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.call.CallRecord;
import dev.sluice.policy.Upstream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Upstreams that answer what no upstream should: each client is served or told so in its own
/// words, within the upstream's deadlines; nothing hangs, nobody is sent elsewhere, and a call that
/// got no answer is not charged.
class HostileUpstreamTest {

    /// Far above what any of these should take, far below what somebody waits who was forgotten.
    private static final long SOON_NANOS = Duration.ofSeconds(9).toNanos();

    private static final String WHOLE =
            "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"sim-chat\","
                    + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"word"
                    + " \"},\"finish_reason\":\"stop\"}],"
                    + "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}}";
    private static final String EVENTS =
            ScriptedUpstream.CHUNK
                    + ScriptedUpstream.FINISH
                    + ScriptedUpstream.USAGE
                    + ScriptedUpstream.DONE;

    private static ScriptedUpstream upstream;
    private static ScriptedUpstream elsewhere;
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() throws IOException {
        upstream = new ScriptedUpstream();
        elsewhere = new ScriptedUpstream();
        gateway =
                new GatewayFixture(
                        GatewayFixture.Setup.USUAL
                                .with(
                                        new Upstream.Timeouts(
                                                Duration.ofSeconds(1),
                                                Duration.ofMillis(700),
                                                Duration.ofMillis(700),
                                                Duration.ofSeconds(60)))
                                .withUpstream("raw", upstream.baseUrl())
                                .withUpstream("responses", upstream.baseUrl())
                                .withUpstream("nameless", URI.create("http://nobody.invalid/v1")));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        upstream.close();
        elsewhere.close();
    }

    @AfterEach
    void nothingStaysOpen() throws InterruptedException {
        gateway.awaitQuiet();
        assertThat(elsewhere.requests).isEmpty();
    }

    /// Nobody has its name.
    @Test
    void whoCannotBeFoundIsToldSoonAndAnotherOneIsAsked() throws Exception {
        for (boolean stream : new boolean[] {false, true}) {
            String body = GatewayFixture.chatBody("to-nameless", "hi", stream);
            long from = System.nanoTime();
            HttpResponse<String> told = gateway.post("/v1/chat/completions", body);
            assertThat(System.nanoTime() - from).isLessThan(SOON_NANOS);
            assertThat(told.statusCode()).as(told.body()).isIn(502, 504);
            settledOnce("nameless", Speaker.CHAT, told);
            HttpResponse<String> second = gateway.chat("nameless-first", "hi");
            assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "retry-after: -1\r\n",
                "retry-after: 1e9\r\n",
                "retry-after: 99999999999999999999\r\n",
                "retry-after: 999999999\r\n",
                "retry-after: Mon, 01 Jan 1990 00:00:00 GMT\r\n",
                "retry-after: Mon, 01 Jan 9999 00:00:00 GMT\r\n",
                "retry-after: soon\r\n",
                "retry-after-ms: 1e99\r\nretry-after: \u0007\r\n"
            })
    void aWaitIsToldThatAClientCanKeep(String header) throws Exception {
        upstream.answers(head("429 Slow", "application/json", header + "connection: close\r\n"));
        HttpResponse<String> told = ask(Speaker.CHAT, false);
        assertThat(told.statusCode()).as(told.body()).isIn(429, 502);
        String wait = told.headers().firstValue("retry-after").orElse("none");
        assertThat(wait).matches("[0-9]{1,5}");
        assertThat(Integer.parseInt(wait)).isBetween(0, 86_400);
    }

    /// What becomes of a call.
    private enum End {
        SERVED,
        FAILED,
        /// HTTP leaves it open; neither harms.
        EITHER
    }

    /// An answer as bytes, of its content type and the body that would be right.
    private static Arguments row(String what, End end, BinaryOperator<String> answer) {
        return Arguments.of(what, end, answer);
    }

    private static String head(String status, String type, String more) {
        return "HTTP/1.1 " + status + "\r\ncontent-type: " + type + "\r\n" + more + "\r\n";
    }

    private static String ok(String type, String body) {
        return head("200 OK", type, "connection: close\r\n") + body;
    }

    private static String chunk(String body) {
        return Integer.toHexString(body.length()) + "\r\n" + body + "\r\n";
    }

    static Stream<Arguments> answers() {
        return Stream.of(statuses(), heads(), framings(), bodies()).flatMap(rows -> rows);
    }

    private static Stream<Arguments> statuses() {
        List<Arguments> rows = new ArrayList<>();
        for (String first : List.of("100 Continue", "103 Early Hints")) {
            rows.add(
                    row(
                            first + " before the answer",
                            End.SERVED,
                            (type, body) -> "HTTP/1.1 " + first + "\r\n\r\n" + ok(type, body)));
            rows.add(
                    row(
                            first + " and no more",
                            End.FAILED,
                            (_, _) -> "HTTP/1.1 " + first + "\r\nlink: </x>\r\n\r\n"));
        }
        rows.add(
                row(
                        "a switch to another protocol",
                        End.FAILED,
                        (_, body) ->
                                "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\n"
                                        + "upgrade: websocket\r\n\r\n"
                                        + body));
        for (String empty : List.of("204 No Content", "205 Reset Content", "304 Not Modified")) {
            rows.add(row(empty, End.FAILED, (_, _) -> "HTTP/1.1 " + empty + "\r\n\r\n"));
        }
        for (int sent : new int[] {301, 302, 303, 307, 308}) {
            rows.add(
                    row(
                            "sent elsewhere with " + sent,
                            End.FAILED,
                            (type, body) ->
                                    head(
                                                    sent + " Elsewhere",
                                                    type,
                                                    "connection: close\r\nlocation: "
                                                            + elsewhere.baseUrl()
                                                            + "/chat/completions\r\n")
                                            + body));
        }
        for (String none : List.of("99 Low", "600 High", "999 Higher", "1000 Long", "abc", "")) {
            rows.add(
                    row(
                            "the status '" + none + "'",
                            End.FAILED,
                            (type, body) -> head(none, type, "connection: close\r\n") + body));
        }
        return rows.stream();
    }

    private static Stream<Arguments> heads() {
        return Stream.of(
                row("no head", End.FAILED, (_, body) -> body),
                row("another protocol", End.FAILED, (_, _) -> "220 mail.example ESMTP\r\n"),
                row("HTTP/2 by number", End.FAILED, (t, b) -> ok(t, b).replace("P/1.1", "P/2.0")),
                row("HTTP/1.0", End.SERVED, (t, b) -> ok(t, b).replace("P/1.1", "P/1.0")),
                row("nothing at all", End.FAILED, (_, _) -> ""),
                row("half a head", End.FAILED, (_, _) -> "HTTP/1.1 200 OK\r\ncontent-ty"),
                row(
                        "a vast header",
                        End.FAILED,
                        (t, b) -> head("200 OK", t, "x: " + "a".repeat(70_000) + "\r\n") + b),
                row(
                        "ten thousand headers",
                        End.FAILED,
                        (t, b) -> head("200 OK", t, "x-many: a\r\n".repeat(10_000)) + b),
                row(
                        "a header without a colon",
                        End.EITHER,
                        (t, b) -> head("200 OK", t, "nonsense\r\nconnection: close\r\n") + b),
                row(
                        "control characters in what is told on",
                        End.EITHER,
                        (t, b) ->
                                head(
                                                "200 OK",
                                                t,
                                                "x-request-id: a\u0001b\r"
                                                        + "c\r\n"
                                                        + "connection: close\r\n")
                                        + b));
    }

    private static Stream<Arguments> framings() {
        return Stream.of(
                row(
                        "a length that is too short",
                        End.FAILED,
                        (t, b) -> head("200 OK", t, "content-length: 20\r\n") + b),
                row(
                        "a length that is too long",
                        End.EITHER,
                        (t, b) ->
                                head("200 OK", t, "content-length: " + (b.length() + 9) + "\r\n")
                                        + b),
                row(
                        "a negative length",
                        End.FAILED,
                        (t, b) -> head("200 OK", t, "content-length: -5\r\n") + b),
                row(
                        "two lengths",
                        End.FAILED,
                        (t, b) ->
                                head("200 OK", t, "content-length: 20\r\ncontent-length: 30\r\n")
                                        + b),
                row(
                        "a chunk that is none",
                        End.FAILED,
                        (t, b) ->
                                head("200 OK", t, "transfer-encoding: chunked\r\n")
                                        + "xyz\r\n"
                                        + b),
                row(
                        "chunks that break off",
                        End.FAILED,
                        (t, b) ->
                                head("200 OK", t, "transfer-encoding: chunked\r\n")
                                        + chunk(b).substring(0, b.length() / 3)),
                row(
                        "chunks of one byte with extensions and trailers",
                        End.SERVED,
                        (t, b) -> {
                            StringBuilder all = new StringBuilder();
                            all.append(head("200 OK", t, "transfer-encoding: chunked\r\n"));
                            b.chars().forEach(c -> all.append("1;a=b\r\n" + (char) c + "\r\n"));
                            return all.append("0\r\nx-sum: 1\r\n\r\n").toString();
                        }));
    }

    private static Stream<Arguments> bodies() {
        String error = "{\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}";
        return Stream.of(
                row("nothing in it", End.FAILED, (t, _) -> ok(t, "")),
                row("a page", End.FAILED, (_, _) -> ok("text/html", "<html>Bad gateway</html>")),
                row("a page under a wrong name", End.FAILED, (t, _) -> ok(t, "<html></html>")),
                row("an error", End.FAILED, (t, _) -> ok(t, error)),
                row("an error as an event", End.FAILED, (t, _) -> ok(t, "data: " + error + "\n\n")),
                row("an object without anything", End.FAILED, (t, _) -> ok(t, "{}")),
                row("no choice", End.FAILED, (t, _) -> ok(t, "{\"choices\":[]}")),
                row("no choices", End.FAILED, (t, _) -> ok(t, "{\"choices\":null}")),
                row("half a document", End.FAILED, (t, b) -> ok(t, b.substring(0, b.length() / 3))),
                row(
                        "a hundred thousand levels",
                        End.FAILED,
                        (t, _) -> ok(t, "data: {\"choices\":" + "[".repeat(100_000))),
                row(
                        "a hundred thousand levels, plain",
                        End.FAILED,
                        (t, _) -> ok(t, "{\"choices\":" + "[".repeat(100_000))),
                row(
                        "control characters",
                        End.FAILED,
                        (t, b) -> ok(t, b.replace("word", "wo\u0001rd"))),
                row("a name twice", End.EITHER, (t, b) -> ok(t, b.replace("{", "{\"id\":\"x\","))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void isServedOrToldInEveryClientsWords(String what, End end, BinaryOperator<String> answer)
            throws Exception {
        for (Speaker client : Speaker.values()) {
            for (boolean stream : new boolean[] {false, true}) {
                upstream.answers(
                        answer.apply(
                                stream ? "text/event-stream" : "application/json",
                                stream ? EVENTS : WHOLE));
                String seen = "%s, %s, streamed %s: ".formatted(what, client, stream);
                long from = System.nanoTime();
                HttpResponse<String> told = ask(client, stream);
                assertThat(System.nanoTime() - from).as(seen).isLessThan(SOON_NANOS);
                if (end == End.SERVED) {
                    assertThat(told.statusCode()).as(seen + told.body()).isEqualTo(200);
                    assertThat(told.body()).as(seen).contains("word");
                }
                if (end == End.FAILED && !begun(told)) {
                    assertThat(told.statusCode()).as(seen + told.body()).isIn(502, 504);
                }
                settledOnce(seen, client, told);
            }
        }
    }

    private static HttpResponse<String> ask(Speaker client, boolean stream) throws Exception {
        return gateway.post(
                client.path("to-raw", stream), client.question("to-raw", "hi", stream).toString());
    }

    /// Whether a stream told of its failure after it had begun.
    private static boolean begun(HttpResponse<String> told) {
        return told.statusCode() == 200 && told.body().contains("upstream_error");
    }

    private static void settledOnce(String seen, Speaker client, HttpResponse<String> told)
            throws InterruptedException {
        String id = told.headers().firstValue("x-request-id").orElseThrow();
        gateway.awaitQuiet();
        List<CallRecord> calls =
                gateway.ledger.settled().stream().filter(c -> c.requestId().equals(id)).toList();
        assertThat(calls).as(seen).hasSize(1);
        if (told.statusCode() == 200) {
            return;
        }
        assertThat(calls.getFirst().chargeLines()).as(seen).isEmpty();
        assertThat(told.headers().firstValue("retry-after")).as(seen).contains("1");
        JsonNode body = Speaker.JSON.readTree(told.body());
        JsonNode error = body.path("error");
        assertThat(error.path("message").asString()).as(seen).isNotBlank();
        switch (client) {
            case CHAT, RESPONSES ->
                    assertThat(error.path("type").asString()).as(seen).isEqualTo("server_error");
            case MESSAGES -> assertThat(body.path("type").asString()).as(seen).isEqualTo("error");
            case GEMINI ->
                    assertThat(error.path("code").asInt()).as(seen).isEqualTo(told.statusCode());
        }
    }

    /// A refusal says enough at its beginning; one that does not end is not read for ever.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRefusalThatDoesNotEndIsToldSoon(boolean stream) throws Exception {
        upstream.answers(socket -> {
            ScriptedUpstream.write(socket, head("500 Internal", "application/json", ""));
            while (true) {
                ScriptedUpstream.write(socket, " ".repeat(8_192));
            }
        });
        for (Speaker client : Speaker.values()) {
            long from = System.nanoTime();
            HttpResponse<String> told = ask(client, stream);
            assertThat(told.statusCode()).as(told.body()).isEqualTo(502);
            assertThat(System.nanoTime() - from).isLessThan(SOON_NANOS);
            settledOnce("endless", client, told);
        }
    }

    /// What follows an answer on a kept connection is not the answer to the next call.
    @Test
    void anAnswerThatNobodyAskedForReachesNobody() throws Exception {
        String evil = WHOLE.replace("word", "evil");
        String two =
                head("200 OK", "application/json", "content-length: " + WHOLE.length() + "\r\n")
                        + WHOLE
                        + head(
                                "200 OK",
                                "application/json",
                                "content-length: " + evil.length() + "\r\n")
                        + evil;
        upstream.answers(socket -> ScriptedUpstream.write(socket, two));
        for (int i = 0; i < 10; i++) {
            HttpResponse<String> told = ask(Speaker.CHAT, false);
            assertThat(told.statusCode()).as(told.body()).isEqualTo(200);
            assertThat(told.body()).contains("word").doesNotContain("evil");
        }
    }

    /// Some repeat the whole request, which may be large, before they answer it.
    @Test
    void anAnswerMaySayMuchBeforeItSaysAnything() throws Exception {
        String words = "x".repeat(700_000);
        String about =
                "{\"type\":\"response.%s\",\"response\":{\"id\":\"resp_1\",\"instructions\":\""
                        + words
                        + "\"}}";
        upstream.answers(
                ok(
                        "text/event-stream",
                        "data: "
                                + about.formatted("created")
                                + "\n\ndata: "
                                + about.formatted("in_progress")
                                + "\n\n"
                                + "data:"
                                + " {\"type\":\"response.output_text.delta\",\"delta\":\"fine\"}\n\n"
                                + "data:"
                                + " {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"usage\":{\"input_tokens\":9,\"output_tokens\":3}}}\n\n"));
        String body = "{\"model\":\"to-responses\",\"stream\":true,\"input\":\"hi\"}";
        long from = System.nanoTime();
        HttpResponse<String> told = gateway.post("/v1/responses", body);
        assertThat(System.nanoTime() - from).isLessThan(SOON_NANOS);
        assertThat(told.statusCode()).isEqualTo(200);
        assertThat(told.body()).contains("\"fine\"", "response.completed");

        upstream.answers(ok("text/event-stream", ": still thinking\n\n".repeat(80_000) + EVENTS));
        HttpResponse<String> thought = ask(Speaker.CHAT, true);
        assertThat(thought.statusCode()).isEqualTo(200);
        assertThat(thought.body()).endsWith(ScriptedUpstream.DONE);
    }

    /// Tool calls whose arguments are no document, or one that no reader should follow.
    @ParameterizedTest
    @ValueSource(strings = {"[", "{\\\"a\\\":", "{\\\"a\\\":1e999999999}", "\\ud800", "nonsense"})
    void argumentsOfToolCallsBreakNothing(String piece) throws Exception {
        String arguments = piece.length() > 8 ? piece : piece.repeat(60_000);
        String call =
                "[{\"index\":0,\"id\":\"t1\",\"type\":\"function\",\"function\":"
                        + "{\"name\":\"f\",\"arguments\":\""
                        + arguments
                        + "\"}}]";
        for (Speaker client : Speaker.values()) {
            for (boolean stream : new boolean[] {false, true}) {
                String with = "\"content\":\"word \",\"tool_calls\":" + call;
                upstream.answers(
                        stream
                                ? ok(
                                        "text/event-stream",
                                        EVENTS.replace("\"content\":\"word \"", with))
                                : ok(
                                        "application/json",
                                        WHOLE.replace("\"content\":\"word \"", with)));
                HttpResponse<String> told = ask(client, stream);
                assertThat(told.statusCode()).as(client + told.body()).isIn(200, 502);
                gateway.awaitQuiet();
            }
        }
    }
}
