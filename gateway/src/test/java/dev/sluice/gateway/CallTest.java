package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.CostLine;
import dev.sluice.catalog.PriceBook;
import dev.sluice.catalog.PricingContext;
import dev.sluice.catalog.Rated;
import dev.sluice.catalog.Rating;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Money;
import dev.sluice.domain.Usage;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.simulator.journal.Call;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Plain calls: what goes to the provider, what comes back, what it costs.
class CallTest {

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        gateway = new GatewayFixture();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        gateway.awaitQuiet();
        gateway.close();
    }

    @Test
    void anAnswerCarriesItsIdRouteHoldAndCost() throws Exception {
        HttpResponse<String> answer = gateway.chat("sim-chat", "hello there");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = gateway.ledger.awaitSettled(c -> c.requestId().equals(id));
        assertThat(answer.headers().firstValue("x-sluice-route")).contains("a/sim-chat;attempts=1");
        assertThat(answer.headers().firstValue("x-sluice-cost-usd")).contains(sum(call).toString());
        assertThat(held(call).toString())
                .isEqualTo(answer.headers().firstValue("x-sluice-hold-usd").orElseThrow());
        assertThat(sum(call)).isLessThanOrEqualTo(held(call));
    }

    @Test
    void theChargeIsTheOraclesUsageTimesThePrice() throws Exception {
        HttpResponse<String> answer = gateway.chat("sim-reasoner", "think about the sea");
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = gateway.ledger.awaitSettled(c -> c.requestId().equals(id));
        Call oracle = gateway.simulator.journal().last();
        Rated expected =
                Rating.rate(
                        PriceBook.shipped().find("simulator", "sim-reasoner").orElseThrow().price(),
                        oracle.usage(),
                        PricingContext.NONE,
                        BigDecimal.ONE);
        assertThat(expected).isInstanceOf(Rated.Priced.class);
        assertThat(sum(call)).isEqualTo(((Rated.Priced) expected).total());
        assertThat(call.estimated()).isFalse();
    }

    @Test
    void unknownFieldsReachTheProviderByteForByte() throws Exception {
        String body =
                "{ \"model\":\"sim-chat\" , \"x_future\": {\"a\":[1, 2.50,\"ü\"]},"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(gateway.simulator.journal().last().model()).isEqualTo("sim-chat");
    }

    @Test
    void noHeaderOfTheClientReachesTheProvider() throws Exception {
        HttpRequest request =
                gateway.request(
                                "/v1/chat/completions",
                                GatewayFixture.chatBody("sim-chat", "hi", false))
                        .header("x-sluice-workflow", "w")
                        .header("x-sluice-made-up", "w")
                        .header("x-stainless-lang", "java")
                        .build();
        gateway.http.send(request, HttpResponse.BodyHandlers.ofString());
        Call call = gateway.simulator.journal().last();
        assertThat(call.headers().keySet())
                .noneMatch(name -> name.startsWith("x-sluice") || name.startsWith("x-stainless"));
        assertThat(call.toString()).doesNotContain(GatewayFixture.KEY);
    }

    @Test
    void aDeadTargetIsSkippedWithoutTheClientNoticing() throws Exception {
        HttpResponse<String> answer = gateway.chat("dead-first", "hello");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-sluice-route")).contains("b/sim-chat;attempts=2");
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = gateway.ledger.awaitSettled(c -> c.requestId().equals(id));
        assertThat(call.attempts()).hasSize(2);
        assertThat(call.attempts().get(0).errorCode()).isEqualTo("upstream_error");
        assertThat(call.attempts().get(1).accepted()).isTrue();
    }

    @Test
    void aFailureOfEveryTargetIsTheLastOnesAndCostsNothing() throws Exception {
        HttpResponse<String> answer = gateway.chat("sim-chat", "[[sim status=503]]");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
        assertThat(answer.body()).contains("\"upstream_error\"").contains("\"server_error\"");
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = gateway.ledger.awaitSettled(c -> c.requestId().equals(id));
        assertThat(call.attempts()).hasSize(2);
        assertThat(call.chargeLines()).isEmpty();
    }

    @Test
    void whatTheProviderRefusesAsSuchIsNotTriedElsewhere() throws Exception {
        HttpResponse<String> answer =
                gateway.chat("sim-chat", "[[sim status=422 message=\"no such tool\"]]");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(answer.body()).contains("upstream_rejected");
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = gateway.ledger.awaitSettled(c -> c.requestId().equals(id));
        assertThat(call.attempts()).hasSize(1);
    }

    @Test
    void aRateLimitOfTheLastTargetIsPassedOnWithItsOwnWait() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                GatewayFixture limited =
                        new GatewayFixture(
                                GatewayFixture.Setup.USUAL.withUpstream(
                                        "limited", upstream.baseUrl()))) {
            upstream.answers(
                    "HTTP/1.1 429 Too Many Requests\r\nretry-after: 17\r\nx-should-retry: false"
                            + "\r\ncontent-length: 0\r\n\r\n");
            HttpResponse<String> plain = limited.chat("to-limited", "hello");
            HttpResponse<String> stream = limited.stream("to-limited", "hello");
            for (HttpResponse<String> answer : List.of(plain, stream)) {
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
                assertThat(answer.body()).contains("\"upstream_rate_limited\"");
                assertThat(answer.headers().firstValue("retry-after")).contains("17");
                assertThat(answer.headers().firstValue("x-should-retry")).contains("false");
            }
            assertThat(limited.chat("limited-first", "hello").statusCode()).isEqualTo(200);
            limited.awaitQuiet();
        }
    }

    @Test
    void missingUsageIsCountedAndMarked() throws Exception {
        HttpResponse<String> answer = gateway.chat("sim-chat", "[[sim usage=missing]] tell");
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = gateway.ledger.awaitSettled(c -> c.requestId().equals(id));
        assertThat(call.estimated()).isTrue();
        assertThat(sum(call).isPositive()).isTrue();
    }

    @Test
    void aDearModelIsClampedToASmallBudgetAndSaysSo() throws Exception {
        gateway.ledger.balance("0.05");
        try {
            String body =
                    "{\"model\":\"sim-chat-large\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
            HttpResponse<String> answer = gateway.post("/v1/chat/completions", body);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-sluice-max-output")).contains("256");
            HttpRequest strict =
                    gateway.request("/v1/chat/completions", body)
                            .header("x-sluice-strict", "true")
                            .build();
            HttpResponse<String> refused =
                    gateway.http.send(strict, HttpResponse.BodyHandlers.ofString());
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(402);
            assertThat(refused.body()).contains("insufficient_balance");
        } finally {
            gateway.ledger.balance("1000");
        }
    }

    @Test
    void embeddingsAreMeteredAndPriced() throws Exception {
        HttpResponse<String> answer =
                gateway.post(
                        "/v1/embeddings", "{\"model\":\"sim-embed\",\"input\":[\"one\",\"two\"]}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = gateway.ledger.awaitSettled(c -> c.requestId().equals(id));
        assertThat(call.usage()).isEqualTo(billed(gateway.simulator.journal().last()));
    }

    @Test
    void modelsListsWhatTheKeyMayCall() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(gateway.uri("/v1/models"))
                        .header("x-api-key", GatewayFixture.KEY + "-narrow")
                        .build();
        HttpResponse<String> answer =
                gateway.http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("sim-reasoner").doesNotContain("sim-embed");
    }

    /// What the oracle says was used, and the call itself, which it does not count.
    static Usage billed(Call call) {
        return call.usage().plus(Usage.of(MeterKind.REQUESTS, 1));
    }

    static Money held(CallRecord call) {
        return Objects.requireNonNull(call.hold()).amount();
    }

    static Money sum(CallRecord call) {
        Money total = Money.ZERO;
        for (CostLine line : call.chargeLines()) {
            total = total.plus(line.amount());
        }
        return total;
    }
}
