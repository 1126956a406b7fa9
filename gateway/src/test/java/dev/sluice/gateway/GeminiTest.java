package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.simulator.journal.Call;
import java.net.URI;
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

/// `/v1beta/models/…` in front of a provider that speaks chat.
class GeminiTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String SSE = ":streamGenerateContent?alt=sse";

    @RegisterExtension private static final GatewayFixture gateway = new GatewayFixture();

    private static String body(String text) {
        return "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"%s\"}]}],\"generationConfig\":{\"maxOutputTokens\":200}}"
                .formatted(text.replace("\"", "\\\""));
    }

    private static HttpResponse<String> ask(String model, String verb, String body)
            throws Exception {
        return gateway.post("/v1beta/models/" + model + verb, body);
    }

    private static CallRecord settled(HttpResponse<?> answer) throws InterruptedException {
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        return gateway.ledger.awaitSettled(call -> call.requestId().equals(id));
    }

    /// The chunks of a stream, which is made of nothing but `data:` lines.
    private static List<JsonNode> chunks(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Stream.of(answer.body().split("\r?\n\r?\n", -1))
                .filter(frame -> !frame.isEmpty())
                .map(frame -> {
                    assertThat(frame).startsWith("data: {").doesNotContain("\n");
                    return JSON.readTree(frame.substring("data: ".length()));
                })
                .toList();
    }

    private static String text(List<JsonNode> chunks) {
        StringBuilder text = new StringBuilder();
        for (JsonNode chunk : chunks) {
            text.append(chunk.at("/candidates/0/content/parts/0").path("text").asString(""));
        }
        return text.toString();
    }

    @Test
    void anElementWithoutItsListIsTheSameCall() throws Exception {
        String alone = body("hello").replaceAll("[\\[\\]]", "");
        for (String verb : List.of(":generateContent", ":countTokens")) {
            HttpResponse<String> answer = ask("sim-chat", verb, alone);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode listed = JSON.readTree(ask("sim-chat", verb, body("hello")).body());
            assertThat(JSON.readTree(answer.body()).path("candidates"))
                    .isEqualTo(listed.path("candidates"));
        }
    }

    @Test
    void aPlainAnswerIsChargedByTheOraclesUsageAndCountedAsGeminiCounts() throws Exception {
        HttpResponse<String> answer =
                ask("sim-reasoner", ":generateContent", body("[[sim cached=4 reasoning=7]] think"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        CallRecord call = settled(answer);
        Call oracle = gateway.simulator.journal().last();
        assertThat(call.usage()).isEqualTo(CallTest.billed(oracle));
        assertThat(call.estimated()).isFalse();
        assertThat(answer.headers().firstValue("x-sluice-cost-usd"))
                .contains(CallTest.sum(call).toString());
        JsonNode whole = JSON.readTree(answer.body());
        assertThat(whole.at("/candidates/0/content/role").stringValue()).isEqualTo("model");
        assertThat(whole.at("/candidates/0/finishReason").stringValue()).isIn("STOP", "MAX_TOKENS");
        JsonNode usage = whole.path("usageMetadata");
        assertThat(usage.path("promptTokenCount").asLong())
                .isEqualTo(oracle.usage().allInputTokens());
        assertThat(usage.path("cachedContentTokenCount").asLong()).isEqualTo(4);
        assertThat(usage.path("thoughtsTokenCount").asLong()).isEqualTo(7);
        assertThat(usage.path("candidatesTokenCount").asLong())
                .isEqualTo(oracle.usage().count(MeterKind.OUTPUT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokens=5", "split=3", "crlf", "bom", "comments=1", "no_done"})
    void aStreamHasNothingButChunksAndEndsWithReasonAndUsage(String how) throws Exception {
        HttpResponse<String> answer =
                ask("sim-chat", SSE, body("[[sim text=\"one two\" " + how + "]] hello"));
        List<JsonNode> chunks = chunks(answer);
        assertThat(answer.headers().firstValue("content-type").orElseThrow())
                .startsWith("text/event-stream");
        assertThat(text(chunks)).isEqualTo("one two");
        for (JsonNode chunk : chunks.subList(0, chunks.size() - 1)) {
            assertThat(chunk.at("/candidates/0").has("finishReason")).isFalse();
        }
        JsonNode last = chunks.getLast();
        assertThat(last.at("/candidates/0/finishReason").stringValue()).isEqualTo("STOP");
        CallRecord call = settled(answer);
        assertThat(call.usage()).isEqualTo(CallTest.billed(gateway.simulator.journal().last()));
        assertThat(last.at("/usageMetadata/totalTokenCount").asLong())
                .isEqualTo(call.usage().allTokens());
    }

    @Test
    void aStreamThatIsNotAskedForAsEventsIsAnArray() throws Exception {
        HttpResponse<String> answer =
                ask(
                        "sim-chat",
                        ":streamGenerateContent",
                        body("[[sim text=\"one two\" comments=1]] hello"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElseThrow())
                .startsWith("application/json");
        List<JsonNode> chunks = JSON.readTree(answer.body()).valueStream().toList();
        assertThat(text(chunks)).isEqualTo("one two");
        assertThat(chunks.getLast().has("usageMetadata")).isTrue();
        HttpResponse<String> cut =
                ask(
                        "sim-chat",
                        ":streamGenerateContent",
                        body("[[sim tokens=20 error_at=3]] hello"));
        List<JsonNode> until = JSON.readTree(cut.body()).valueStream().toList();
        assertThat(until.getLast().path("error").path("status").isString()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {":generateContent", SSE})
    void functionsAreCalledInParallelAndTheirResponsesUnderstood(String verb) throws Exception {
        String tools =
                "\"tools\":[{\"functionDeclarations\":[{\"name\":\"get_weather\",\"parameters\":{\"type\":\"OBJECT\","
                        + "\"properties\":{\"city\":{\"type\":\"STRING\"}},\"required\":[\"city\"]}}]}]";
        String user =
                "{\"role\":\"user\",\"parts\":[{\"text\":\"Weather in Paris and Rome, in"
                        + " parallel?\"}]}";
        HttpResponse<String> first =
                ask("sim-chat", verb, "{" + tools + ",\"contents\":[" + user + "]}");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        List<JsonNode> answers =
                verb.equals(SSE) ? chunks(first) : List.of(JSON.readTree(first.body()));
        List<JsonNode> calls =
                answers.stream()
                        .flatMap(answer -> answer.at("/candidates/0/content/parts").valueStream())
                        .filter(part -> part.has("functionCall"))
                        .toList();
        assertThat(calls).hasSize(2);
        assertThat(calls.getFirst().at("/functionCall/args/city").stringValue()).isEqualTo("Paris");
        assertThat(answers.getLast().at("/candidates/0/finishReason").stringValue())
                .isEqualTo("STOP");
        // As clients that know of no ids send them back.
        String response =
                "{\"functionResponse\":{\"name\":\"get_weather\",\"response\":{\"result\":\"sunny\"}}}";
        HttpResponse<String> second =
                ask(
                        "sim-chat",
                        verb,
                        "{%s,\"contents\":[%s,{\"role\":\"model\",\"parts\":%s},{\"role\":\"user\",\"parts\":[%s,%s]}]}"
                                .formatted(tools, user, calls, response, response));
        assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
        assertThat(second.body()).doesNotContain("functionCall");
    }

    @ParameterizedTest
    @CsvSource({
        "x-goog-api-key, sk-wrong, 401, UNAUTHENTICATED",
        "authorization, Bearer sk-wrong, 401, UNAUTHENTICATED",
        "x-goog-api-key, sk-sluice-test-narrow, 403, PERMISSION_DENIED"
    })
    void aRefusalOfAKeyIsInTheDialect(String header, String value, int status, String type)
            throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(gateway.uri("/v1beta/models/sim-chat:generateContent"))
                        .header(header, value)
                        .POST(HttpRequest.BodyPublishers.ofString(body("hi")))
                        .build();
        assertError(gateway.http.send(request, HttpResponse.BodyHandlers.ofString()), status, type);
    }

    @Test
    void aKeyInTheQueryIsTaken() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(
                                gateway.uri(
                                        "/v1beta/models/sim-chat"
                                                + SSE
                                                + "&key="
                                                + GatewayFixture.KEY))
                        .POST(HttpRequest.BodyPublishers.ofString(body("hi")))
                        .build();
        HttpResponse<String> answer =
                gateway.http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(chunks(answer)).isNotEmpty();
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({
        "status=503, 502, UNAVAILABLE",
        "status=429, 429, RESOURCE_EXHAUSTED",
        "status=422, 422, INVALID_ARGUMENT",
        "drop=rst, 502, UNAVAILABLE",
        "delay=2500, 504, DEADLINE_EXCEEDED"
    })
    void aFailureBeforeTheFirstByteIsInTheDialect(String how, int status, String type)
            throws Exception {
        for (String verb : List.of(":generateContent", SSE)) {
            assertError(ask("sim-chat", verb, body("[[sim " + how + "]] hi")), status, type);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"error_at=3", "cut_at=3", "malformed_at=3"})
    void aFailureAfterTheFirstByteIsTheLastChunk(String how) throws Exception {
        HttpResponse<String> answer =
                ask("sim-chat", SSE, body("[[sim tokens=20 " + how + "]] hello"));
        List<JsonNode> chunks = chunks(answer);
        assertThat(chunks.getLast().path("error").path("status").isString()).isTrue();
        assertThat(answer.body()).doesNotContain("finishReason");
        assertThat(settled(answer).estimated()).isTrue();
    }

    @Test
    void whatMakesNoSenseIsRefusedInTheDialect() throws Exception {
        assertError(ask("nobody", ":generateContent", body("hi")), 404, "NOT_FOUND");
        assertError(ask("sim-chat", ":generateContent", "{}"), 400, "INVALID_ARGUMENT");
        assertError(ask("sim-chat", ":generateContent", "["), 400, "INVALID_ARGUMENT");
        assertError(ask("sim-chat", ":generateContent", ""), 400, "INVALID_ARGUMENT");
        assertError(ask("sim-chat", ":predict", body("hi")), 404, "NOT_FOUND");
        String own = body("hi").replace("{\"contents\"", "{\"stream\":true,\"contents\"");
        assertError(ask("sim-chat", ":generateContent", own), 400, "INVALID_ARGUMENT");
        gateway.ledger.balance("0");
        try {
            assertError(
                    ask("sim-chat", ":generateContent", body("hi")), 402, "FAILED_PRECONDITION");
        } finally {
            gateway.ledger.balance("1000");
        }
    }

    private static void assertError(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode error = JSON.readTree(answer.body()).path("error");
        assertThat(error.path("code").asInt()).isEqualTo(status);
        assertThat(error.path("status").stringValue()).isEqualTo(type);
        assertThat(error.path("message").stringValue()).isNotBlank();
        assertThat(error.at("/details/0/@type").stringValue()).endsWith("google.rpc.ErrorInfo");
    }

    @Test
    void whatCannotBeCarriedIsReportedOrUnderStrictRefusedForNothing() throws Exception {
        String body = body("hi").replace("{\"contents\"", "{\"safetySettings\":[],\"contents\"");
        HttpResponse<String> lenient = ask("sim-chat", ":generateContent", body);
        assertThat(lenient.statusCode()).as(lenient.body()).isEqualTo(200);
        assertThat(lenient.headers().firstValue("x-sluice-dropped")).contains("safetySettings");
        HttpRequest strict =
                gateway.request("/v1beta/models/sim-chat:generateContent", body)
                        .header("x-sluice-strict", "true")
                        .build();
        assertError(
                gateway.http.send(strict, HttpResponse.BodyHandlers.ofString()),
                400,
                "INVALID_ARGUMENT");
    }

    @Test
    void promptsAreCountedForNothing() throws Exception {
        int asked = gateway.simulator.journal().calls().size();
        String contents = "\"contents\":[{\"parts\":[{\"text\":\"Hello\"}]}]";
        for (String body :
                List.of(
                        "{" + contents + "}",
                        "{\"generateContentRequest\":{\"model\":\"models/x\"," + contents + "}}")) {
            HttpResponse<String> counted = ask("sim-chat", ":countTokens", body);
            assertThat(counted.statusCode()).as(counted.body()).isEqualTo(200);
            assertThat(JSON.readTree(counted.body()).path("totalTokens").asLong())
                    .isBetween(1L, 60L);
            assertThat(counted.headers().firstValue("x-sluice-estimated")).contains("true");
        }
        assertThat(gateway.simulator.journal().calls()).hasSize(asked);
        assertError(ask("nobody", ":countTokens", "{" + contents + "}"), 404, "NOT_FOUND");
    }

    @Test
    void modelsAreListedInTheDialect() throws Exception {
        JsonNode list = JSON.readTree(got("/v1beta/models"));
        assertThat(list.path("models")).hasSize(1);
        assertThat(list.at("/models/0/name").stringValue()).isEqualTo("models/sim-reasoner");
        JsonNode one = JSON.readTree(got("/v1beta/models/sim-reasoner"));
        assertThat(one.path("name").stringValue()).isEqualTo("models/sim-reasoner");
        assertThat(JSON.readTree(got("/v1beta/models/sim-chat")).at("/error/code").asInt())
                .isEqualTo(404);
    }

    /// The newest releases of Google's SDKs ask `/v1` where those before ask `/v1beta`.
    @ParameterizedTest
    @ValueSource(strings = {"v1beta", "v1", "v1alpha"})
    void clientsChooseAVersion(String version) throws Exception {
        String model = "/" + version + "/models/sim-chat";
        HttpResponse<String> answer = gateway.post(model + ":generateContent", body("hi"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(JSON.readTree(answer.body()).path("candidates")).hasSize(1);
        HttpResponse<String> stream = gateway.post(model + SSE, body("hi"));
        assertThat(stream.body()).startsWith("data: {\"candidates\"");
        HttpResponse<String> counted = gateway.post(model + ":countTokens", body("hi"));
        assertThat(JSON.readTree(counted.body()).path("totalTokens").asLong()).isPositive();
        HttpResponse<String> unknown =
                gateway.post("/" + version + "/models/none:generateContent", body("hi"));
        assertError(unknown, 404, "NOT_FOUND");
        JsonNode list = JSON.readTree(got("/" + version + "/models"));
        assertThat(list.at("/models/0/name").stringValue()).isEqualTo("models/sim-reasoner");
        assertThat(JSON.readTree(got("/" + version + "/models/sim-chat")).at("/error/code").asInt())
                .isEqualTo(404);
    }

    private static GatewayFixture toGemini(URI upstream) {
        return new GatewayFixture(GatewayFixture.Setup.USUAL.withUpstream("gemini", upstream));
    }

    private static HttpResponse<String> passed(GatewayFixture fixture, String verb, String body)
            throws Exception {
        return fixture.post("/v1beta/models/to-gemini" + verb, body);
    }

    /// The simulator of this class speaks Gemini, too.
    @ParameterizedTest
    @ValueSource(strings = {":generateContent", SSE, ":streamGenerateContent"})
    void whatAProviderOfTheDialectCountedIsWhatIsCharged(String verb) throws Exception {
        try (GatewayFixture fixture = toGemini(gateway.simulator.origin())) {
            HttpResponse<String> answer =
                    passed(
                            fixture,
                            verb,
                            body("[[sim cached=4 reasoning=7 searches=2 tokens=20]] hi"));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            String id = answer.headers().firstValue("x-request-id").orElseThrow();
            CallRecord call = fixture.ledger.awaitSettled(c -> c.requestId().equals(id));
            Call oracle = gateway.simulator.journal().last();
            assertThat(call.usage()).isEqualTo(CallTest.billed(oracle));
            assertThat(call.usage().count(MeterKind.REASONING)).isEqualTo(7);
            assertThat(call.estimated()).isFalse();
            fixture.awaitQuiet();
        }
    }

    @Test
    void theSameDialectPassesItsBytes() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                GatewayFixture fixture = toGemini(upstream.baseUrl())) {
            String answered =
                    "{\"candidates\":[{\"finishReason\":\"STOP\"}],\"x\":"
                            + " 1.50,\"usageMetadata\":{\"promptTokenCount\":3}}";
            upstream.answers(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
                            + answered.length()
                            + "\r\n\r\n"
                            + answered);
            String body =
                    "{ \"safetySettings\":["
                            + " ],\"xFuture\":2.50,\"contents\":[{\"parts\":[{\"text\":\"hi\"}]}],"
                            + "\"generationConfig\":{\"maxOutputTokens\":50}}";
            HttpResponse<String> answer = passed(fixture, ":generateContent", body);
            assertThat(answer.body()).isEqualTo(answered);
            assertThat(answer.headers().firstValue("x-sluice-dropped")).isEmpty();
            assertThat(upstream.requests.getLast())
                    .startsWith("POST /v1beta/models/sim-chat:generateContent HTTP/1.1")
                    .endsWith("\r\n\r\n" + body)
                    .doesNotContain(GatewayFixture.KEY);
            fixture.awaitQuiet();
        }
    }

    /// Comments, another dialect's mark and names of events break clients.
    @Test
    void whatClientsBreakOnIsTakenOutOfAPassedStream() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                GatewayFixture fixture = toGemini(upstream.baseUrl())) {
            String first = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]}}]}";
            String last =
                    "{\"candidates\":[{\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":1}}";
            upstream.answers(
                    ScriptedUpstream.HEAD
                            + ": wait\n\nevent: x\ndata: "
                            + first
                            + "\n\n: wait\n\ndata: "
                            + last
                            + "\n\ndata: [DONE]\n\n");
            HttpResponse<String> answer = passed(fixture, SSE, body("hi"));
            assertThat(answer.body())
                    .isEqualTo("data: " + first + "\r\n\r\ndata: " + last + "\r\n\r\n");
            assertThat(upstream.requests.getLast())
                    .startsWith("POST /v1beta/models/sim-chat:streamGenerateContent?alt=sse HTTP");
            upstream.answers(ScriptedUpstream.HEAD + "data: " + first + "\n\n");
            HttpResponse<String> cut = passed(fixture, SSE, body("hi"));
            assertThat(chunks(cut).getLast().has("error")).isTrue();
            fixture.awaitQuiet();
        }
    }

    private static String got(String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(gateway.uri(path))
                        .header("x-goog-api-key", GatewayFixture.KEY + "-narrow")
                        .build();
        return gateway.http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
