package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTP that two readers could understand differently is refused and its connection closed: what
/// follows it on the connection is never executed.
class StrictHttpTest {

    private static final String BODY = GatewayFixture.chatBody("sim-chat", "hi", false);
    private static final String SMUGGLED =
            RawHttp.call(GatewayFixture.chatBody("sim-chat", "smuggled", false));
    private static final String AUTH = "authorization: Bearer " + GatewayFixture.KEY + "\r\n";
    private static final String HEAD =
            "POST /v1/chat/completions HTTP/1.1\r\nhost: sluice\r\n"
                    + AUTH
                    + "content-type: application/json\r\n";
    private static final String GET = "GET /v1/models HTTP/1.1\r\n";

    @RegisterExtension private static final GatewayFixture gateway = new GatewayFixture();

    private static String chunked(String body) {
        return Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
    }

    /// A request with these lines after the usual ones, and a body that fits neither reading.
    private static Arguments post(String what, String lines, String body) {
        return Arguments.of(what, HEAD + lines + "\r\n" + body);
    }

    private static Arguments get(String what, String lines) {
        return Arguments.of(what, GET + lines + AUTH + "\r\n");
    }

    static Stream<Arguments> ambiguous() {
        return Stream.of(bodies(), headerFields(), requestLines()).flatMap(rows -> rows);
    }

    /// How long a body is, said in more than one way or in no good one.
    private static Stream<Arguments> bodies() {
        String length = "content-length: " + BODY.length() + "\r\n";
        String te = "transfer-encoding: ";
        String chunked = chunked(BODY);
        return Stream.of(
                post("length and chunked", length + te + "chunked\r\n", chunked),
                post("chunked and length", te + "chunked\r\n" + length, chunked),
                post(
                        "short length and chunked",
                        "content-length: 4\r\n" + te + "chunked\r\n",
                        chunked),
                post("two lengths", length + "content-length: 4\r\n", BODY),
                post("the same length twice", length + length, BODY),
                post("a list of lengths", "content-length: 4, " + BODY.length() + "\r\n", BODY),
                post("a list of equal lengths", "content-length: 4, 4\r\n", "null"),
                post("unknown coding", te + "xchunked\r\n", chunked),
                post("chunked is not last", te + "chunked, identity\r\n", chunked),
                post("identity, chunked", te + "identity, chunked\r\n", chunked),
                post("gzip, chunked", te + "gzip, chunked\r\n", chunked),
                post("chunked twice", te + "chunked, chunked\r\n", chunked),
                post("two codings", te + "chunked\r\n" + te + "identity\r\n", chunked),
                post("two chunked codings", te + "chunked\r\n" + te + "chunked\r\n", chunked),
                post("coding with a vertical tab", te + "\u000bchunked\r\n", chunked),
                post("quoted coding", te + "\"chunked\"\r\n", chunked),
                post("empty coding", te + "\r\n" + length, BODY),
                post("folded coding", "transfer-encoding:\r\n chunked\r\n", chunked),
                post("folded header", "x-a: 1\r\n  2\r\n" + length, BODY),
                post("folded with a tab", "x-a: 1\r\n\t2\r\n" + length, BODY),
                post("space before the colon", "transfer-encoding : chunked\r\n" + length, BODY),
                post("tab before the colon", "content-length\t: 4\r\n", "null"),
                post("negative length", "content-length: -1\r\n", ""),
                post("signed length", "content-length: +" + BODY.length() + "\r\n", BODY),
                post("hexadecimal length", "content-length: 0x10\r\n", BODY),
                post("length with a fraction", "content-length: 4.0\r\n", "null"),
                post("empty length", "content-length: \r\n", ""),
                post("length of two words", "content-length: 4 4\r\n", "null"),
                post("length beyond a long", "content-length: 99999999999999999999\r\n", ""));
    }

    private static Stream<Arguments> headerFields() {
        String length = "content-length: " + BODY.length() + "\r\n";
        String te = "transfer-encoding: ";
        return Stream.of(
                post("header without a colon", "nonsense\r\n" + length, BODY),
                post("header without a name", ": nonsense\r\n" + length, BODY),
                post("NUL in a value", "x-a: a\u0000b\r\n" + length, BODY),
                post("control in a value", "x-a: a\u0001b\r\n" + length, BODY),
                post("delete in a value", "x-a: a\u007fb\r\n" + length, BODY),
                post("bare CR in a value", "x-a: a\rb\r\n" + length, BODY),
                post("NUL in a name", "x\u0000a: b\r\n" + length, BODY),
                post("blank in a name", "x a: b\r\n" + length, BODY),
                post("bracket in a name", "x(a: b\r\n" + length, BODY),
                post("high byte in a name", "x\u00e4: b\r\n" + length, BODY),
                post("line ends in LF", "x-a: b\n" + length, BODY),
                post("blank line of LF", "x-a: b\r\n" + length.stripTrailing() + "\n\n", ""),
                post(
                        "connection names a framing header",
                        "connection: content-length\r\n" + length,
                        BODY),
                post(
                        "connection names the coding",
                        "connection: transfer-encoding\r\n" + te + "chunked\r\n",
                        chunked(BODY)));
    }

    private static Stream<Arguments> requestLines() {
        return Stream.of(
                Arguments.of(
                        "request line ends in LF",
                        "GET /v1/models HTTP/1.1\nhost: a\r\n" + AUTH + "\r\n"),
                Arguments.of(
                        "blank before the first header",
                        "GET /v1/models HTTP/1.1\r\n host: a\r\n" + AUTH + "\r\n"),
                get("no host", ""),
                get("two hosts", "host: a\r\nhost: b\r\n"),
                get("host with a blank", "host: a b\r\n"),
                get("host with a path", "host: a/b\r\n"),
                get("host with a user", "host: u@a\r\n"),
                Arguments.of("HTTP/0.9", "GET /v1/models\r\n"),
                Arguments.of(
                        "HTTP/1.2 in lower case", "GET /v1/models http/1.1\r\nhost: a\r\n\r\n"),
                Arguments.of("HTTP/2.0 by number", "GET /v1/models HTTP/2.0\r\nhost: a\r\n\r\n"),
                Arguments.of("HTTP/3.7", "GET /v1/models HTTP/3.7\r\nhost: a\r\n\r\n"),
                Arguments.of("HTTP/11.1", "GET /v1/models HTTP/11.1\r\nhost: a\r\n\r\n"),
                Arguments.of("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                Arguments.of("two blanks", "GET  /v1/models HTTP/1.1\r\nhost: a\r\n\r\n"),
                Arguments.of(
                        "a tab in the request line", "GET\t/v1/models HTTP/1.1\r\nhost: a\r\n\r\n"),
                Arguments.of(
                        "a blank in the target", "GET /v1/mod els HTTP/1.1\r\nhost: a\r\n\r\n"),
                Arguments.of(
                        "a control in the target", "GET /v1/\u0001 HTTP/1.1\r\nhost: a\r\n\r\n"),
                Arguments.of("a NUL in the target", "GET /v1/\u0000 HTTP/1.1\r\nhost: a\r\n\r\n"),
                Arguments.of(
                        "a fragment in the target", "GET /v1/models#x HTTP/1.1\r\nhost: a\r\n\r\n"),
                Arguments.of("a bad method", "G(T /v1/models HTTP/1.1\r\nhost: a\r\n\r\n"),
                Arguments.of(
                        "a target without a slash", "GET v1/models HTTP/1.1\r\nhost: a\r\n\r\n"),
                Arguments.of("CONNECT", "CONNECT sluice:80 HTTP/1.1\r\nhost: sluice\r\n\r\n"),
                Arguments.of(
                        "garbage",
                        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n"),
                Arguments.of("more garbage", "}{!!\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ambiguous")
    void isRefusedAndNothingAfterItIsRead(String what, String request) throws Exception {
        long before = gateway.simulator.journal().stats().calls();
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(request + SMUGGLED);
            List<RawHttp.Answer> answers = raw.answersUntilClosed();
            assertThat(answers).as(what).hasSize(1);
            assertThat(answers.getFirst().status()).as(answers.toString()).isEqualTo(400);
            assertThat(answers.getFirst().body()).contains("\"invalid_request\"");
            assertThat(answers.getFirst().header("x-request-id")).startsWith("req_");
        }
        gateway.awaitQuiet();
        assertThat(gateway.simulator.journal().stats().calls()).isEqualTo(before);
    }

    static Stream<Arguments> brokenChunks() {
        return Stream.of(
                Arguments.of("no hexadecimal", "xyz\r\n" + BODY),
                Arguments.of("negative", "-5\r\nhello\r\n0\r\n\r\n"),
                Arguments.of("signed", "+5\r\nhello\r\n0\r\n\r\n"),
                Arguments.of("with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
                Arguments.of("beyond an int", "fffffffff\r\nhello\r\n0\r\n\r\n"),
                Arguments.of("beyond a long", "ffffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
                Arguments.of("empty", "\r\nhello\r\n0\r\n\r\n"),
                Arguments.of("blank before", " 5\r\nhello\r\n0\r\n\r\n"),
                Arguments.of("ended by LF", "2\n{}\r\n0\r\n\r\n"),
                Arguments.of("data not ended", "2\r\n{}5\r\n0\r\n\r\n"),
                Arguments.of("data ended by LF", "2\r\n{}\n0\r\n\r\n"),
                Arguments.of("LF in an extension", "2;a\nb\r\n{}\r\n0\r\n\r\n"),
                Arguments.of("CR in an extension", "2;a\rb\r\n{}\r\n0\r\n\r\n"),
                Arguments.of("huge extension", "2;" + "a".repeat(70_000) + "\r\n{}\r\n0\r\n\r\n"),
                Arguments.of(
                        "broken trailer",
                        chunked(BODY).replace("0\r\n\r\n", "0\r\nx y: 3\r\n\r\n")),
                Arguments.of(
                        "huge trailers",
                        chunked(BODY)
                                .replace(
                                        "0\r\n\r\n",
                                        "0\r\n"
                                                + "x: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n"
                                                        .repeat(1000)
                                                + "\r\n")));
    }

    /// Half of the request was understood by then, so the answer is a 400 where one can still be
    /// given, and the connection closed in any case.
    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenChunks")
    void aBrokenChunkIsRefusedAndNothingAfterItIsRead(String what, String body) throws Exception {
        long before = gateway.simulator.journal().stats().calls();
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(HEAD + "transfer-encoding: chunked\r\n\r\n" + body + SMUGGLED);
            List<RawHttp.Answer> answers = raw.answersUntilClosed();
            assertThat(answers).as(what).hasSize(1);
            assertThat(answers.getFirst().status()).as(answers.toString()).isEqualTo(400);
        }
        gateway.awaitQuiet();
        assertThat(gateway.simulator.journal().stats().calls()).isEqualTo(before);
    }

    static Stream<Arguments> paths() {
        return Stream.of(
                Arguments.of("/v1/%63hat/completions", 404),
                Arguments.of("//v1/chat/completions", 404),
                Arguments.of("/v1//chat/completions", 404),
                Arguments.of("/v1/chat/completions/", 404),
                Arguments.of("/v1/../v1/chat/completions", 404),
                Arguments.of("/v1/./chat/completions", 404),
                Arguments.of("/v1/chat/completions;a=b", 404),
                Arguments.of("/v1/chat/completions%00", 404),
                Arguments.of("/v1/chat%2fcompletions", 404),
                Arguments.of("/V1/chat/completions", 404),
                Arguments.of("/v1/chat/completions%20", 404),
                Arguments.of("/v1/../admin/v1/keys", 404),
                Arguments.of("/v1/models/%ZZ", 404),
                Arguments.of("/v1/chat/completions?key=%ZZ", 400),
                Arguments.of("/somewhere?x=%ZZ", 400),
                Arguments.of("/v1/chat\\completions", 404),
                Arguments.of("/?" + "a".repeat(8_300), 414));
    }

    @ParameterizedTest
    @MethodSource("paths")
    void oddPathsReachNothing(String target, int status) throws Exception {
        long before = gateway.simulator.journal().stats().calls();
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            String method = target.startsWith("/v1/models") ? "GET " : "POST ";
            raw.send(
                    SMUGGLED.replace("smuggled", "odd-path")
                            .replace("POST /v1/chat/completions ", method + target + " "));
            RawHttp.Answer answer = raw.answer();
            assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        }
        gateway.awaitQuiet();
        assertThat(gateway.simulator.journal().stats().calls()).isEqualTo(before);
    }

    @Test
    void anAbsoluteTargetIsReadByItsPath() throws Exception {
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(RawHttp.call(BODY).replace("POST /v1", "POST http://elsewhere.example/v1"));
            assertThat(raw.answer().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "OPTIONS", "PUT", "DELETE", "PATCH", "HEAD", "FOO"})
    void otherMethodsAreRefused(String method) throws Exception {
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(
                    method
                            + " /v1/chat/completions HTTP/1.1\r\nhost: a\r\nconnection: close\r\n"
                            + AUTH
                            + "\r\n");
            String answer =
                    new String(
                            raw.socket().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer)
                    .startsWith("HTTP/1.1 405 ")
                    .contains("allow: POST")
                    .doesNotContain(GatewayFixture.KEY);
        }
    }

    @Test
    void headersBeyondTheLimitAre431() throws Exception {
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(RawHttp.call(BODY, "x-long: " + "a".repeat(33 << 10)) + SMUGGLED);
            List<RawHttp.Answer> answers = raw.answersUntilClosed();
            assertThat(answers).hasSize(1);
            assertThat(answers.getFirst().status()).isEqualTo(431);
            assertThat(answers.getFirst().body()).contains("headers_too_large");
        }
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            String[] many = new String[4_000];
            java.util.Arrays.fill(many, "x-many: aaaa");
            raw.send(RawHttp.call(BODY, many));
            assertThat(raw.answersUntilClosed().getFirst().status()).isEqualTo(431);
        }
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(RawHttp.call(BODY, "x-long: " + "a".repeat(31 << 10)));
            assertThat(raw.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void anEndlessRequestLineIs414() throws Exception {
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send("GET /" + "a".repeat(9_000));
            RawHttp.Answer answer = raw.answersUntilClosed().getFirst();
            assertThat(answer.status()).isEqualTo(414);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            String slow = GatewayFixture.chatBody("sim-chat", "[[sim delay=300]] one", false);
            raw.send(
                    RawHttp.call(slow)
                            + GET
                            + "host: a\r\n"
                            + AUTH
                            + "\r\n"
                            + RawHttp.call(GatewayFixture.chatBody("sim-chat", "two", true))
                            + RawHttp.call(GatewayFixture.chatBody("sim-reasoner", "two", false)));
            assertThat(raw.answer().body()).contains("chat.completion").contains("sim-chat");
            assertThat(raw.answer().body()).contains("\"object\":\"list\"");
            assertThat(raw.answer().body()).endsWith("data: [DONE]\n\n");
            assertThat(raw.answer().body()).contains("sim-reasoner");
        }
    }

    @Test
    void http10IsServedAndKeptAliveWhenAsked() throws Exception {
        String ten = RawHttp.call(BODY, "connection: keep-alive").replace("HTTP/1.1", "HTTP/1.0");
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(ten);
            assertThat(raw.answer().status()).isEqualTo(200);
            raw.send(ten);
            assertThat(raw.answer().status()).isEqualTo(200);
        }
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(RawHttp.call(BODY).replace("HTTP/1.1", "HTTP/1.0"));
            assertThat(raw.answersUntilClosed()).hasSize(1);
        }
    }

    @Test
    void aStreamTo10EndsWithItsConnection() throws Exception {
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(
                    RawHttp.call(GatewayFixture.chatBody("sim-chat", "hi", true))
                            .replace("HTTP/1.1", "HTTP/1.0"));
            String all =
                    new String(
                            raw.socket().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(all)
                    .contains("200 OK")
                    .doesNotContain("chunked")
                    .endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void chunkedBodiesWithExtensionsAndTrailersAreRead() throws Exception {
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            String body =
                    "1;a=b\r\n{\r\n"
                            + Integer.toHexString(BODY.length() - 1)
                            + " ; x\r\n"
                            + BODY.substring(1)
                            + "\r\n0\r\nx-checksum: 1\r\n\r\n";
            raw.send(HEAD + "Transfer-Encoding: Chunked\r\n\r\n" + body);
            assertThat(raw.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void continueIsSaidOnlyToBodiesThatAreWanted() throws Exception {
        String expect = "expect: 100-continue\r\n";
        String length = "content-length: " + BODY.length() + "\r\n\r\n";
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(HEAD + expect + length);
            assertThat(raw.answer().status()).isEqualTo(100);
            raw.send(BODY);
            assertThat(raw.answer().status()).isEqualTo(200);
        }
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send((HEAD + expect + length).replace(GatewayFixture.KEY, "sk-sluice-wrong"));
            assertThat(raw.answersUntilClosed().getFirst().status()).isEqualTo(401);
        }
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(HEAD + expect + "content-length: 100000000\r\n\r\n");
            assertThat(raw.answersUntilClosed().getFirst().status()).isEqualTo(413);
        }
    }

    @Test
    void anUpgradeToHttp2InPlainTextIsIgnored() throws Exception {
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(
                    RawHttp.call(
                            BODY,
                            "connection: upgrade, http2-settings",
                            "upgrade: h2c",
                            "http2-settings: AAMAAABkAAQCAAAAAAIAAAAA"));
            assertThat(raw.answer().status()).isEqualTo(200);
        }
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(
                    GET
                            + "host: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                            + AUTH
                            + "\r\n");
            assertThat(raw.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void aRequestThatBreaksOffLeavesNothing() throws Exception {
        for (String part : List.of("POST /v1/chat/comple", RawHttp.call(BODY).substring(0, 200))) {
            try (RawHttp raw = new RawHttp(gateway.plane.port())) {
                assertThat(raw.send(part).socket().isConnected()).isTrue();
            }
        }
        gateway.awaitQuiet();
    }
}
