package dev.sluice.protocol.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.UsageReport;
import dev.sluice.protocol.json.Trees;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RealtimeUsageTest {

    private static UsageReport read(String json) {
        return RealtimeUsage.read(Trees.read(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static Usage reported(String json) {
        return ((UsageReport.Reported) read(json)).usage();
    }

    @Test
    void whatACacheServedIsOfTextAndSound() {
        Usage usage =
                reported(
                        """
                        {"total_tokens":1300,"input_tokens":1000,"output_tokens":300,
                         "input_token_details":{"text_tokens":300,"audio_tokens":600,
                           "image_tokens":100,"cached_tokens":550,
                           "cached_tokens_details":{"text_tokens":200,"audio_tokens":310,
                             "image_tokens":40}},
                         "output_token_details":{"text_tokens":60,"audio_tokens":240}}
                        """);
        assertThat(usage)
                .isEqualTo(
                        Usage.builder()
                                .set(MeterKind.INPUT, 100)
                                .set(MeterKind.AUDIO_INPUT, 290)
                                .set(MeterKind.IMAGE_INPUT, 60)
                                .set(MeterKind.CACHE_READ, 550)
                                .set(MeterKind.OUTPUT, 60)
                                .set(MeterKind.AUDIO_OUTPUT, 240)
                                .set(MeterKind.REQUESTS, 1)
                                .build());
        assertThat(usage.allTokens()).isEqualTo(1_300);
    }

    /// What was cached may have been sound: what overlaps is charged as cached, once.
    @Test
    void aCacheThatDoesNotSayWhatItServedIsChargedOnce() {
        Usage usage =
                reported(
                        """
                        {"input_tokens":1000,"output_tokens":10,
                         "input_token_details":{"text_tokens":300,"audio_tokens":700,
                           "cached_tokens":600}}
                        """);
        assertThat(usage.count(MeterKind.CACHE_READ)).isEqualTo(600);
        assertThat(usage.count(MeterKind.AUDIO_INPUT)).isEqualTo(400);
        assertThat(usage.count(MeterKind.INPUT)).isZero();
        assertThat(usage.allTokens()).isEqualTo(1_010);
    }

    /// LiteLLM #39850 billed these twice.
    @Test
    void reasoningIsInsideTheTextOfTheOutput() {
        Usage usage =
                reported(
                        """
                        {"input_tokens":10,"output_tokens":500,
                         "output_token_details":{"text_tokens":400,"audio_tokens":100,
                           "reasoning_tokens":350}}
                        """);
        assertThat(usage.count(MeterKind.REASONING)).isEqualTo(350);
        assertThat(usage.count(MeterKind.OUTPUT)).isEqualTo(50);
        assertThat(usage.count(MeterKind.AUDIO_OUTPUT)).isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "{\"input_tokens\":0,\"output_tokens\":0}",
                "{\"input_tokens\":-1,\"output_tokens\":5}",
                "{\"input_tokens\":1.5,\"output_tokens\":5}",
                "{\"input_tokens\":5,\"output_tokens\":99999999999}",
                "{\"input_tokens\":5,\"output_tokens\":5,\"input_token_details\":{\"audio_tokens\":6}}",
                "{\"input_tokens\":5,\"output_tokens\":5,\"input_token_details\":{\"cached_tokens\":6}}",
                "{\"input_tokens\":5,\"output_tokens\":5,\"output_token_details\":{\"audio_tokens\":6}}",
                "{\"seconds\":-1}"
            })
    void whatCannotBeTrueIsNotBelieved(String json) {
        assertThat(read(json)).isInstanceOf(UsageReport.Missing.class);
    }

    @Test
    void aTranscriptionMayBeTold() {
        assertThat(reported("{\"type\":\"duration\",\"seconds\":2.0005}"))
                .isEqualTo(
                        Usage.builder()
                                .set(MeterKind.AUDIO_MILLISECONDS, 2_001)
                                .set(MeterKind.REQUESTS, 1)
                                .build());
    }
}
