package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.Headroom;
import dev.sluice.domain.QuotaUnit;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is left of a call's windows, as its client reads it.
class HeadroomTest {

    @Test
    void answersAndRefusalsTellIt() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture()) {
            gateway.ledger.headroom(
                    new Headroom(
                            QuotaUnit.REQUESTS,
                            new BigDecimal("60"),
                            new BigDecimal("12"),
                            Instant.now().plusSeconds(3_000)));
            HttpResponse<String> plain = gateway.chat("sim-chat", "hi");
            HttpResponse<String> stream = gateway.stream("sim-chat", "hi");
            gateway.ledger.balance("0");
            HttpResponse<String> refused = gateway.chat("sim-chat", "hi");
            assertThat(refused.statusCode()).isEqualTo(402);
            for (HttpResponse<String> answer : List.of(plain, stream, refused)) {
                assertThat(answer.headers().firstValue("x-ratelimit-remaining-requests"))
                        .as(answer.body())
                        .contains("12");
                assertThat(answer.headers().firstValue("x-ratelimit-reset-requests").orElseThrow())
                        .matches("\\d+m\\d+s");
            }
        }
    }
}
