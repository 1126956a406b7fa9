package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.UsageEstimate;
import dev.sluice.protocol.UsageReport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

final class ChatUsageTest {

    @ParameterizedTest
    @CsvFileSource(
            resources = "/openai_chat/usage_reported.txt",
            delimiter = '|',
            quoteCharacter = '`')
    void splitsIntoDisjointMeters(String json, String meters) {
        assertThat(ChatUsage.decode(json.replace('\'', '"')))
                .isEqualTo(new UsageReport.Reported(usage(meters)));
    }

    @ParameterizedTest
    @CsvFileSource(
            resources = "/openai_chat/usage_missing.txt",
            delimiter = '|',
            quoteCharacter = '`')
    void whatIsOutOfBoundsIsMissing(String json, String why) {
        UsageReport report = ChatUsage.decode(json.replace('\'', '"'));
        assertThat(report).isInstanceOf(UsageReport.Missing.class);
        assertThat(((UsageReport.Missing) report).why()).contains(why);
    }

    @Test
    void everyTokenIsCountedExactlyOnce() {
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            long prompt = random.nextInt(100);
            long completion = random.nextInt(100);
            String json =
                    ("{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"prompt_tokens_details\":"
                                    + "{\"cached_tokens\":%d,\"cache_write_tokens\":%d,"
                                    + "\"audio_tokens\":%d,"
                                    + "\"image_tokens\":%d},\"completion_tokens_details\":"
                                    + "{\"reasoning_tokens\":%d,"
                                    + "\"audio_tokens\":%d,\"image_tokens\":%d}}")
                            .formatted(
                                    prompt,
                                    completion,
                                    random.nextInt(60),
                                    random.nextInt(30),
                                    random.nextInt(40),
                                    random.nextInt(40),
                                    random.nextInt(60),
                                    random.nextInt(30),
                                    random.nextInt(30));
            if (ChatUsage.decode(json) instanceof UsageReport.Reported(Usage usage)) {
                assertThat(usage.allInputTokens()).as(json).isEqualTo(prompt);
                assertThat(usage.allOutputTokens()).as(json).isEqualTo(completion);
                assertThat(usage.count(MeterKind.REQUESTS)).isEqualTo(1);
            }
        }
    }

    @Test
    void anEstimateCountsBytesEventsMediaAndSearches() {
        CallFacts facts =
                new CallFacts(
                        "m",
                        "chat",
                        Set.of("chat"),
                        false,
                        401,
                        2,
                        1,
                        false,
                        0,
                        OptionalLong.empty(),
                        1,
                        null,
                        Set.of("text"),
                        null,
                        false);
        assertThat(UsageEstimate.of(facts, 9, 2, 1))
                .isEqualTo(usage("INPUT=2396;OUTPUT=3;SEARCHES=1"));
        assertThat(UsageEstimate.of(facts, 9, 7, 0)).isEqualTo(usage("INPUT=2396;OUTPUT=7"));
        assertThat(UsageEstimate.of(facts, 0, 0, 0)).isEqualTo(usage("INPUT=2396"));
    }

    static Usage usage(String meters) {
        Map<MeterKind, Long> counts = new LinkedHashMap<>();
        counts.put(MeterKind.REQUESTS, 1L);
        for (String meter : meters.strip().split(";", -1)) {
            String[] pair = meter.split("=", 2);
            counts.put(MeterKind.valueOf(pair[0]), Long.parseLong(pair[1]));
        }
        return Usage.of(counts);
    }
}
