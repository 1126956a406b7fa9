package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The arithmetic of the harness: percentiles, medians, ratios, and what wrk prints.
class FiguresTest {

    @Test
    void percentilesAreNearestRanks() {
        Latencies latencies = new Latencies();
        assertThat(latencies.percentile(50)).isZero();
        for (int i = 2000; i >= 1; i--) {
            latencies.add(i);
        }

        assertThat(latencies.count()).isEqualTo(2000);
        assertThat(latencies.percentile(50)).isEqualTo(1000);
        assertThat(latencies.percentile(99)).isEqualTo(1980);
        assertThat(latencies.percentile(100)).isEqualTo(2000);
        assertThat(latencies.percentile(0)).isEqualTo(1);
    }

    @Test
    void theMedianIsTheMiddleAndTheSpreadTheEnds() {
        assertThat(Spread.of(List.of(9.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 9));
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 9.0))).isEqualTo(new Spread(3, 1, 9));
    }

    @Test
    void wrkIsReadInItsOwnUnits() {
        String text =
                """
                Running 2s test @ http://127.0.0.1:1/
                  Latency Distribution
                     50%  850.00us
                     75%    1.29ms
                     90%    3.00ms
                     99%    1.50s\s
                  109907 requests in 2.50s, 94.54MB read
                  Socket errors: connect 1, read 2, write 3, timeout 4
                  Non-2xx or 3xx responses: 5
                """;

        assertThat(Wrk.parse(text, 7))
                .isEqualTo(new Wrk.Result(109_907, 2.5, 15, 850, 1_500_000, 7));
        assertThatThrownBy(() -> Wrk.parse("unable to connect", 0))
                .hasMessageContaining("unable to connect");
    }

    @Test
    void aSampleIsToldPerCallAndPerSecond() {
        Sample sample =
                new Sample(
                        Work.PLAIN,
                        Target.SLUICE,
                        1,
                        2000,
                        0,
                        4,
                        new Sample.Cpu(800_000, 100_000, 0, 0),
                        0,
                        Sample.Delay.NONE,
                        Sample.Delay.NONE,
                        new Sample.Memory(0, 0));

        assertThat(sample.microsPerCall()).isEqualTo(400);
        assertThat(sample.perCall(sample.cpu().postgres())).isEqualTo(50);
        assertThat(sample.callsPerSecond()).isEqualTo(500);
        assertThat(sample.percentOfCore()).isEqualTo(20);
    }

    @Test
    void aPairIsComparedWithItsProvidersOwnDialectInTheSameRound() {
        List<Pair.Measured> pairs = new ArrayList<>();
        pairs.add(measured(Pair.CHAT_TO_CHAT, 1, 100));
        pairs.add(measured(Pair.MESSAGES_TO_CHAT, 1, 150));
        pairs.add(measured(Pair.MESSAGES_TO_MESSAGES, 1, 10));
        pairs.add(measured(Pair.CHAT_TO_CHAT, 2, 200));
        pairs.add(measured(Pair.MESSAGES_TO_CHAT, 2, 500));
        Report report = report(pairs);

        assertThat(report.timesPassedThrough(Pair.MESSAGES_TO_CHAT)).containsExactly(1.5, 2.5);
        assertThat(report.markdown())
                .contains("| messages | chat | 325.0 (150.0–500.0) | 2.00 (1.50–2.50) |")
                .contains("| chat | chat | 150.0 (100.0–200.0) |  |");
    }

    private static Pair.Measured measured(Pair pair, int round, long micros) {
        return new Pair.Measured(
                pair,
                new Sample(
                        Work.TRANSLATED,
                        Target.SLUICE,
                        round,
                        10,
                        0,
                        1,
                        new Sample.Cpu(10 * micros, 0, 0, 0),
                        0,
                        Sample.Delay.NONE,
                        Sample.Delay.NONE,
                        new Sample.Memory(0, 0)));
    }

    private static Report report(List<Pair.Measured> pairs) {
        return new Report(
                Instant.EPOCH,
                "a machine",
                new Settings(
                        2, 1, 1, List.of(Work.TRANSLATED), List.of(), Path.of(""), Path.of("")),
                0,
                new Sample.Memory(0, 0),
                new Exactness(1, 1, 1, 1),
                List.of(),
                pairs);
    }

    @Test
    void oneCallTooFewAnywhereIsNotEqual() {
        assertThat(new Exactness(5, 5, 5, 5).holds()).isTrue();
        assertThat(new Exactness(4, 5, 5, 5).holds()).isFalse();
        assertThat(new Exactness(5, 4, 5, 5).holds()).isFalse();
        assertThat(new Exactness(5, 5, 4, 5).holds()).isFalse();
        assertThat(new Exactness(5, 5, 5, 4).line()).endsWith("NOT EQUAL");
        assertThat(new Exactness(0, 0, 0, 0).holds()).isFalse();
    }
}
