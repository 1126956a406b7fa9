package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.ledger.call.CallRecord;
import java.net.http.HttpResponse;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/// `/v1/moderations` and `/v1/rerank`.
class JudgementsTest {

    private static final JsonMapper JSON = new JsonMapper();

    @RegisterExtension private static final GatewayFixture gateway = new GatewayFixture();

    private static CallRecord exact(HttpResponse<String> answer) throws InterruptedException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = gateway.ledger.awaitSettled(row -> row.requestId().equals(id));
        assertThat(call.usage()).isEqualTo(CallTest.billed(gateway.simulator.journal().last()));
        assertThat(call.estimated()).isFalse();
        assertThat(CallTest.sum(call).compareTo(CallTest.held(call))).isLessThanOrEqualTo(0);
        return call;
    }

    @Test
    void aModerationIsPaidByTheRequest() throws Exception {
        HttpResponse<String> answer =
                gateway.post(
                        "/v1/moderations",
                        "{\"model\":\"sim-moderation\",\"input\":[\"harm\",{\"type\":\"text\",\"text\":\"no\"}]}");
        CallRecord call = exact(answer);
        assertThat(call.endpoint()).isEqualTo("moderations");
        assertThat(CallTest.sum(call)).hasToString("0.0001");
        assertThat(JSON.readTree(answer.body()).at("/results/0/flagged").booleanValue()).isTrue();
    }

    private static String ranking(String model, int documents) {
        return "{\"model\":\"%s\",\"query\":\"boats\",\"top_n\":2,\"documents\":[%s]}"
                .formatted(
                        model, String.join(",", Collections.nCopies(documents, "\"A red boat\"")));
    }

    @ParameterizedTest
    @CsvSource({"3, 1, 0.002", "250, 3, 0.006"})
    void anOrderIsPaidByTheSearch(int documents, int searches, String cost) throws Exception {
        HttpResponse<String> answer = gateway.post("/v1/rerank", ranking("sim-rerank", documents));
        CallRecord call = exact(answer);
        assertThat(call.endpoint()).isEqualTo("rerank");
        assertThat(call.usage().count(MeterKind.SEARCHES)).isEqualTo(searches);
        assertThat(CallTest.sum(call)).hasToString(cost);
    }

    @Test
    void anOrderMayBePaidByTokens() throws Exception {
        CallRecord call = exact(gateway.post("/v1/rerank", ranking("sim-rerank-tokens", 4)));
        assertThat(call.usage().count(MeterKind.INPUT)).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/rerank, '{\"model\":\"sim-rerank\",\"query\":\"x\"}', documents",
        "/v1/rerank, '{\"model\":\"sim-rerank\",\"documents\":[\"x\"]}', query",
        "/v1/rerank, '{\"model\":\"sim-rerank\",\"query\":\"x\",\"documents\":[]}', documents",
        "/v1/moderations, '{\"model\":\"sim-moderation\"}', input",
        "/v1/moderations, '{\"model\":\"sim-moderation\",\"input\":7}', input"
    })
    void aBadRequestNamesItsField(String path, String body, String param) throws Exception {
        HttpResponse<String> answer = gateway.post(path, body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).at("/error/param").stringValue()).isEqualTo(param);
    }
}
