package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.Secret;
import dev.sluice.simulator.journal.Call;
import dev.sluice.simulator.journal.Outcome;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Messages that fail, before the first byte and after it.
class MessagesFailureTest extends MessagesCase {

    @ParameterizedTest
    @CsvSource({
        "400, invalid_request_error",
        "401, authentication_error",
        "402, billing_error",
        "403, permission_error",
        "404, not_found_error",
        "413, request_too_large",
        "429, rate_limit_error",
        "500, api_error",
        "504, timeout_error",
        "529, overloaded_error",
    })
    void everyStatusHasItsType(int status, String type) {
        HttpResponse<String> response = ask("status=" + status + " retry_after=2");
        assertThat(response.statusCode()).isEqualTo(status);
        JsonNode body = SimClient.json(response);
        assertThat(body.at("/type").asString()).isEqualTo("error");
        assertThat(body.at("/error/type").asString()).isEqualTo(type);
        assertThat(body.at("/error/message").asString()).isNotEmpty();
        assertThat(response.headers().firstValue("request-id"))
                .hasValue(body.at("/request_id").asString());
        assertThat(response.headers().firstValue("retry-after")).hasValue("2");
        assertThat(response.headers().firstValue("x-request-id")).isEmpty();
        assertThat(journaled().produced().total()).isZero();
    }

    private HttpResponse<String> ask(String directives) {
        return send(asking("sim-chat", "Hi [[sim " + directives + "]]", ""));
    }

    @Test
    void limitsStandInTheHeaders() {
        String remaining = "anthropic-ratelimit-requests-remaining";
        HttpResponse<String> refused = ask("status=429");
        assertThat(refused.headers().firstValue(remaining)).hasValue("0");
        String reset =
                refused.headers().firstValue("anthropic-ratelimit-tokens-reset").orElseThrow();
        assertThat(Instant.parse(reset)).isAfter(Instant.EPOCH);
        assertThat(ask("tokens=1").headers().firstValue(remaining)).hasValue("999");
    }

    @Test
    void anErrorAfterTheFirstByteIsAnEventAndTheEnd() {
        List<Event> events = stream("Hi [[sim error_at=4 type=overloaded_error]]", "");
        assertThat(events).hasSize(5);
        assertThat(events.getLast().name()).isEqualTo("error");
        assertThat(events.getLast().data().at("/error/type").asString())
                .isEqualTo("overloaded_error");
        Call call = journaled();
        assertThat(call.outcome()).isEqualTo(Outcome.FINISHED);
        assertThat(call.produced().completion()).isEqualTo(1);
        assertThat(call.planned().completion()).isGreaterThan(30);
    }

    @Test
    void endsCanBeMissing() {
        List<Event> noStop = stream("Hi [[sim no_done]]", "");
        assertThat(noStop.getLast().name()).isEqualTo("message_delta");
        List<Event> noFinish = stream("Hi [[sim no_finish]]", "");
        assertThat(noFinish).noneMatch(event -> event.name().equals("message_delta"));
        List<Event> noUsage = stream("Hi [[sim usage=missing]]", "");
        assertThat(noUsage.getFirst().data().at("/message/usage").isMissingNode()).isTrue();
        assertThat(journaled().reported()).isNull();
    }

    @Test
    void keysComeInEitherHeaderAndAreNotKept() {
        try (Simulator locked =
                        Simulator.start(options().withAccount("team", new Secret("sk-ant-1")));
                SimClient caller = new SimClient(locked)) {
            String body = asking("sim-chat", "Hi", "");
            for (String header : List.of("x-api-key", "authorization")) {
                Map<String, String> headers = new HashMap<>(VERSION);
                headers.put(header, header.equals("x-api-key") ? "sk-ant-1" : "Bearer sk-ant-1");
                assertThat(caller.post(MESSAGES, body, headers).statusCode()).isEqualTo(200);
                assertThat(locked.journal().last().account()).isEqualTo("team");
                assertThat(locked.journal().last().headers().toString()).doesNotContain("sk-ant");
            }
            HttpResponse<String> refused = caller.post(MESSAGES, body, VERSION);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(SimClient.json(refused).at("/error/type").asString())
                    .isEqualTo("authentication_error");
        }
    }

    @Test
    void aVersionIsNeededAndOtherRoutesAreNotFound() {
        String body = asking("sim-chat", "Hi", "");
        assertThat(client.post(MESSAGES, body).statusCode()).isEqualTo(400);
        HttpResponse<String> batches = client.post(MESSAGES + "/batches", body, VERSION);
        assertThat(batches.statusCode()).isEqualTo(404);
        assertThat(SimClient.json(batches).at("/error/type").asString())
                .isEqualTo("not_found_error");
        HttpResponse<String> unknown = send(asking("none", "Hi", ""));
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(send(asking("sim-embed", "Hi", "")).statusCode()).isEqualTo(400);
    }

    @Test
    void aPromptBeyondTheContextIsRefused() {
        HttpResponse<String> response = send(asking("sim-tiny", "x".repeat(20_000), ""));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(SimClient.json(response).at("/error/message").asString())
                .isEqualTo("prompt is too long: 5006 tokens > 4096 maximum");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"model\":\"sim-chat\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
                "{\"model\":\"sim-chat\",\"max_tokens\":9,\"messages\":[]}",
            })
    void whatIsRequiredIsRequired(String body) {
        assertThat(send(body).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "first message | [{'role':'assistant','content':'x'}]",
                ".role | [{'role':'tool','content':'x'}]",
                "non-whitespace | [{'role':'user','content':[{'type':'text','text':' '}]}]",
                "unexpected `tool_use_id` | [{'role':'user','content':"
                        + "[{'type':'tool_result','tool_use_id':'t','content':'x'}]}]",
                "without `tool_result` | [{'role':'user','content':'x'},{'role':'assistant','content':"
                        + "[{'type':'tool_use','id':'t','name':'n','input':{}}]},"
                        + "{'role':'user','content':'x'}]",
                "trailing whitespace | [{'role':'user','content':'x'},"
                        + "{'role':'assistant','content':'y '}]",
                "`signature` | [{'role':'user','content':'x'},{'role':'assistant','content':"
                        + "[{'type':'thinking','thinking':'y','signature':'z'}]}]",
            })
    void turnsHaveRules(String message, String messages) {
        String body = "{'model':'sim-chat','max_tokens':9,'messages':" + messages + "}";
        refusedWith(message, body.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "budget_tokens | 'thinking':{'type':'enabled','budget_tokens':5000}",
                "budget_tokens | 'thinking':{'type':'enabled','budget_tokens':100}",
                "forces tool use | 'thinking':{'type':'adaptive'},'tool_choice':{'type':'any'}",
                "maximum of 4 | 'system':[C,C,C,C,C]",
                "must not come after | 'system':[C,H]",
            })
    void fieldsHaveRules(String message, String fields) {
        String told =
                fields.replace(
                                "C",
                                "{'type':'text','text':'x','cache_control':{'type':'ephemeral'}}")
                        .replace(
                                "H",
                                "{'type':'text','text':'x','cache_control':"
                                        + "{'type':'ephemeral','ttl':'1h'}}");
        refusedWith(message, asking("sim-chat", "Hi", told.replace('\'', '"')));
    }

    private void refusedWith(String message, String body) {
        HttpResponse<String> response = send(body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(SimClient.json(response).at("/error/message").asString()).contains(message);
    }
}
