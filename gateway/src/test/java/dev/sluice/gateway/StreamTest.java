package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.call.CallRecord;
import dev.sluice.simulator.journal.Call;
import dev.sluice.simulator.journal.Outcome;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Streams, whole and broken in every way: right error, right settlement, nothing left open.
class StreamTest {

    @RegisterExtension private static final GatewayFixture gateway = new GatewayFixture();

    private static CallRecord settled(HttpResponse<?> answer) throws InterruptedException {
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        return gateway.ledger.awaitSettled(call -> call.requestId().equals(id));
    }

    @Test
    void aStreamPassesWholeAndIsChargedByItsUsage() throws Exception {
        HttpResponse<String> answer = gateway.stream("sim-chat", "hello");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).endsWith("data: [DONE]\n\n").doesNotContain("\"usage\":{");
        CallRecord call = settled(answer);
        assertThat(call.usage()).isEqualTo(CallTest.billed(gateway.simulator.journal().last()));
        assertThat(call.estimated()).isFalse();
        assertThat(call.outcome().finishReason()).isEqualTo("stop");
    }

    @Test
    void usageIsShownToAClientThatAskedForIt() throws Exception {
        HttpResponse<String> answer =
                gateway.post(
                        "/v1/chat/completions",
                        "{\"model\":\"sim-chat\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                                + "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}");
        assertThat(answer.body()).contains("\"usage\":{");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "split=3",
                "split=11",
                "trickle=1 tokens=3",
                "crlf",
                "bom",
                "comments=1",
                "sse_ids"
            })
    void anySplitAndFramingGivesTheSameResult(String how) throws Exception {
        HttpResponse<String> answer = gateway.stream("sim-chat", "[[sim " + how + "]] hello");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("data: [DONE]");
        assertThat(settled(answer).usage())
                .isEqualTo(CallTest.billed(gateway.simulator.journal().last()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cut_at=4",
                "cut_at=4 cut=rst",
                "malformed_at=4",
                "error_at=4",
                "stall_at=4"
            })
    void aStreamThatBreaksAfterItsFirstByteEndsWithAnErrorEvent(String how) throws Exception {
        HttpResponse<String> answer = gateway.stream("sim-chat", "[[sim " + how + "]] hello");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .as(answer.body())
                .contains("\"error\":{")
                .doesNotContain("[DONE]");
        CallRecord call = settled(answer);
        assertThat(call.outcome().errorCode()).startsWith("upstream_");
        assertThat(call.estimated()).isTrue();
        assertThat(call.attempts()).hasSize(1);
        assertThat(CallTest.sum(call).isPositive()).isTrue();
        assertThat(CallTest.sum(call)).isLessThanOrEqualTo(CallTest.held(call));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status=500",
                "drop=fin",
                "drop=rst",
                "cut_at=0",
                "error_at=0",
                "malformed_at=0",
                "body=html",
                "delay=2500"
            })
    void aStreamThatBreaksBeforeItsFirstByteIsTriedElsewhere(String how) throws Exception {
        HttpResponse<String> answer = gateway.stream("sim-chat", "[[sim " + how + "]] hello");
        // Both targets are the same simulator and read the same directive: both fail.
        assertThat(answer.statusCode()).as(answer.body()).isBetween(502, 504);
        CallRecord call = settled(answer);
        assertThat(call.attempts()).hasSize(2);
        assertThat(call.chargeLines()).isEmpty();
    }

    @Test
    void anEndlessStreamIsStoppedSoonAfterItsLimit() throws Exception {
        HttpResponse<String> answer = gateway.stream("sim-chat", "[[sim endless]] hello");
        assertThat(answer.body()).contains("\"error\":{").doesNotContain("[DONE]");
        CallRecord call = settled(answer);
        assertThat(call.usage().allOutputTokens()).isLessThan(2 * 200 + 64 + 50);
        List<Call> calls = gateway.simulator.journal().calls();
        gateway.simulator
                .journal()
                .awaitThat(
                        "the upstream was told",
                        all -> !all.getLast().open(),
                        Duration.ofSeconds(5));
        assertThat(calls).isNotEmpty();
    }

    @Test
    void aClientThatLeavesInMidStreamStopsTheUpstreamAndPaysWhatWasProduced() throws Exception {
        HttpResponse<InputStream> answer = open("[[sim gap=50 tokens=400]] hello");
        try (InputStream in = answer.body()) {
            assertThat(new String(in.readNBytes(600), StandardCharsets.UTF_8)).contains("data:");
        }
        CallRecord call = settled(answer);
        assertThat(call.outcome().statusCode()).isEqualTo(499);
        assertThat(call.estimated()).isTrue();
        assertThat(CallTest.sum(call).isPositive()).isTrue();
        gateway.simulator
                .journal()
                .awaitThat(
                        "the upstream was told at once",
                        all -> all.getLast().outcome() == Outcome.CANCELLED,
                        Duration.ofSeconds(3));
    }

    @Test
    void aClientThatLeavesBeforeTheFirstBytePaysTheInput() throws Exception {
        HttpRequest request =
                gateway.request(
                                "/v1/chat/completions",
                                GatewayFixture.chatBody("sim-chat", "[[sim delay=1200]] bye", true))
                        .build();
        var pending = gateway.http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        gateway.simulator
                .journal()
                .awaitThat(
                        "the upstream has it",
                        all -> !all.isEmpty() && all.getLast().open(),
                        Duration.ofSeconds(3));
        pending.cancel(true);
        CallRecord call =
                gateway.ledger.awaitSettled(
                        c -> c.outcome().statusCode() == 499 && c.usage().allOutputTokens() == 0);
        assertThat(call.usage().allInputTokens()).isPositive();
        gateway.simulator
                .journal()
                .awaitThat(
                        "the upstream was told at once",
                        all -> all.getLast().outcome() == Outcome.CANCELLED,
                        Duration.ofSeconds(2));
    }

    private static HttpResponse<InputStream> open(String text) throws Exception {
        HttpRequest request =
                gateway.request(
                                "/v1/chat/completions",
                                GatewayFixture.chatBody("sim-chat", text, true))
                        .build();
        return gateway.http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    }
}
