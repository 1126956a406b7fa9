package dev.sluice.protocol.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.UsageReport;
import dev.sluice.protocol.json.Trees;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MediaUsageTest {

    private static UsageReport read(String json, MeterKind output) {
        return MediaUsage.read(
                Trees.read(json.getBytes(StandardCharsets.UTF_8)), output, Usage.NONE);
    }

    private static void assertUsed(String json, MeterKind output, Map<MeterKind, Long> expected) {
        assertThat(read(json, output)).isEqualTo(new UsageReport.Reported(Usage.of(expected)));
    }

    @Test
    void withoutDetailsAllOutputIsOfTheEndpointsKind() {
        assertUsed(
                "{\"input_tokens\":9,\"output_tokens\":272}",
                MeterKind.IMAGE_OUTPUT,
                Map.of(MeterKind.INPUT, 9L, MeterKind.IMAGE_OUTPUT, 272L));
    }

    @Test
    void partsAreDisjoint() {
        assertUsed(
                """
                {"input_tokens":100,"output_tokens":50,
                 "input_tokens_details":{"text_tokens":30,"image_tokens":70,"cached_tokens":40},
                 "output_tokens_details":{"text_tokens":20,"image_tokens":30}}
                """,
                MeterKind.IMAGE_OUTPUT,
                Map.of(
                        MeterKind.CACHE_READ, 40L,
                        MeterKind.IMAGE_INPUT, 60L,
                        MeterKind.OUTPUT, 20L,
                        MeterKind.IMAGE_OUTPUT, 30L));
        assertUsed(
                """
                {"type":"tokens","input_tokens":40,"output_tokens":7,
                 "input_token_details":{"text_tokens":10,"audio_tokens":30}}
                """,
                MeterKind.OUTPUT,
                Map.of(MeterKind.INPUT, 10L, MeterKind.AUDIO_INPUT, 30L, MeterKind.OUTPUT, 7L));
    }

    @Test
    void aDurationIsInBegunMilliseconds() {
        assertUsed(
                "{\"type\":\"duration\",\"seconds\":2.0001}",
                MeterKind.OUTPUT,
                Map.of(MeterKind.AUDIO_MILLISECONDS, 2_001L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "7",
                "{\"input_tokens\":0,\"output_tokens\":0}",
                "{\"input_tokens\":-1,\"output_tokens\":5}",
                "{\"input_tokens\":1.5,\"output_tokens\":5}",
                "{\"input_tokens\":5,\"output_tokens\":99999999999999999999}",
                "{\"input_tokens\":5,\"input_tokens_details\":{\"image_tokens\":6}}",
                "{\"input_tokens\":5,\"output_tokens\":1,\"output_tokens_details\":{\"text_tokens\":2}}",
                "{\"seconds\":-1}",
                "{\"seconds\":\"2\"}"
            })
    void whatCannotBeBelievedIsNoUsage(String json) {
        assertThat(read(json, MeterKind.IMAGE_OUTPUT)).isInstanceOf(UsageReport.Missing.class);
    }
}
