package dev.sluice.gateway.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.Headroom;
import dev.sluice.domain.QuotaUnit;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RateHeadersTest {

    private static final Instant NOW = Instant.parse("2026-05-04T10:07:00Z");

    @Test
    void theTightestWindowOfEachUnitIsTold() {
        Map<String, String> headers =
                RateHeaders.of(
                        List.of(
                                window(QuotaUnit.REQUESTS, "60", "12", NOW.plusMillis(6_200)),
                                window(QuotaUnit.REQUESTS, "100", "3", NOW.plusSeconds(59)),
                                window(QuotaUnit.TOTAL_TOKENS, "9000", "0", NOW.plusMillis(120)),
                                window(QuotaUnit.INPUT_TOKENS, "5", "5", NOW.plusSeconds(1))),
                        NOW);
        assertThat(headers)
                .containsOnly(
                        Map.entry("x-ratelimit-limit-requests", "100"),
                        Map.entry("x-ratelimit-remaining-requests", "3"),
                        Map.entry("x-ratelimit-reset-requests", "59s"),
                        Map.entry("x-ratelimit-limit-tokens", "9000"),
                        Map.entry("x-ratelimit-remaining-tokens", "0"),
                        Map.entry("x-ratelimit-reset-tokens", "120ms"));
    }

    @Test
    void theAnthropicDialectTellsInstants() {
        Map<String, String> headers =
                RateHeaders.anthropic(
                        List.of(window(QuotaUnit.REQUESTS, "60", "12", NOW.plusMillis(6_200))));
        assertThat(headers)
                .containsOnly(
                        Map.entry("anthropic-ratelimit-requests-limit", "60"),
                        Map.entry("anthropic-ratelimit-requests-remaining", "12"),
                        Map.entry("anthropic-ratelimit-requests-reset", "2026-05-04T10:07:06Z"));
    }

    private static Headroom window(
            QuotaUnit unit, String limit, String remaining, Instant resetsAt) {
        return new Headroom(unit, new BigDecimal(limit), new BigDecimal(remaining), resetsAt);
    }
}
