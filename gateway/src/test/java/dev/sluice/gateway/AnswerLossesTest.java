package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.call.CallRecord;
import java.net.http.HttpResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// What an upstream answers and the client is not shown, or is not to be shown.
class AnswerLossesTest {

    private static final String SEARCHED =
            "{\"id\":\"msg_1\",\"type\":\"message\",\"model\":\"m\",\"content\":[{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{}},{\"type\":\"text\",\"text\":\"It"
                    + " rains.\",\"citations\":[{\"url\":\"u\"}]}],"
                    + "\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":12,\"output_tokens\":9}}";

    private static GatewayFixture toward(String name, ScriptedUpstream upstream) {
        return new GatewayFixture(
                GatewayFixture.Setup.USUAL.withUpstream(name, upstream.baseUrl()));
    }

    private static List<String> notes(GatewayFixture fixture, HttpResponse<String> answer)
            throws InterruptedException {
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = fixture.ledger.awaitSettled(record -> record.requestId().equals(id));
        return call.decisions().stream().map(note -> note.getOrDefault("note", "")).toList();
    }

    @Test
    void whatOfAnAnswerIsLostIsToldAndKeptInTheRecord() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                GatewayFixture fixture = toward("anthropic", upstream)) {
            upstream.answers(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
                            + SEARCHED.length()
                            + "\r\n\r\n"
                            + SEARCHED);
            HttpResponse<String> answer = fixture.chat("to-anthropic", "hi");
            String lost = "answer.content[].server_tool_use, answer.content[].citations";
            assertThat(answer.headers().firstValue("x-sluice-dropped")).contains(lost);
            assertThat(notes(fixture, answer)).contains("dropped: " + lost);
            fixture.awaitQuiet();
        }
    }

    /// Many compatible providers send no header with an id of their own.
    @Test
    void withoutAHeaderThatNamesTheCallItsAnswersIdIsKept() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                GatewayFixture fixture = toward("anthropic", upstream)) {
            String head =
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n%scontent-length: "
                            + SEARCHED.length()
                            + "\r\n\r\n"
                            + SEARCHED;
            upstream.answers(head.formatted(""));
            assertThat(providersId(fixture, fixture.chat("to-anthropic", "hi"))).isEqualTo("msg_1");
            upstream.answers(head.formatted("x-request-id: req_of_theirs\r\n"));
            assertThat(providersId(fixture, fixture.chat("to-anthropic", "hi")))
                    .isEqualTo("req_of_theirs");
            fixture.awaitQuiet();
        }
    }

    private static @Nullable String providersId(GatewayFixture fixture, HttpResponse<String> answer)
            throws InterruptedException {
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = fixture.ledger.awaitSettled(record -> record.requestId().equals(id));
        return call.attempts().getFirst().providerRequestId();
    }

    /// Its head has left before anybody can know.
    @Test
    void whatOfAStreamIsLostIsKeptInTheRecord() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                GatewayFixture fixture = toward("responses", upstream)) {
            upstream.answers(
                    ScriptedUpstream.HEAD
                            + event("response.created", "\"response\":{\"id\":\"resp_1\"}")
                            + event("response.output_text.delta", "\"delta\":\"It rains.\"")
                            + event(
                                    "response.output_item.done",
                                    "\"output_index\":1,\"item\":{\"type\":\"web_search_call\"}")
                            + event(
                                    "response.completed",
                                    "\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"usage\":{\"input_tokens\":9,\"output_tokens\":3}}"));
            HttpResponse<String> answer = fixture.stream("to-responses", "hi");
            assertThat(answer.body()).contains("It rains.").endsWith("data: [DONE]\n\n");
            assertThat(notes(fixture, answer)).contains("dropped: answer.output[].web_search_call");
            fixture.awaitQuiet();
        }
    }

    private static String event(String type, String members) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + members + "}\n\n";
    }

    @Test
    void anAnswerThatEndsBeforeItBeginsIsAnErrorAndAnotherTargetIsAsked() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                GatewayFixture fixture = toward("chat", upstream)) {
            upstream.answers(ScriptedUpstream.HEAD + ScriptedUpstream.DONE);
            HttpResponse<String> alone = fixture.stream("to-chat", "hi");
            assertThat(alone.statusCode()).as(alone.body()).isEqualTo(502);
            HttpResponse<String> second = fixture.stream("chat-first", "hi");
            assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
            assertThat(second.headers().firstValue("x-sluice-route").orElseThrow())
                    .endsWith("attempts=2");
            fixture.awaitQuiet();
        }
    }

    @Test
    void anUpstreamThatSpeaksNoDialectForACallIsNotAsked() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                GatewayFixture fixture = toward("gemini", upstream)) {
            HttpResponse<String> refused =
                    fixture.post("/v1/embeddings", "{\"model\":\"to-gemini\",\"input\":\"x\"}");
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
            assertThat(new JsonMapper().readTree(refused.body()).at("/error/message").asString())
                    .contains("embedContent");
            assertThat(upstream.requests).isEmpty();
            fixture.awaitQuiet();
        }
    }
}
