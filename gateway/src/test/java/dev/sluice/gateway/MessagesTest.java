package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.simulator.journal.Call;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `/v1/messages` in front of a provider that speaks chat.
class MessagesTest {

    private static final JsonMapper JSON = new JsonMapper();

    @RegisterExtension private static final GatewayFixture gateway = new GatewayFixture();

    static String body(String model, String text, boolean stream) {
        return "{\"model\":\"%s\",\"stream\":%s,\"max_tokens\":200,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                .formatted(model, stream, text.replace("\"", "\\\""));
    }

    private static HttpResponse<String> ask(String text, boolean stream) throws Exception {
        return gateway.post("/v1/messages", body("sim-chat", text, stream));
    }

    private static CallRecord settled(HttpResponse<?> answer) throws InterruptedException {
        String id = answer.headers().firstValue("request-id").orElseThrow();
        assertThat(answer.headers().firstValue("x-request-id")).contains(id);
        return gateway.ledger.awaitSettled(call -> call.requestId().equals(id));
    }

    private static List<JsonNode> events(HttpResponse<String> answer) {
        return Stream.of(answer.body().split("\n\n", -1))
                .filter(frame -> !frame.isBlank())
                .map(frame -> {
                    String[] lines = frame.split("\n", -1);
                    JsonNode event = JSON.readTree(lines[1].substring("data: ".length()));
                    assertThat(lines[0]).isEqualTo("event: " + event.path("type").stringValue());
                    return event;
                })
                .toList();
    }

    /// The path is OpenAI's, too; a header of Anthropic's clients tells whose words are read.
    @Test
    void aModelThatIsNotThereIsToldInTheClientsWords() throws Exception {
        HttpResponse<String> answer =
                gateway.http.send(
                        gateway.request("/v1/models/nobody", "")
                                .header("anthropic-version", "2023-06-01")
                                .GET()
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(404);
        JsonNode told = JSON.readTree(answer.body());
        assertThat(told.path("type").stringValue()).isEqualTo("error");
        assertThat(told.at("/error/type").stringValue()).isEqualTo("not_found_error");
        assertThat(answer.headers().firstValue("request-id"))
                .contains(told.path("request_id").stringValue());
    }

    @Test
    void aPlainAnswerIsAMessageAndIsChargedByTheOraclesUsage() throws Exception {
        HttpResponse<String> answer =
                gateway.post(
                        "/v1/messages",
                        body("sim-reasoner", "[[sim cached=4 reasoning=7]] think", false));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        CallRecord call = settled(answer);
        Call oracle = gateway.simulator.journal().last();
        assertThat(call.usage()).isEqualTo(CallTest.billed(oracle));
        assertThat(call.estimated()).isFalse();
        assertThat(answer.headers().firstValue("x-sluice-cost-usd"))
                .contains(CallTest.sum(call).toString());
        JsonNode message = JSON.readTree(answer.body());
        assertThat(message.path("type").stringValue()).isEqualTo("message");
        assertThat(message.path("stop_reason").stringValue()).isIn("end_turn", "max_tokens");
        JsonNode usage = message.path("usage");
        assertThat(usage.path("input_tokens").asLong())
                .isEqualTo(oracle.usage().count(MeterKind.INPUT));
        assertThat(usage.path("cache_read_input_tokens").asLong())
                .isEqualTo(oracle.usage().count(MeterKind.CACHE_READ));
        assertThat(usage.path("output_tokens").asLong())
                .isEqualTo(oracle.usage().allOutputTokens());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokens=5", "split=3", "crlf", "bom", "comments=1", "no_done"})
    void aStreamHasTheEventsOfAMessageInOrder(String how) throws Exception {
        HttpResponse<String> answer = ask("[[sim text=\"one two\" " + how + "]] hello", true);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<JsonNode> events = events(answer);
        List<String> types =
                events.stream()
                        .map(event -> event.path("type").stringValue())
                        .filter(type -> !type.equals("ping"))
                        .distinct()
                        .toList();
        assertThat(types)
                .containsExactly(
                        "message_start",
                        "content_block_start",
                        "content_block_delta",
                        "content_block_stop",
                        "message_delta",
                        "message_stop");
        CallRecord call = settled(answer);
        assertThat(call.usage()).isEqualTo(CallTest.billed(gateway.simulator.journal().last()));
        JsonNode usage = events.get(events.size() - 2).path("usage");
        assertThat(usage.path("output_tokens").asLong()).isEqualTo(call.usage().allOutputTokens());
        assertThat(usage.path("input_tokens").asLong()).isEqualTo(call.usage().allInputTokens());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void toolsAreCalledInParallelAndTheirResultsUnderstood(boolean stream) throws Exception {
        String tools =
                "\"tools\":[{\"name\":\"get_weather\",\"input_schema\":{\"type\":\"object\","
                        + "\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}}]";
        String user = "{\"role\":\"user\",\"content\":\"Weather in Paris and Rome, in parallel?\"}";
        String head =
                "{\"model\":\"sim-chat\",\"max_tokens\":500,\"stream\":" + stream + "," + tools;
        HttpResponse<String> first =
                gateway.post("/v1/messages", head + ",\"messages\":[" + user + "]}");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(first.body()).contains("\"stop_reason\":\"tool_use\"");
        List<String> ids =
                Stream.of(first.body().split("\"type\":\"tool_use\",\"id\":\"", -1))
                        .skip(1)
                        .map(rest -> rest.substring(0, rest.indexOf('"')))
                        .toList();
        assertThat(ids).hasSize(2).doesNotHaveDuplicates();
        String calls =
                "{\"role\":\"assistant\",\"content\":[%s,%s]}"
                        .formatted(use(ids.get(0), "Paris"), use(ids.get(1), "Rome"));
        String results =
                "{\"role\":\"user\",\"content\":[%s,%s]}"
                        .formatted(result(ids.get(0)), result(ids.get(1)));
        HttpResponse<String> second =
                gateway.post(
                        "/v1/messages",
                        head + ",\"messages\":[" + user + "," + calls + "," + results + "]}");
        assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
        assertThat(second.body()).contains("\"stop_reason\":\"end_turn\"");
    }

    private static String use(String id, String city) {
        return "{\"type\":\"tool_use\",\"id\":\"%s\",\"name\":\"get_weather\",\"input\":{\"city\":\"%s\"}}"
                .formatted(id, city);
    }

    private static String result(String id) {
        return "{\"type\":\"tool_result\",\"tool_use_id\":\"%s\",\"content\":\"sunny\"}"
                .formatted(id);
    }

    @ParameterizedTest
    @CsvSource({
        "x-api-key, sk-wrong, 401, authentication_error",
        "authorization, Bearer sk-wrong, 401, authentication_error",
        "x-api-key, sk-sluice-test-narrow, 403, permission_error"
    })
    void aKeyIsReadFromBothHeadersAndItsRefusalIsInTheDialect(
            String header, String value, int status, String type) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(gateway.uri("/v1/messages"))
                        .header(header, value)
                        .header("anthropic-version", "2026-10-21")
                        .POST(HttpRequest.BodyPublishers.ofString(body("sim-chat", "hi", false)))
                        .build();
        HttpResponse<String> answer =
                gateway.http.send(request, HttpResponse.BodyHandlers.ofString());
        assertError(answer, status, type);
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({
        "status=503, 502, api_error",
        "status=429, 429, rate_limit_error",
        "status=422, 422, invalid_request_error",
        "drop=rst, 502, api_error",
        "delay=2500, 504, timeout_error"
    })
    void aFailureBeforeTheFirstByteIsInTheDialect(String how, int status, String type)
            throws Exception {
        for (boolean stream : List.of(false, true)) {
            assertError(ask("[[sim " + how + "]] hi", stream), status, type);
        }
    }

    @Test
    void anUnknownModelAMissingLimitAndAnEmptyBalanceAreInTheDialect() throws Exception {
        assertError(
                gateway.post("/v1/messages", body("nobody", "hi", false)), 404, "not_found_error");
        HttpResponse<String> unlimited =
                gateway.post(
                        "/v1/messages",
                        "{\"model\":\"sim-chat\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        assertError(unlimited, 400, "invalid_request_error");
        assertThat(unlimited.body()).contains("max_tokens");
        gateway.ledger.balance("0");
        try {
            assertError(ask("hi", false), 402, "billing_error");
        } finally {
            gateway.ledger.balance("1000");
        }
    }

    private static void assertError(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode error = JSON.readTree(answer.body());
        assertThat(error.path("type").stringValue()).isEqualTo("error");
        assertThat(error.path("error").path("type").stringValue()).isEqualTo(type);
        assertThat(answer.headers().firstValue("request-id"))
                .contains(error.path("request_id").stringValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"error_at=3", "cut_at=3", "malformed_at=3"})
    void aFailureAfterTheFirstByteIsAnErrorEventAndTheLast(String how) throws Exception {
        HttpResponse<String> answer = ask("[[sim tokens=20 " + how + "]] hello", true);
        assertThat(answer.statusCode()).isEqualTo(200);
        List<JsonNode> events = events(answer);
        assertThat(events.getFirst().path("type").stringValue()).isEqualTo("message_start");
        assertThat(events.getLast().path("type").stringValue()).isEqualTo("error");
        assertThat(answer.body()).doesNotContain("message_stop");
        assertThat(settled(answer).estimated()).isTrue();
    }

    @Test
    void whatCannotBeCarriedIsReportedOrUnderStrictRefusedForNothing() throws Exception {
        String body = body("sim-chat", "hi", false).replace("{\"model\"", "{\"top_k\":3,\"model\"");
        HttpResponse<String> lenient = gateway.post("/v1/messages", body);
        assertThat(lenient.statusCode()).as(lenient.body()).isEqualTo(200);
        assertThat(lenient.headers().firstValue("x-sluice-dropped")).contains("top_k");
        HttpRequest strict =
                gateway.request("/v1/messages", body).header("x-sluice-strict", "true").build();
        HttpResponse<String> refused =
                gateway.http.send(strict, HttpResponse.BodyHandlers.ofString());
        assertError(refused, 400, "invalid_request_error");
        assertThat(refused.body()).contains("top_k");
        assertThat(ask("hi", false).headers().firstValue("x-sluice-dropped")).isEmpty();
    }

    @Test
    void aLargeRequestIsTranslatedOffTheLoop() throws Exception {
        String words = "a word and another one, ".repeat(20_000);
        HttpResponse<String> answer = ask(words, false);
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 400);
        settled(answer);
    }

    @Test
    void promptsAreCountedForNothing() throws Exception {
        String path = "/v1/messages/count_tokens";
        int asked = gateway.simulator.journal().calls().size();
        String body =
                "{\"model\":\"sim-chat\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
        HttpResponse<String> counted = gateway.post(path, body);
        assertThat(counted.statusCode()).as(counted.body()).isEqualTo(200);
        assertThat(JSON.readTree(counted.body()).path("input_tokens").asLong()).isBetween(1L, 40L);
        assertThat(counted.headers().firstValue("x-sluice-estimated")).contains("true");
        assertThat(gateway.simulator.journal().calls()).hasSize(asked);
        assertError(gateway.post(path, body.replace("sim-chat", "nobody")), 404, "not_found_error");
        assertError(gateway.post(path, "{"), 400, "invalid_request_error");
        String long_ = body.replace("Hello", "word ".repeat(60_000));
        assertThat(gateway.post(path, long_).statusCode()).isEqualTo(200);
    }

    @Test
    void modelsAreListedInTheDialectOfTheClient() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(gateway.uri("/v1/models"))
                        .header("x-api-key", GatewayFixture.KEY + "-narrow")
                        .header("anthropic-version", "2023-06-01")
                        .build();
        JsonNode list =
                JSON.readTree(
                        gateway.http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        assertThat(list.path("has_more").booleanValue()).isFalse();
        assertThat(list.path("data").path(0).path("type").stringValue()).isEqualTo("model");
        assertThat(list.path("last_id").stringValue()).isEqualTo("sim-reasoner");
    }

    /// An upstream that speaks messages, asked in either dialect.
    @Test
    void theSameDialectPassesItsBytesAndItsHeaders() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                GatewayFixture fixture = toAnthropic(upstream)) {
            String answered =
                    "{\"id\":\"msg_1\",\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}],"
                            + "\"x_future\":1.50,\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":12,"
                            + "\"cache_creation_input_tokens\":100,\"cache_read_input_tokens\":200,"
                            + "\"cache_creation\":{\"ephemeral_5m_input_tokens\":60,"
                            + "\"ephemeral_1h_input_tokens\":40},\"output_tokens\":9}}";
            upstream.answers(json(answered));
            String body =
                    "{ \"x_future\":{\"a\":[1, 2.50]},\"max_tokens\":50,\"model\":\"to-anthropic\","
                            + "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\","
                            + "\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}}]}]}";
            HttpRequest request =
                    fixture.request("/v1/messages", body)
                            .header("anthropic-version", "2026-10-21")
                            .header("anthropic-beta", "context-1m-2025-08-07,fine-2026")
                            .build();
            HttpResponse<String> answer =
                    fixture.http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo(answered);
            assertThat(answer.headers().firstValue("x-sluice-dropped")).isEmpty();
            String sent = upstream.requests.getLast();
            assertThat(sent)
                    .startsWith("POST /v1/messages HTTP/1.1")
                    .endsWith(body.replace("to-anthropic", "sim-chat"))
                    .containsIgnoringCase("anthropic-version: 2026-10-21")
                    .containsIgnoringCase("anthropic-beta: fine-2026")
                    .doesNotContain(GatewayFixture.KEY);
            String id = answer.headers().firstValue("request-id").orElseThrow();
            CallRecord call = fixture.ledger.awaitSettled(c -> c.requestId().equals(id));
            assertThat(call.usage().count(MeterKind.CACHE_WRITE_1H)).isEqualTo(40);
            assertThat(call.usage().count(MeterKind.INPUT)).isEqualTo(12);
            assertThat(CallTest.sum(call)).isLessThanOrEqualTo(CallTest.held(call));
            fixture.awaitQuiet();
        }
    }

    @Test
    void aStreamOfTheSameDialectPassesAndIsMeteredOnce() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                GatewayFixture fixture = toAnthropic(upstream)) {
            upstream.answers(ScriptedUpstream.HEAD + STREAM);
            HttpResponse<String> answer =
                    fixture.post("/v1/messages", body("to-anthropic", "hi", true));
            assertThat(answer.body()).isEqualTo(STREAM);
            String id = answer.headers().firstValue("request-id").orElseThrow();
            CallRecord call = fixture.ledger.awaitSettled(c -> c.requestId().equals(id));
            assertThat(call.usage().count(MeterKind.INPUT)).isEqualTo(25);
            assertThat(call.usage().count(MeterKind.OUTPUT)).isEqualTo(9);
            upstream.answers(
                    ScriptedUpstream.HEAD
                            + STREAM.substring(0, STREAM.indexOf("event: message_d")));
            HttpResponse<String> cut =
                    fixture.post("/v1/messages", body("to-anthropic", "hi", true));
            assertThat(cut.body()).contains("event: error\n").doesNotContain("message_stop");
            fixture.awaitQuiet();
        }
    }

    @Test
    void aChatClientReachesAnUpstreamThatSpeaksMessages() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                GatewayFixture fixture = toAnthropic(upstream)) {
            upstream.answers(ScriptedUpstream.HEAD + STREAM);
            HttpResponse<String> stream = fixture.stream("to-anthropic", "hello");
            assertThat(stream.statusCode()).as(stream.body()).isEqualTo(200);
            assertThat(stream.body())
                    .contains("\"content\":\"Hello\"")
                    .contains("\"finish_reason\":\"stop\"")
                    .endsWith("data: [DONE]\n\n")
                    .doesNotContain("\"usage\":{");
            assertThat(upstream.requests.getLast())
                    .startsWith("POST /v1/messages HTTP/1.1")
                    .containsIgnoringCase("anthropic-version: 2023-06-01")
                    .contains("\"max_tokens\":200");
            upstream.answers("HTTP/1.1 529 x\r\ncontent-length: 0\r\n\r\n");
            assertThat(fixture.chat("to-anthropic", "hello").statusCode()).isEqualTo(502);
            assertThat(fixture.chat("anthropic-first", "hello").statusCode()).isEqualTo(200);
            String unlimited =
                    "{\"model\":\"to-anthropic\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
            fixture.post("/v1/chat/completions", unlimited);
            assertThat(upstream.requests.getLast()).doesNotContain("\"max_tokens\":4096,");
            fixture.awaitQuiet();
        }
    }

    private static final String STREAM =
            """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","model":"m","usage":{"input_tokens":25,"output_tokens":1}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}

            event: message_stop
            data: {"type":"message_stop"}

            """;

    private static String json(String body) {
        return "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    private static GatewayFixture toAnthropic(ScriptedUpstream upstream) throws IOException {
        return new GatewayFixture(
                GatewayFixture.Setup.USUAL.withUpstream("anthropic", upstream.baseUrl()));
    }
}
