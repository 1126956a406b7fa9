package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.simulator.journal.Call;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/// A client of each dialect in front of an upstream of each, plain and streamed: one simulated
/// provider speaks them all, keeps count, and refuses what the real ones do.
class DialectMatrixTest {

    private static GatewayFixture upstreams;
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        upstreams = new GatewayFixture();
        gateway = Speaker.inFrontOf(upstreams);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstreams.close();
    }

    @AfterEach
    void nothingStaysOpen() throws InterruptedException {
        gateway.awaitQuiet();
    }

    static Stream<Arguments> pairs() {
        return Stream.of(Speaker.values())
                .flatMap(client ->
                        Stream.of(Speaker.values())
                                .flatMap(upstream ->
                                        Stream.of(false, true)
                                                .map(stream ->
                                                        Arguments.of(client, upstream, stream))));
    }

    private static HttpResponse<String> ask(
            Speaker client, String model, ObjectNode body, boolean stream) throws Exception {
        return gateway.post(client.path(model, stream), body.toString());
    }

    private static CallRecord settled(HttpResponse<?> answer) throws InterruptedException {
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        return gateway.ledger.awaitSettled(call -> call.requestId().equals(id));
    }

    @ParameterizedTest(name = "{0} to {1}, streamed {2}")
    @MethodSource("pairs")
    void textIsCarriedAndWhatTheProviderCountedIsCharged(
            Speaker client, Speaker upstream, boolean stream) throws Exception {
        String model = "to-" + upstream.upstream();
        ObjectNode body =
                client.question(model, "[[sim text=\"one two\" cached=4 reasoning=7]] hi", stream);
        HttpResponse<String> answer = ask(client, model, body, stream);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        Speaker.Said said = client.read(answer.body(), stream);
        assertThat(said.text()).isEqualTo("one two");
        assertThat(said.finish()).isIn("stop", "end_turn", "completed", "STOP");
        CallRecord call = settled(answer);
        Call oracle = upstreams.simulator.journal().last();
        assertThat(upstream.path("sim-chat", stream)).startsWith(oracle.path());
        assertThat(call.usage()).isEqualTo(CallTest.billed(oracle));
        assertThat(call.estimated()).isFalse();
        assertThat(said.tokens()).isEqualTo(call.usage().allTokens());
        assertThat(CallTest.sum(call)).isLessThanOrEqualTo(CallTest.held(call));
    }

    /// The simulated model thinks, and takes its calls back only with what it signed.
    @ParameterizedTest(name = "{0} to {1}, streamed {2}")
    @MethodSource("pairs")
    void callsInParallelAndTheThinkingBeforeThemAreKeptOverTurns(
            Speaker client, Speaker upstream, boolean stream) throws Exception {
        String model = "think-" + upstream.upstream();
        ObjectNode body = client.question(model, "Weather in Paris and Rome, in parallel?", stream);
        client.offer(body);
        client.think(body);
        HttpResponse<String> first = ask(client, model, body, stream);
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        Speaker.Said said = client.read(first.body(), stream);
        assertThat(said.calls()).as(first.body()).hasSize(2);
        assertThat(said.calls().stream().map(call -> call.arguments().path("city").asString()))
                .containsExactly("Paris", "Rome");
        assertThat(said.calls().stream().map(Speaker.Call::name)).containsOnly(Speaker.TOOL);
        assertThat(said.finish()).isIn("tool_calls", "tool_use", "completed", "STOP");
        assertThat(settled(first).usage().count(MeterKind.REASONING)).isPositive();
        client.goOn(body, said, "sunny");
        HttpResponse<String> second = ask(client, model, body, stream);
        assertThat(second.statusCode()).as(body + "\n" + second.body()).isEqualTo(200);
        Speaker.Said last = client.read(second.body(), stream);
        assertThat(last.calls()).as(second.body()).isEmpty();
        assertThat(last.text()).isNotBlank();
    }

    @ParameterizedTest(name = "{0} to {1}, streamed {2}")
    @MethodSource("pairs")
    void theOutputLimitEndsTheAnswerAndIsToldInTheClientsWords(
            Speaker client, Speaker upstream, boolean stream) throws Exception {
        String model = "to-" + upstream.upstream();
        ObjectNode body = client.question(model, "[[sim tokens=40]] hi", stream);
        String limited = body.toString().replace(":" + Speaker.LIMIT, ":20");
        HttpResponse<String> answer = gateway.post(client.path(model, stream), limited);
        assertThat(client.read(answer.body(), stream).finish())
                .as(answer.body())
                .isIn("length", "max_tokens", "max_output_tokens", "MAX_TOKENS");
    }

    /// OpenAI's dialects tell a refusal as an answer of its own kind; in the others it is an end.
    @ParameterizedTest(name = "{0} to {1}, streamed {2}")
    @MethodSource("pairs")
    void aRefusalIsToldAndCharged(Speaker client, Speaker upstream, boolean stream)
            throws Exception {
        boolean answered = upstream == Speaker.CHAT || upstream == Speaker.RESPONSES;
        String finish =
                switch (client) {
                    case CHAT -> answered ? "stop" : "content_filter";
                    case RESPONSES -> answered ? "completed" : "content_filter";
                    case MESSAGES -> "refusal";
                    case GEMINI -> "SAFETY";
                };
        endsWith(client, upstream, stream, "refusal text=\"I will not.\"", finish);
    }

    @ParameterizedTest(name = "{0} to {1}, streamed {2}")
    @MethodSource("pairs")
    void whatAFilterEndsIsToldAndCharged(Speaker client, Speaker upstream, boolean stream)
            throws Exception {
        endsWith(client, upstream, stream, "finish=" + filtered(upstream), filtered(client));
    }

    private static String filtered(Speaker speaker) {
        return switch (speaker) {
            case CHAT, RESPONSES -> "content_filter";
            case MESSAGES -> "refusal";
            case GEMINI -> "SAFETY";
        };
    }

    /// Another way for an answer to end.
    ///
    /// @param finish as the upstream says it, and so its own clients
    private record End(Speaker upstream, String finish, Map<Speaker, String> told) {

        String toldTo(Speaker client) {
            return client == upstream ? finish : told.getOrDefault(client, "");
        }
    }

    private static Map<Speaker, String> told(
            String chat, String messages, String responses, String gemini) {
        return Map.of(
                Speaker.CHAT, chat,
                Speaker.MESSAGES, messages,
                Speaker.RESPONSES, responses,
                Speaker.GEMINI, gemini);
    }

    private static final Map<Speaker, String> WHOLE = told("stop", "end_turn", "completed", "STOP");
    private static final Map<Speaker, String> CUT =
            told("length", "max_tokens", "max_output_tokens", "MAX_TOKENS");
    private static final Map<Speaker, String> FILTERED =
            told("content_filter", "refusal", "content_filter", "SAFETY");

    /// Neither the model's nor a filter's doing: told with the provider's words, or with ours.
    private static final Map<Speaker, String> REFUSED =
            told("stop", "refusal", "completed", "SAFETY");

    static Stream<Arguments> ends() {
        return Stream.of(
                        new End(Speaker.CHAT, "length", CUT),
                        new End(Speaker.CHAT, "insufficient_system_resource", CUT),
                        new End(Speaker.CHAT, "sensitive", FILTERED),
                        new End(Speaker.RESPONSES, "max_output_tokens", CUT),
                        new End(Speaker.RESPONSES, "another_reason", CUT),
                        new End(Speaker.MESSAGES, "pause_turn", WHOLE),
                        new End(Speaker.MESSAGES, "stop_sequence", WHOLE),
                        new End(Speaker.MESSAGES, "max_tokens", CUT),
                        new End(Speaker.MESSAGES, "model_context_window_exceeded", CUT),
                        new End(Speaker.GEMINI, "MAX_TOKENS", CUT),
                        new End(Speaker.GEMINI, "RECITATION", FILTERED),
                        new End(Speaker.GEMINI, "PROHIBITED_CONTENT", FILTERED),
                        new End(Speaker.GEMINI, "SPII", FILTERED),
                        new End(Speaker.GEMINI, "OTHER", REFUSED))
                .flatMap(end ->
                        Stream.of(Speaker.values())
                                .flatMap(client ->
                                        Stream.of(false, true)
                                                .map(stream -> Arguments.of(client, end, stream))));
    }

    @ParameterizedTest(name = "{0}: {1}, streamed {2}")
    @MethodSource("ends")
    void whatIsIncompleteIsToldAndCharged(Speaker client, End end, boolean stream)
            throws Exception {
        endsWith(client, end.upstream(), stream, "finish=" + end.finish(), end.toldTo(client));
    }

    /// What was let through is charged as the provider counted it.
    private static void endsWith(
            Speaker client, Speaker upstream, boolean stream, String how, String finish)
            throws Exception {
        String model = "to-" + upstream.upstream();
        ObjectNode body = client.question(model, "[[sim " + how + "]] hi", stream);
        HttpResponse<String> answer = ask(client, model, body, stream);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        Speaker.Said said = client.read(answer.body(), stream);
        assertThat(said.finish()).as(answer.body()).isEqualTo(finish);
        CallRecord call = settled(answer);
        assertThat(call.usage()).isEqualTo(CallTest.billed(upstreams.simulator.journal().last()));
        assertThat(call.estimated()).isFalse();
        assertThat(said.tokens()).isEqualTo(call.usage().allTokens());
    }

    /// Only Gemini answers so; its own clients get the bytes as they are.
    static Stream<Arguments> blocked() {
        return pairs().filter(
                        pair -> pair.get()[1] == Speaker.GEMINI && pair.get()[0] != Speaker.GEMINI);
    }

    /// The prompt is charged, and nothing else was made.
    @ParameterizedTest(name = "{0}, streamed {2}")
    @MethodSource("blocked")
    void aBlockedPromptIsToldAsARefusal(Speaker client, Speaker upstream, boolean stream)
            throws Exception {
        endsWith(client, upstream, stream, "finish=blocked", filtered(client));
    }

    @ParameterizedTest(name = "{0} to {1}, streamed {2}")
    @MethodSource("pairs")
    void aFailureBeforeTheFirstByteIsAnAnswerOfItsOwn(
            Speaker client, Speaker upstream, boolean stream) throws Exception {
        String model = "to-" + upstream.upstream();
        for (List<Object> how :
                List.of(
                        List.<Object>of("status=503", 502),
                        List.<Object>of("status=429", 429),
                        List.<Object>of("status=422", 422))) {
            ObjectNode body = client.question(model, "[[sim " + how.get(0) + "]] hi", stream);
            HttpResponse<String> answer = ask(client, model, body, stream);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(how.get(1));
            assertThat(Speaker.JSON.readTree(answer.body()).at("/error/message").asString())
                    .isNotBlank();
        }
    }

    static Stream<Arguments> broken() {
        return pairs().filter(pair -> Boolean.TRUE.equals(pair.get()[2]))
                .flatMap(pair ->
                        Stream.of("error_at=12", "cut_at=12", "malformed_at=12")
                                .map(how -> Arguments.of(pair.get()[0], pair.get()[1], how)));
    }

    @ParameterizedTest(name = "{0} to {1}: {2}")
    @MethodSource("broken")
    void aFailureAfterTheFirstByteIsTheLastEvent(Speaker client, Speaker upstream, String how)
            throws Exception {
        String model = "to-" + upstream.upstream();
        ObjectNode body = client.question(model, "[[sim tokens=40 " + how + "]] hi", true);
        HttpResponse<String> answer = ask(client, model, body, true);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(Speaker.data(answer.body()).getLast().toString()).contains("\"error\"");
        assertThat(answer.body())
                .doesNotContain("[DONE]")
                .doesNotContain("message_stop")
                .doesNotContain("response.completed")
                .doesNotContain("finishReason\":\"STOP");
        assertThat(settled(answer).estimated()).isTrue();
    }

    static Stream<Arguments> translated() {
        return pairs().filter(pair ->
                pair.get()[0] != pair.get()[1] && !Boolean.TRUE.equals(pair.get()[2]));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("translated")
    void whatIsLostIsToldAndUnderStrictRefusedForNothing(
            Speaker client, Speaker upstream, boolean stream) throws Exception {
        String model = "to-" + upstream.upstream();
        ObjectNode body = client.question(model, "hi", stream).put("xFuture", 1);
        HttpResponse<String> lenient = ask(client, model, body, stream);
        assertThat(lenient.statusCode()).as(lenient.body()).isEqualTo(200);
        assertThat(lenient.headers().firstValue("x-sluice-dropped")).contains("xFuture");
        int asked = upstreams.simulator.journal().calls().size();
        HttpRequest strict =
                gateway.request(client.path(model, stream), body.toString())
                        .header("x-sluice-strict", "true")
                        .build();
        HttpResponse<String> refused =
                gateway.http.send(strict, HttpResponse.BodyHandlers.ofString());
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(refused.body()).contains("xFuture");
        assertThat(upstreams.simulator.journal().calls()).hasSize(asked);
    }
}
