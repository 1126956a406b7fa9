package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A call under an Idempotency-Key reaches a provider once.
class IdempotencyTest {

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        gateway =
                new GatewayFixture(
                        new TunedLimits().idempotencyWait(Duration.ofMillis(600)).limits(),
                        GatewayFixture.TIMEOUTS);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @AfterEach
    void nothingStaysOpen() throws InterruptedException {
        gateway.awaitQuiet();
    }

    private static HttpRequest call(String id, String secret, String text, boolean stream) {
        return HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
                .header("authorization", "Bearer " + secret)
                .header("content-type", "application/json")
                .header("idempotency-key", id)
                .timeout(Duration.ofSeconds(20))
                .POST(
                        HttpRequest.BodyPublishers.ofString(
                                GatewayFixture.chatBody("sim-reasoner", text, stream)))
                .build();
    }

    private static HttpResponse<String> send(String id, String text) throws Exception {
        return gateway.http.send(
                call(id, GatewayFixture.KEY, text, false), HttpResponse.BodyHandlers.ofString());
    }

    private static long upstreamCalls() {
        return gateway.simulator.journal().stats().calls();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void twentyAtOnceAreOneCall(boolean stream) throws Exception {
        long before = upstreamCalls();
        int settled = gateway.ledger.settled().size();
        List<CompletableFuture<HttpResponse<String>>> pending = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pending.add(
                    gateway.http.sendAsync(
                            call(
                                    "once-" + stream,
                                    GatewayFixture.KEY,
                                    "[[sim delay=200]] x",
                                    stream),
                            HttpResponse.BodyHandlers.ofString()));
        }
        int served = 0;
        for (CompletableFuture<HttpResponse<String>> one : pending) {
            HttpResponse<String> answer = one.get(20, TimeUnit.SECONDS);
            if (answer.statusCode() == 200) {
                served++;
                continue;
            }
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
            assertThat(answer.body()).contains("\"idempotency_replay\"").contains("\"req_");
            assertThat(answer.headers().firstValue("x-should-retry")).contains("false");
        }
        assertThat(served).isEqualTo(1);
        gateway.awaitQuiet();
        assertThat(upstreamCalls()).isEqualTo(before + 1);
        assertThat(gateway.ledger.settled()).hasSize(settled + 1);
    }

    @Test
    void waitingHasAnEnd() throws Exception {
        CompletableFuture<HttpResponse<String>> first =
                gateway.http.sendAsync(
                        call("slow", GatewayFixture.KEY, "[[sim delay=1400]] x", false),
                        HttpResponse.BodyHandlers.ofString());
        gateway.simulator
                .journal()
                .awaitThat(
                        "it is there",
                        calls -> !calls.isEmpty() && calls.getLast().open(),
                        Duration.ofSeconds(5));
        HttpResponse<String> second = send("slow", "[[sim delay=1400]] x");
        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(second.body()).contains("\"idempotency_in_progress\"");
        assertThat(second.headers().firstValue("retry-after")).isPresent();
        assertThat(first.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void anotherBodyIsAConflict() throws Exception {
        assertThat(send("conflict", "one").statusCode()).isEqualTo(200);
        long before = upstreamCalls();
        HttpResponse<String> other = send("conflict", "two");
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(other.body()).contains("\"idempotency_conflict\"");
        assertThat(other.headers().firstValue("x-should-retry")).contains("false");
        assertThat(upstreamCalls()).isEqualTo(before);
    }

    @Test
    void aCallThatFailedFreesItsKey() throws Exception {
        assertThat(send("failed", "[[sim status=503]] x").statusCode()).isEqualTo(502);
        gateway.awaitQuiet();
        long before = upstreamCalls();
        assertThat(send("failed", "[[sim status=503]] x").statusCode()).isEqualTo(502);
        assertThat(upstreamCalls()).isEqualTo(before + 2);
    }

    @Test
    void aCallThatWasRefusedFreesItsKey() throws Exception {
        gateway.ledger.balance("0");
        try {
            assertThat(send("refused", "x").statusCode()).isEqualTo(402);
        } finally {
            gateway.ledger.balance("1000");
        }
        assertThat(send("refused", "x").statusCode()).isEqualTo(200);
    }

    @Test
    void aStreamThatBrokeInTheMiddleKeepsItsKey() throws Exception {
        HttpResponse<String> broken =
                gateway.http.send(
                        call("broken", GatewayFixture.KEY, "[[sim cut_at=4]] x", true),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(broken.body()).contains("\"error\":{");
        long before = upstreamCalls();
        HttpResponse<String> again =
                gateway.http.send(
                        call("broken", GatewayFixture.KEY, "[[sim cut_at=4]] x", true),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(upstreamCalls()).isEqualTo(before);
    }

    @Test
    void eachKeyHasItsOwn() throws Exception {
        assertThat(send("shared", "x").statusCode()).isEqualTo(200);
        HttpResponse<String> other =
                gateway.http.send(
                        call("shared", GatewayFixture.KEY + "-narrow", "x", false),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(other.statusCode()).isEqualTo(200);
        HttpRequest embeddings =
                gateway.request("/v1/embeddings", "{\"model\":\"sim-embed\",\"input\":\"x\"}")
                        .header("idempotency-key", "shared")
                        .build();
        assertThat(gateway.http.send(embeddings, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
    }
}
