package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.simulator.Options;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.journal.Call;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `/v1/responses` in front of providers that speak chat, messages and responses.
class ResponsesTest {

    private static final String PATH = "/v1/responses";
    private static final JsonMapper JSON = new JsonMapper();

    @RegisterExtension private static final GatewayFixture gateway = new GatewayFixture();

    private static String body(String model, String text, boolean stream) {
        return "{\"model\":\"%s\",\"stream\":%s,\"max_output_tokens\":200,\"store\":false,\"input\":\"%s\"}"
                .formatted(model, stream, text.replace("\"", "\\\""));
    }

    private static HttpResponse<String> ask(String text, boolean stream) throws Exception {
        return gateway.post(PATH, body("sim-chat", text, stream));
    }

    private static CallRecord settled(GatewayFixture fixture, HttpResponse<?> answer)
            throws InterruptedException {
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        return fixture.ledger.awaitSettled(call -> call.requestId().equals(id));
    }

    private static List<JsonNode> events(HttpResponse<String> answer) {
        return Stream.of(answer.body().split("\n\n", -1))
                .filter(frame -> frame.startsWith("event: "))
                .map(frame -> {
                    String[] lines = frame.split("\n", -1);
                    JsonNode event = JSON.readTree(lines[1].substring("data: ".length()));
                    assertThat(lines[0]).isEqualTo("event: " + event.path("type").stringValue());
                    return event;
                })
                .toList();
    }

    @Test
    void aPlainAnswerIsAResponseAndIsChargedByTheOraclesUsage() throws Exception {
        HttpResponse<String> answer =
                gateway.post(
                        PATH, body("sim-reasoner", "[[sim cached=4 reasoning=7]] think", false));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        CallRecord call = settled(gateway, answer);
        Call oracle = gateway.simulator.journal().last();
        assertThat(call.usage()).isEqualTo(CallTest.billed(oracle));
        assertThat(call.estimated()).isFalse();
        JsonNode response = JSON.readTree(answer.body());
        assertThat(response.path("object").stringValue()).isEqualTo("response");
        assertThat(response.path("status").stringValue()).isIn("completed", "incomplete");
        JsonNode usage = response.path("usage");
        assertThat(usage.path("input_tokens").asLong()).isEqualTo(oracle.usage().allInputTokens());
        assertThat(usage.at("/input_tokens_details/cached_tokens").asLong()).isEqualTo(4);
        assertThat(usage.at("/output_tokens_details/reasoning_tokens").asLong())
                .isEqualTo(oracle.usage().count(MeterKind.REASONING));
        assertThat(answer.headers().firstValue("x-sluice-dropped")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokens=5", "split=3", "crlf", "bom", "comments=1", "no_done"})
    void aStreamHasTheEventsOfAResponseInOrder(String how) throws Exception {
        HttpResponse<String> answer = ask("[[sim text=\"one two\" " + how + "]] hello", true);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<JsonNode> events = events(answer);
        assertThat(events.stream().map(event -> event.path("type").stringValue()).distinct())
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed");
        CallRecord call = settled(gateway, answer);
        assertThat(call.usage()).isEqualTo(CallTest.billed(gateway.simulator.journal().last()));
        JsonNode usage = events.getLast().at("/response/usage");
        assertThat(usage.path("output_tokens").asLong()).isEqualTo(call.usage().allOutputTokens());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void toolsAreCalledInParallelAndTheirResultsUnderstood(boolean stream) throws Exception {
        String head =
                "{\"model\":\"sim-chat\",\"store\":false,\"stream\":"
                        + stream
                        + ",\"tools\":[{\"type\":\"function\",\"name\":\"get_weather\",\"parameters\":{\"type\":\"object\","
                        + "\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}}],\"input\":[";
        String user = "{\"role\":\"user\",\"content\":\"Weather in Paris and Rome, in parallel?\"}";
        HttpResponse<String> first = gateway.post(PATH, head + user + "]}");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        JsonNode output =
                stream
                        ? events(first).getLast().at("/response/output")
                        : JSON.readTree(first.body()).path("output");
        StringBuilder items = new StringBuilder(user);
        StringBuilder results = new StringBuilder();
        int calls = 0;
        for (JsonNode item : output) {
            items.append(',').append(item);
            if (item.path("type").stringValue().equals("function_call")) {
                calls++;
                results.append(",{\"type\":\"function_call_output\",\"call_id\":\"")
                        .append(item.path("call_id").stringValue())
                        .append("\",\"output\":\"sunny\"}");
            }
        }
        assertThat(calls).isEqualTo(2);
        HttpResponse<String> second = gateway.post(PATH, head + items + results + "]}");
        assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
        assertThat(second.body()).contains("output_text").doesNotContain("\"function_call\"");
    }

    @ParameterizedTest
    @CsvSource({
        "status=503, 502, server_error",
        "status=429, 429, invalid_request_error",
        "status=422, 422, invalid_request_error"
    })
    void aFailureBeforeTheFirstByteIsAnError(String how, int status, String type) throws Exception {
        for (boolean stream : List.of(false, true)) {
            assertError(ask("[[sim " + how + "]] hi", stream), status, type);
        }
    }

    private static void assertError(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode error = JSON.readTree(answer.body()).path("error");
        assertThat(error.path("type").stringValue()).isEqualTo(type);
        assertThat(error.path("message").stringValue()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"previous_response_id\":\"resp_1\"",
                "\"background\":true",
                "\"conversation\":\"conv_1\""
            })
    void whatOnlyAProviderKeepsIsRefusedForNothing(String member) throws Exception {
        int asked = gateway.simulator.journal().calls().size();
        String body =
                body("sim-chat", "hi", false).replace("{\"model\"", "{" + member + ",\"model\"");
        HttpResponse<String> refused = gateway.post(PATH, body);
        assertError(refused, 400, "invalid_request_error");
        assertThat(JSON.readTree(refused.body()).at("/error/param").stringValue())
                .isEqualTo(member.substring(1, member.indexOf('"', 1)));
        assertThat(gateway.simulator.journal().calls()).hasSize(asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"error_at=3", "cut_at=3", "malformed_at=3"})
    void aFailureAfterTheFirstByteIsAFailedResponseAndTheLast(String how) throws Exception {
        HttpResponse<String> answer = ask("[[sim tokens=20 " + how + "]] hello", true);
        assertThat(answer.statusCode()).isEqualTo(200);
        List<JsonNode> events = events(answer);
        assertThat(events.getFirst().path("type").stringValue()).isEqualTo("response.created");
        JsonNode last = events.getLast();
        assertThat(last.path("type").stringValue()).isEqualTo("response.failed");
        assertThat(last.at("/response/error/code").stringValue()).isEqualTo("server_error");
        assertThat(answer.body()).doesNotContain("response.completed");
        assertThat(settled(gateway, answer).estimated()).isTrue();
    }

    @Test
    void whatCannotBeCarriedIsReportedOrUnderStrictRefused() throws Exception {
        String body =
                body("sim-chat", "hi", false)
                        .replace("{\"model\"", "{\"tools\":[{\"type\":\"web_search\"}],\"model\"");
        HttpResponse<String> lenient = gateway.post(PATH, body);
        assertThat(lenient.statusCode()).as(lenient.body()).isEqualTo(200);
        assertThat(lenient.headers().firstValue("x-sluice-dropped")).contains("tools[]");
        HttpRequest strict = gateway.request(PATH, body).header("x-sluice-strict", "true").build();
        HttpResponse<String> refused =
                gateway.http.send(strict, HttpResponse.BodyHandlers.ofString());
        assertError(refused, 400, "invalid_request_error");
    }

    @Test
    void theInputIsCountedForFree() throws Exception {
        String path = PATH + "/input_tokens";
        int before = gateway.simulator.journal().calls().size();
        HttpResponse<String> answer =
                gateway.post(path, "{\"model\":\"sim-chat\",\"input\":\"how long is it\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-sluice-estimated")).hasValue("true");
        JsonNode counted = JSON.readTree(answer.body());
        assertThat(counted.path("object").asString()).isEqualTo("response.input_tokens");
        assertThat(counted.path("input_tokens").asLong()).isPositive();
        assertThat(gateway.simulator.journal().calls()).hasSize(before);
        assertError(
                gateway.post(path, "{\"model\":\"none\",\"input\":\"x\"}"),
                404,
                "invalid_request_error");
        assertError(
                gateway.post(
                        path,
                        "{\"model\":\"sim-chat\",\"input\":\"x\",\"previous_response_id\":\"resp_1\"}"),
                400,
                "invalid_request_error");
    }

    @Test
    void anUpstreamThatSpeaksMessagesIsReached() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                GatewayFixture fixture =
                        new GatewayFixture(
                                GatewayFixture.Setup.USUAL.withUpstream(
                                        "anthropic", upstream.baseUrl()))) {
            upstream.answers(
                    json(
                            "{\"id\":\"msg_1\",\"type\":\"message\",\"model\":\"m\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}],"
                                    + "\"stop_reason\":\"max_tokens\",\"usage\":{\"input_tokens\":12,"
                                    + "\"cache_read_input_tokens\":200,\"output_tokens\":9}}"));
            HttpResponse<String> answer = fixture.post(PATH, body("to-anthropic", "hi", false));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode response = JSON.readTree(answer.body());
            assertThat(response.path("status").stringValue()).isEqualTo("incomplete");
            assertThat(response.at("/incomplete_details/reason").stringValue())
                    .isEqualTo("max_output_tokens");
            assertThat(response.at("/output/0/content/0/text").stringValue()).isEqualTo("Hi");
            assertThat(response.at("/usage/input_tokens").asLong()).isEqualTo(212);
            assertThat(upstream.requests.getLast())
                    .startsWith("POST /v1/messages HTTP/1.1")
                    .contains("\"max_tokens\":200");
            fixture.awaitQuiet();
        }
    }

    private static GatewayFixture toResponses(ScriptedUpstream upstream) throws Exception {
        return new GatewayFixture(
                GatewayFixture.Setup.USUAL.withUpstream("responses", upstream.baseUrl()));
    }

    @Test
    void theSameDialectPassesItsBytes() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                GatewayFixture fixture = toResponses(upstream)) {
            String answered =
                    "{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"x_future\":1.50,\"output\":[],"
                            + USAGE
                            + "}";
            upstream.answers(json(answered));
            String body =
                    "{ \"x_future\":{\"a\":[1,"
                            + " 2.50]},\"max_output_tokens\":50,\"model\":\"to-responses\","
                            + "\"input\":[{\"role\":\"user\",\"content\":\"h\\u0069\"}]}";
            HttpResponse<String> answer = fixture.post(PATH, body);
            assertThat(answer.body()).isEqualTo(answered);
            assertThat(upstream.requests.getLast())
                    .containsPattern("^POST [^ ]*/responses HTTP/1.1")
                    .endsWith(body.replace("to-responses", "sim-chat"))
                    .doesNotContain(GatewayFixture.KEY);
            CallRecord call = settled(fixture, answer);
            assertMetered(call);
            assertThat(CallTest.sum(call)).isLessThanOrEqualTo(CallTest.held(call));
            fixture.awaitQuiet();
        }
    }

    private static void assertMetered(CallRecord call) {
        assertThat(call.estimated()).isFalse();
        assertThat(call.usage().count(MeterKind.INPUT)).isEqualTo(60);
        assertThat(call.usage().count(MeterKind.CACHE_READ)).isEqualTo(40);
        assertThat(call.usage().count(MeterKind.OUTPUT)).isEqualTo(2);
        assertThat(call.usage().count(MeterKind.REASONING)).isEqualTo(7);
    }

    @Test
    void aStreamOfTheSameDialectPassesAndIsMeteredOnce() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                GatewayFixture fixture = toResponses(upstream)) {
            upstream.answers(ScriptedUpstream.HEAD + STREAM);
            HttpResponse<String> answer = fixture.post(PATH, body("to-responses", "hi", true));
            assertThat(answer.body()).isEqualTo(STREAM);
            assertMetered(settled(fixture, answer));
            upstream.answers(
                    ScriptedUpstream.HEAD
                            + STREAM.substring(0, STREAM.indexOf("event: response.completed")));
            HttpResponse<String> cut = fixture.post(PATH, body("to-responses", "hi", true));
            assertThat(cut.body()).contains("event: response.failed\n").doesNotContain("completed");
            assertThat(settled(fixture, cut).estimated()).isTrue();
            fixture.awaitQuiet();
        }
    }

    /// The simulator speaks the dialect itself: what it says it used is what is charged.
    @ParameterizedTest
    @ValueSource(strings = {"cached=4 cache_write=3 reasoning=7", "searches=2", "tokens=300"})
    void anUpstreamOfTheSameDialectIsChargedByTheOraclesUsage(String how) throws Exception {
        try (Simulator upstream =
                        Simulator.start(Options.loopback(InstantSource.system()).withAnyModel());
                GatewayFixture fixture =
                        new GatewayFixture(
                                GatewayFixture.Setup.USUAL.withUpstream(
                                        "responses", upstream.baseUrl()))) {
            for (boolean stream : List.of(false, true)) {
                String text = "[[sim " + how + "]] a prompt of some more words";
                String body =
                        body("to-responses", text, stream)
                                .replace(
                                        "{\"model\"",
                                        "{\"tools\":[{\"type\":\"web_search\"}],\"model\"");
                HttpResponse<String> answer = fixture.post(PATH, body);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                CallRecord call = settled(fixture, answer);
                assertThat(call.usage()).isEqualTo(CallTest.billed(upstream.journal().last()));
                assertThat(call.estimated()).isFalse();
            }
            fixture.awaitQuiet();
        }
    }

    private static final String USAGE =
            "\"usage\":{\"input_tokens\":100,\"input_tokens_details\":{\"cached_tokens\":40},"
                    + "\"output_tokens\":9,\"output_tokens_details\":{\"reasoning_tokens\":7},\"total_tokens\":109}";

    private static final String STREAM =
            """
            event: response.created
            data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_1","model":"m"}}

            event: response.output_text.delta
            data: {"type":"response.output_text.delta","sequence_number":1,"delta":"Hello"}

            event: response.completed
            data: {"type":"response.completed","sequence_number":2,"response":{"id":"resp_1","status":"completed",USAGE}}

            """
                    .replace("USAGE", USAGE);

    private static String json(String body) {
        return "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }
}
