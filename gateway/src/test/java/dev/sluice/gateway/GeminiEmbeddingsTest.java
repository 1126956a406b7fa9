package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.ledger.call.CallRecord;
import java.net.URI;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `:embedContent` and `:batchEmbedContents`, in front of OpenAI's dialect and of Gemini's.
class GeminiEmbeddingsTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String ONE =
            "{\"model\":\"models/sim-embed\",\"content\":{\"parts\":[{\"text\":\"A"
                    + " boat\"}]},\"outputDimensionality\":8}";

    private static CallRecord settled(GatewayFixture gateway, HttpResponse<String> answer)
            throws InterruptedException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = gateway.ledger.awaitSettled(row -> row.requestId().equals(id));
        assertThat(call.endpoint()).isEqualTo("embeddings");
        gateway.awaitQuiet();
        return call;
    }

    @Test
    void anUpstreamOfOpenAisDialectAnswersToo() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture()) {
            HttpResponse<String> one = gateway.post("/v1beta/models/sim-embed:embedContent", ONE);
            CallRecord call = settled(gateway, one);
            assertThat(JSON.readTree(one.body()).at("/embedding/values").size()).isEqualTo(8);
            assertThat(call.usage()).isEqualTo(CallTest.billed(gateway.simulator.journal().last()));
            assertThat(call.estimated()).isFalse();
            HttpResponse<String> two =
                    gateway.post(
                            "/v1beta/models/sim-embed:batchEmbedContents",
                            "{\"requests\":[%s,%s]}".formatted(ONE, ONE.replace("boat", "car")));
            settled(gateway, two);
            JsonNode vectors = JSON.readTree(two.body()).path("embeddings");
            assertThat(vectors.size()).isEqualTo(2);
            assertThat(vectors.get(0)).isEqualTo(JSON.readTree(one.body()).path("embedding"));
            assertThat(vectors.get(1)).isNotEqualTo(vectors.get(0));
        }
    }

    @Test
    void anUpstreamOfGeminisDialectReportsNothingSoThatItIsEstimated() throws Exception {
        try (GatewayFixture probe = new GatewayFixture()) {
            URI origin = probe.simulator.origin();
            try (GatewayFixture gateway =
                    new GatewayFixture(GatewayFixture.Setup.USUAL.withUpstream("gemini", origin))) {
                HttpResponse<String> answer =
                        gateway.post(
                                "/v1beta/models/embed-gemini:batchEmbedContents",
                                "{\"requests\":[" + ONE + "]}");
                CallRecord call = settled(gateway, answer);
                assertThat(call.estimated()).isTrue();
                assertThat(call.usage().count(MeterKind.INPUT)).isPositive();
                assertThat(probe.simulator.journal().last().requestBody())
                        .contains("\"model\":\"models/sim-embed\"");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "embedContent, '{}', content",
        "batchEmbedContents, '{\"requests\":[]}', requests",
        "embedContent, '{\"content\":{\"parts\":[{\"inlineData\":{}}]}}', text alone"
    })
    void aBadRequestNamesItsField(String verb, String body, String what) throws Exception {
        try (GatewayFixture gateway = new GatewayFixture()) {
            HttpResponse<String> answer = gateway.post("/v1beta/models/sim-embed:" + verb, body);
            assertThat(answer.statusCode()).isEqualTo(400);
            JsonNode error = JSON.readTree(answer.body()).path("error");
            assertThat(error.path("status").stringValue()).isEqualTo("INVALID_ARGUMENT");
            assertThat(error.path("message").stringValue()).contains(what);
        }
    }
}
