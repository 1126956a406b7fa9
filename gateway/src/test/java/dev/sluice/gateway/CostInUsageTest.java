package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.call.CallRecord;
import dev.sluice.protocol.json.Trees;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// A client that asks for it reads in `usage.cost` exactly what the ledger books, whoever answers.
class CostInUsageTest {

    private static GatewayFixture upstreams;
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        upstreams = new GatewayFixture();
        gateway =
                new GatewayFixture(
                        GatewayFixture.Setup.USUAL
                                .withUpstream("anthropic", upstreams.simulator.baseUrl())
                                .withUpstream("chat", upstreams.simulator.baseUrl()));
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

    private static String body(String model, String how, boolean stream) {
        return "{\"model\":\"%s\",\"stream\":%s,\"usage\":{\"include\":true},\"max_tokens\":200,"
                        .formatted(model, stream)
                + "\"messages\":[{\"role\":\"user\",\"content\":\"[[sim %s]] hello\"}]}"
                        .formatted(how);
    }

    private static BigDecimal booked(HttpResponse<?> answer) throws InterruptedException {
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = gateway.ledger.awaitSettled(one -> one.requestId().equals(id));
        return CallTest.sum(call).toDecimal();
    }

    private static JsonNode json(String text) {
        return Trees.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> frames(String stream) {
        List<String> frames = new ArrayList<>();
        for (String frame : stream.split("\n\n", -1)) {
            if (frame.startsWith("data: ")) {
                frames.add(frame.substring("data: ".length()));
            }
        }
        return frames;
    }

    @ParameterizedTest
    @CsvSource({
        "to-chat, tokens=7",
        "to-chat, tokens=7 cached=3",
        "to-anthropic, tokens=7 cached=3",
        "to-chat, usage=missing"
    })
    void aPlainAnswerSaysWhatIsBooked(String model, String how) throws Exception {
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", body(model, how, false));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode usage = json(answer.body()).path("usage");
        BigDecimal cost = usage.path("cost").decimalValue();
        assertThat(cost).isEqualByComparingTo(booked(answer)).isPositive();
        assertThat(answer.headers().firstValue("x-sluice-cost-usd").orElseThrow())
                .isEqualTo(cost.toPlainString());
        assertThat(usage.path("completion_tokens").asLong()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "to-chat, tokens=7",
        "to-anthropic, tokens=7 cached=3",
        "to-chat, tokens=7 split=3",
        "to-chat, usage=missing",
        "to-chat, tokens=7 usage_with_finish",
        "to-chat, tokens=7 usage_every"
    })
    void theLastEventOfAStreamSaysWhatIsBooked(String model, String how) throws Exception {
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", body(model, how, true));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<String> frames = frames(answer.body());
        assertThat(frames.getLast()).isEqualTo("[DONE]");
        JsonNode last = json(frames.get(frames.size() - 2));
        assertThat(last.path("choices")).isEmpty();
        assertThat(last.path("object").asString()).isEqualTo("chat.completion.chunk");
        assertThat(last.at("/usage/cost").decimalValue())
                .isEqualByComparingTo(booked(answer))
                .isPositive();
        assertThat(frames.stream().filter(frame -> frame.contains("\"cost\""))).hasSize(1);
    }

    @Test
    void embeddingsSayWhatTheyCost() throws Exception {
        HttpResponse<String> answer =
                gateway.post(
                        "/v1/embeddings",
                        "{\"model\":\"sim-embed\",\"input\":\"hello there\","
                                + "\"usage\":{\"include\":true}}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer.body()).at("/usage/cost").decimalValue())
                .isEqualByComparingTo(booked(answer));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoDoesNotAskIsNotTold(boolean stream) throws Exception {
        HttpResponse<String> answer =
                gateway.post(
                        "/v1/chat/completions", GatewayFixture.chatBody("to-chat", "hi", stream));
        assertThat(answer.body()).doesNotContain("\"cost\"");
    }

    @Test
    void aStreamThatBreaksIsToldNoCost() throws Exception {
        HttpResponse<String> answer =
                gateway.post("/v1/chat/completions", body("to-chat", "tokens=9 error_at=4", true));
        assertThat(answer.body()).contains("\"error\":{").doesNotContain("\"cost\"", "[DONE]");
    }
}
