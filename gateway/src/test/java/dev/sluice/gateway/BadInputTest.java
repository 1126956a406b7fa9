package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What no client should send gets a clear error, reaches no provider and costs nothing.
class BadInputTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String AUTH = "authorization: Bearer " + GatewayFixture.KEY;
    private static final String TYPE = "content-type: application/json";
    private static final String CHAT = "/v1/chat/completions";
    private static final String EMBED = "/v1/embeddings";
    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
    private static final String GOOD = "{\"model\":\"sim-chat\"," + MESSAGES + "}";

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        gateway = new GatewayFixture();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /// A request and what has to come of it.
    ///
    /// @param body one character for each byte
    private record Row(
            String what,
            String method,
            String path,
            List<String> headers,
            String body,
            int status,
            String code,
            @Nullable String param) {
        @Override
        public String toString() {
            return what;
        }

        Row with(String... more) {
            List<String> all = new ArrayList<>(headers);
            all.addAll(List.of(more));
            return new Row(what, method, path, all, body, status, code, param);
        }

        Row only(String... instead) {
            return new Row(what, method, path, List.of(instead), body, status, code, param);
        }
    }

    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static Row bytes(String what, String path, byte[] sent, @Nullable String param) {
        String body = new String(sent, StandardCharsets.ISO_8859_1);
        return new Row(
                what, "POST", path, List.of(AUTH, TYPE), body, 400, "invalid_request", param);
    }

    private static Row bad(String what, String body) {
        return bytes(what, CHAT, body.getBytes(StandardCharsets.UTF_8), null);
    }

    /// A chat request with these members beside good ones.
    private static Row field(String param, String members) {
        return bytes(
                members,
                CHAT,
                ("{\"model\":\"sim-chat\"," + MESSAGES + "," + members + "}")
                        .getBytes(StandardCharsets.UTF_8),
                param);
    }

    private static Row messages(String param, String messages) {
        return bytes(
                "messages " + messages,
                CHAT,
                ("{\"model\":\"sim-chat\",\"messages\":" + messages + "}")
                        .getBytes(StandardCharsets.UTF_8),
                param);
    }

    private static Row embed(@Nullable String param, String body) {
        return bytes("embeddings " + body, EMBED, body.getBytes(StandardCharsets.UTF_8), param);
    }

    private static Row good(String what, int status, String code, @Nullable String param) {
        return new Row(what, "POST", CHAT, List.of(AUTH, TYPE), GOOD, status, code, param);
    }

    private static Row model(String what, String model, int status, String code) {
        return new Row(
                what,
                "POST",
                CHAT,
                List.of(AUTH, TYPE),
                ("{\"model\":" + model + "," + MESSAGES + "}").transform(BadInputTest::latin),
                status,
                code,
                "model");
    }

    private static Row at(String what, String method, String path, int status, String code) {
        return new Row(what, method, path, List.of(AUTH), "", status, code, null);
    }

    private static byte[] patched(String text, int... bytes) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        int at = text.indexOf("hi");
        byte[] patched = new byte[body.length - 2 + bytes.length];
        System.arraycopy(body, 0, patched, 0, at);
        for (int i = 0; i < bytes.length; i++) {
            patched[at + i] = (byte) bytes[i];
        }
        System.arraycopy(body, at + 2, patched, at + bytes.length, body.length - at - 2);
        return patched;
    }

    static Stream<Row> rows() {
        return Stream.of(
                        json(),
                        bodies(),
                        fields(),
                        embeddings(),
                        models(),
                        headers(),
                        keys(),
                        routes())
                .flatMap(rows -> rows);
    }

    private static Stream<Row> json() {
        return Stream.of(
                bad("nothing", ""),
                bad("blank", "  \n"),
                bad("a word", "hello"),
                bad("an array", "[]"),
                bad("a string", "\"x\""),
                bad("null", "null"),
                bad("a number", "1"),
                bad("half an object", "{\"model\":\"sim-chat\","),
                bad("half a string", "{\"model\":\"sim"),
                bad("trailing bytes", GOOD + "x"),
                bad("a second object", GOOD + GOOD),
                bad("a trailing comma", GOOD.replace("}]}", "}],}")),
                bad("single quotes", GOOD.replace('"', '\'')),
                bad("a comment", "/* x */" + GOOD),
                bad("NaN", GOOD.replace("{\"model\"", "{\"temperature\":NaN,\"model\"")),
                bad("a leading zero", GOOD.replace("{\"model\"", "{\"temperature\":01,\"model\"")),
                bad("a raw newline in a string", GOOD.replace("hi", "h\ni")),
                bad("a bad escape", GOOD.replace("hi", "\\x41")),
                bad(
                        "two models",
                        GOOD.replace("{\"model\"", "{\"model\":\"sim-reasoner\",\"model\"")),
                bad(
                        "two models, one escaped",
                        GOOD.replace("{\"model\"", "{\"m\\u006fdel\":\"a\",\"model\"")),
                bad(
                        "a nested duplicate",
                        GOOD.replace("\"content\"", "\"role\":\"system\",\"content\"")),
                bad("10^5 arrays", GOOD.replace("{\"model\"", "{\"x\":" + "[".repeat(100_000))),
                bad("10^5 objects", "{\"a\":".repeat(100_000)),
                bad(
                        "65 levels",
                        GOOD.replace(
                                "{\"model\"",
                                "{\"x\":" + "[".repeat(65) + "]".repeat(65) + ",\"model\"")),
                bad(
                        "a number of 10^4 digits",
                        GOOD.replace("{\"model\"", "{\"x\":" + "1".repeat(10_000) + ",\"model\"")),
                bad(
                        "a name of 10^4 bytes",
                        GOOD.replace("{\"model\"", "{\"" + "x".repeat(10_000) + "\":1,\"model\"")),
                bad(
                        "too many tokens",
                        GOOD.replace(
                                "{\"model\"",
                                "{\"x\":[" + "1,".repeat(1_000_001) + "1],\"model\"")),
                bad("a byte order mark", "\ufeff" + GOOD));
    }

    private static Stream<Row> bodies() {
        return Stream.of(
                bytes("a bare continuation", CHAT, patched(GOOD, 0x80), null),
                bytes("an overlong slash", CHAT, patched(GOOD, 0xc0, 0xaf), null),
                bytes("half a character", CHAT, patched(GOOD, 0xe2, 0x82), null),
                bytes("an encoded surrogate", CHAT, patched(GOOD, 0xed, 0xa0, 0x80), null),
                bytes("beyond Unicode", CHAT, patched(GOOD, 0xf4, 0x90, 0x80, 0x80), null),
                bytes("0xff", CHAT, patched(GOOD, 0xff), null),
                bytes("UTF-16", CHAT, GOOD.getBytes(StandardCharsets.UTF_16LE), null),
                bytes("a NUL", CHAT, patched(GOOD, 0), null),
                bad("a lone high surrogate", GOOD.replace("hi", "\\ud83d")),
                bad("a lone low surrogate", GOOD.replace("hi", "\\ude00")),
                bad("surrogates the wrong way", GOOD.replace("hi", "\\ude00\\ud83d")));
    }

    private static Stream<Row> fields() {
        List<Row> rows = new ArrayList<>();
        for (String name : List.of("max_tokens", "max_completion_tokens")) {
            for (String value :
                    List.of(
                            "-1",
                            "0",
                            "1.5",
                            "1e2",
                            "\"5\"",
                            "true",
                            "[]",
                            "{}",
                            "2147483648",
                            "9".repeat(30))) {
                rows.add(field(name, "\"" + name + "\":" + value));
            }
        }
        for (String value : List.of("0", "-1", "129", "1.0", "\"1\"", "{}")) {
            rows.add(field("n", "\"n\":" + value));
        }
        rows.add(field("stream", "\"stream\":\"true\""));
        rows.add(field("stream", "\"stream\":1"));
        rows.add(field("stream_options", "\"stream_options\":true"));
        rows.add(field("stream_options.include_usage", "\"stream_options\":{\"include_usage\":1}"));
        rows.add(field("modalities", "\"modalities\":\"text\""));
        rows.add(field("modalities[0]", "\"modalities\":[1]"));
        rows.add(field("tools", "\"tools\":{}"));
        rows.add(field("tools[0]", "\"tools\":[1]"));
        rows.add(field("tools[0].type", "\"tools\":[{}]"));
        rows.add(field("functions", "\"functions\":1"));
        rows.add(field("service_tier", "\"service_tier\":5"));
        rows.add(field("user", "\"user\":5"));
        rows.add(field("user", "\"user\":\"" + "u".repeat(513) + "\""));
        rows.add(field("safety_identifier", "\"safety_identifier\":[]"));
        rows.add(field("metadata", "\"metadata\":[]"));
        rows.add(field("metadata.customer", "\"metadata\":{\"customer\":1}"));
        rows.add(field("web_search_options", "\"web_search_options\":1"));
        rows.add(messages("messages", "[]"));
        rows.add(messages("messages", "null"));
        rows.add(messages("messages", "\"hi\""));
        rows.add(messages("messages", "{}"));
        rows.add(messages("messages[0]", "[1]"));
        rows.add(messages("messages[0]", "[null]"));
        rows.add(messages("messages[0].role", "[{\"role\":1,\"content\":\"x\"}]"));
        rows.add(messages("messages[0].content", "[{\"role\":\"user\",\"content\":1}]"));
        rows.add(messages("messages[0].content[0]", "[{\"role\":\"user\",\"content\":[1]}]"));
        rows.add(
                messages(
                        "messages[0].content[0].type",
                        "[{\"role\":\"user\",\"content\":[{\"type\":5}]}]"));
        rows.add(
                messages(
                        "messages[0].content[0].type",
                        "[{\"role\":\"user\",\"content\":[{\"text\":\"x\"}]}]"));
        rows.add(
                bytes(
                        "no messages",
                        CHAT,
                        "{\"model\":\"sim-chat\"}".getBytes(StandardCharsets.UTF_8),
                        "messages"));
        return rows.stream();
    }

    private static Stream<Row> embeddings() {
        String model = "{\"model\":\"sim-embed\"";
        return Stream.of(
                embed("input", model + "}"),
                embed("input", model + ",\"input\":[]}"),
                embed("input", model + ",\"input\":5}"),
                embed("input", model + ",\"input\":null}"),
                embed("input[1]", model + ",\"input\":[\"a\",1]}"),
                embed("input[0]", model + ",\"input\":[-1]}"),
                embed("input[0]", model + ",\"input\":[[]]}"),
                embed("encoding_format", model + ",\"input\":\"a\",\"encoding_format\":\"hex\"}"),
                embed("dimensions", model + ",\"input\":\"a\",\"dimensions\":0}"),
                embed("model", "{\"input\":\"a\"}"));
    }

    private static Stream<Row> models() {
        return Stream.of(
                model("unknown model", "\"gpt-99\"", 404, "model_not_found"),
                model("model of another organization", "\"other-only\"", 404, "model_not_found"),
                model("model in another case", "\"SIM-CHAT\"", 404, "model_not_found"),
                model("model with a blank", "\"sim-chat \"", 404, "model_not_found"),
                model("model of full-width letters", "\"\uff53im-chat\"", 404, "model_not_found"),
                model("empty model", "\"\"", 400, "invalid_request"),
                model("blank model", "\"  \"", 400, "invalid_request"),
                model("NUL in the model", "\"sim-chat\\u0000\"", 400, "invalid_request"),
                model("CR LF in the model", "\"sim-chat\\r\\nx: y\"", 400, "invalid_request"),
                model("long model", "\"" + "m".repeat(257) + "\"", 400, "invalid_request"),
                model("model of a wrong type", "5", 400, "invalid_request"),
                model("null model", "null", 400, "invalid_request"));
    }

    private static Stream<Row> headers() {
        String narrow = AUTH + "-narrow";
        return Stream.of(
                good("another customer than the key's", 403, "policy_denied", "x-sluice-customer")
                        .with("x-sluice-customer: other"),
                good("customer sent twice", 400, "invalid_request", "x-sluice-customer")
                        .with("x-sluice-customer: acme-corp", "x-sluice-customer: acme-corp"),
                good("blank customer", 400, "invalid_request", "x-sluice-customer")
                        .only(narrow, TYPE, "x-sluice-customer: "),
                good("long customer", 400, "invalid_request", "x-sluice-customer")
                        .only(narrow, TYPE, "x-sluice-customer: " + "c".repeat(257)),
                good("strict of another kind", 400, "invalid_request", "x-sluice-strict")
                        .with("x-sluice-strict: yes"),
                good("tags without a value", 400, "invalid_request", "x-sluice-tags")
                        .with("x-sluice-tags: a"),
                good("a tag twice", 400, "invalid_request", "x-sluice-tags")
                        .with("x-sluice-tags: a=b,a=c"),
                good("a tag without a name", 400, "invalid_request", "x-sluice-tags")
                        .with("x-sluice-tags: c=d, =b"),
                good("a model the key may not call", 403, "policy_denied", null).only(narrow, TYPE),
                good("text", 415, "unsupported_media_type", null)
                        .only(AUTH, "content-type: text/plain"),
                good("a form", 415, "unsupported_media_type", null)
                        .only(AUTH, "content-type: multipart/form-data; boundary=x"),
                good("compressed", 415, "unsupported_media_type", null)
                        .with("content-encoding: gzip"),
                good("compressed twice", 415, "unsupported_media_type", null)
                        .with("content-encoding: gzip, gzip"),
                good(
                                "an idempotency key that is too long",
                                400,
                                "invalid_request",
                                "idempotency-key")
                        .with("idempotency-key: " + "k".repeat(256)),
                good("a blank idempotency key", 400, "invalid_request", "idempotency-key")
                        .with("idempotency-key: "),
                good("two idempotency keys", 400, "invalid_request", "idempotency-key")
                        .with("idempotency-key: a", "idempotency-key: b"),
                good("an unknown expectation", 400, "invalid_request", "expect")
                        .with("expect: tea"));
    }

    private static Stream<Row> keys() {
        Row row = good("", 401, "invalid_api_key", null);
        return Stream.of(
                        List.<String>of(),
                        List.of("authorization: Bearer"),
                        List.of("authorization: Bearer "),
                        List.of("authorization: Bearer sk-sluice-nobody"),
                        List.of("authorization: " + GatewayFixture.KEY),
                        List.of("authorization: Basic c2s6c2s="),
                        List.of("authorization: Bearer " + GatewayFixture.KEY + "\u00e4"),
                        List.of(
                                "authorization: Bearer "
                                        + GatewayFixture.KEY.toUpperCase(java.util.Locale.ROOT)),
                        List.of(AUTH, "authorization: Bearer sk-sluice-other"),
                        List.of(AUTH, "x-api-key: sk-sluice-other"),
                        List.of("x-api-key: sk-sluice-nobody"),
                        List.of("api-key: '; DROP TABLE keys; --"),
                        List.of("x-goog-api-key: " + "k".repeat(20_000)),
                        List.of(
                                "x-goog-api-key: "
                                        + dev.sluice.domain.KeyDigest.of(GatewayFixture.KEY).hex()))
                .map(sent ->
                        new Row(
                                "key: "
                                        + sent.toString()
                                                .substring(
                                                        0, Math.min(60, sent.toString().length())),
                                row.method,
                                row.path,
                                Stream.concat(Stream.of(TYPE), sent.stream()).toList(),
                                row.body,
                                row.status,
                                row.code,
                                row.param));
    }

    private static Stream<Row> routes() {
        return Stream.of(
                at("GET chat", "GET", CHAT, 405, "method_not_allowed"),
                at("PUT embeddings", "PUT", EMBED, 405, "method_not_allowed"),
                at("POST models", "POST", "/v1/models", 405, "method_not_allowed"),
                at("a route that is not served", "POST", "/v1/responses/compact", 404, "not_found"),
                at("a path below chat", "POST", CHAT + "/x", 404, "not_found"),
                at("a file", "GET", "/v1/files/file-1", 404, "not_found"),
                at("a damaged query", "POST", CHAT + "?key=%ZZ", 400, "invalid_request"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void isRefusedAndCostsNothing(Row row) throws Exception {
        long before = gateway.simulator.journal().stats().calls();
        int settled = gateway.ledger.settled().size();
        RawHttp.Answer answer;
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(request(row)).send(row.body);
            answer = raw.answer();
        }
        assertThat(answer.status()).as(answer.toString()).isEqualTo(row.status);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        String id = answer.header("x-request-id");
        assertThat(id).startsWith("req_");
        JsonNode body = JSON.readTree(answer.body());
        envelope(row, body.path("error"), body);
        assertThat(body.path("error").path("sluice").path("request_id").asString()).isEqualTo(id);
        assertThat(answer.body()).doesNotContain(GatewayFixture.KEY);
        gateway.awaitQuiet();
        assertThat(gateway.simulator.journal().stats().calls()).isEqualTo(before);
        assertThat(gateway.ledger.settled()).hasSize(settled);
    }

    private static void envelope(Row row, JsonNode error, JsonNode body) {
        assertThat(error.path("message").asString()).isNotBlank();
        if (row.path.startsWith("/v1/messages")) {
            assertThat(body.path("type").asString()).isEqualTo("error");
            assertThat(error.path("type").asString()).isEqualTo("not_found_error");
            assertThat(body.path("request_id").asString()).startsWith("req_");
            assertThat(error.path("sluice").path("code").asString()).isEqualTo(row.code);
        } else if (row.path.startsWith("/v1beta/")) {
            assertThat(error.path("code").asInt()).isEqualTo(404);
            assertThat(error.path("status").asString()).isEqualTo("NOT_FOUND");
            assertThat(error.path("sluice").path("code").asString()).isEqualTo(row.code);
        } else {
            String type =
                    switch (row.status) {
                        case 401 -> "authentication_error";
                        case 403 -> "permission_error";
                        default -> "invalid_request_error";
                    };
            assertThat(error.path("type").asString()).isEqualTo(type);
            assertThat(error.path("code").asString()).as(body.toString()).isEqualTo(row.code);
            assertThat(error.path("param").isNull() ? null : error.path("param").asString())
                    .as(body.toString())
                    .isEqualTo(row.param);
        }
    }

    private static String request(Row row) {
        StringBuilder head = new StringBuilder();
        head.append(row.method)
                .append(' ')
                .append(row.path)
                .append(" HTTP/1.1\r\nhost: sluice\r\n");
        row.headers.forEach(header -> head.append(header).append("\r\n"));
        return head.append("content-length: ")
                .append(row.body.length())
                .append("\r\n\r\n")
                .toString();
    }

    @Test
    void oneKeyInSeveralCarriersIsOneKey() throws Exception {
        for (String headers :
                List.of(
                        AUTH,
                        "x-api-key: " + GatewayFixture.KEY,
                        "api-key: " + GatewayFixture.KEY,
                        "x-goog-api-key: " + GatewayFixture.KEY,
                        "Authorization: bearer "
                                + GatewayFixture.KEY
                                + "\r\nx-api-key: "
                                + GatewayFixture.KEY)) {
            try (RawHttp raw = new RawHttp(gateway.plane.port())) {
                raw.send("GET /v1/models HTTP/1.1\r\nhost: a\r\n" + headers + "\r\n\r\n");
                assertThat(raw.answer().status()).as(headers).isEqualTo(200);
            }
        }
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send("GET /v1/models?key=" + GatewayFixture.KEY + " HTTP/1.1\r\nhost: a\r\n\r\n");
            assertThat(raw.answer().status()).isEqualTo(200);
        }
    }
}
