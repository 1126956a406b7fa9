package dev.sluice.gateway.batches;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.batches.LineVerdict.Next;
import dev.sluice.gateway.batches.OwnCalls.Heard;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What is done about a line after each of its calls.
class LineVerdictTest {

    private static final BatchLimits LIMITS = BatchLimits.DEFAULT;

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final LineVerdict verdict = new LineVerdict(LIMITS, new Random(3));

    private static Heard heard(int status, Map<String, String> headers) {
        return new Heard(status, headers, new byte[0]);
    }

    private static Heard conflict(String code) {
        String body = "{\"error\":{\"code\":\"%s\"}}".formatted(code);
        return new Heard(409, Map.of("retry-after", "5"), body.getBytes(StandardCharsets.UTF_8));
    }

    private static Duration wait(Next next) {
        assertThat(next).isInstanceOf(Next.Again.class);
        return ((Next.Again) next).after();
    }

    @Test
    void answersAndRefusalsAreKept() {
        for (int status : new int[] {200, 400, 401, 402, 403, 404, 413, 422}) {
            assertThat(verdict.after(heard(status, Map.of()), NOW)).isInstanceOf(Next.Keep.class);
        }
    }

    @Test
    void whoIsToldToWaitWaits() {
        assertThat(wait(verdict.after(heard(429, Map.of("retry-after", "7")), NOW)))
                .isBetween(Duration.ofSeconds(7), Duration.ofSeconds(9));
        Duration longest = Duration.ZERO;
        for (int i = 0; i < 1_000; i++) {
            longest = wait(verdict.after(heard(503, Map.of("retry-after", "900000")), NOW));
        }
        Duration most = LIMITS.batchRetryWait();
        assertThat(longest).isBetween(most, most.multipliedBy(5).dividedBy(4));
    }

    @Test
    void whatIsUsedUpIsNotAskedForAgain() {
        assertThat(verdict.after(heard(429, Map.of("x-should-retry", "false")), NOW))
                .isInstanceOf(Next.Keep.class);
        assertThat(verdict.after(heard(429, Map.of("x-should-retry", "true")), NOW))
                .isInstanceOf(Next.Again.class);
    }

    @Test
    void anUpstreamMayFailSoOften() {
        for (int i = 1; i < LIMITS.batchLineTries(); i++) {
            assertThat(verdict.after(heard(502, Map.of()), NOW)).isInstanceOf(Next.Again.class);
        }
        assertThat(verdict.after(heard(504, Map.of()), NOW)).isInstanceOf(Next.Keep.class);
    }

    @Test
    void aCallWithoutAnAnswerIsMadeAgain() {
        Duration first = wait(verdict.after(null, NOW));
        Duration second = wait(verdict.after(null, NOW));
        assertThat(second).isGreaterThan(first);
    }

    @Test
    void aLineThatWasAnsweredIsNeverGivenUpForAnother() {
        Next last = verdict.after(conflict("idempotency_replay"), NOW);
        while (last instanceof Next.Again) {
            last = verdict.after(conflict("idempotency_replay"), NOW);
        }
        assertThat(last)
                .isInstanceOfSatisfying(
                        Next.GiveUp.class, why -> assertThat(why.code()).isEqualTo("answer_lost"));
    }

    @Test
    void aReplicaThatIsGoneIsWaitedForSoLong() {
        Heard running = conflict("idempotency_in_progress");
        assertThat(verdict.after(running, NOW)).isInstanceOf(Next.Later.class);
        Instant end = NOW.plus(LIMITS.batchUnsure());
        assertThat(verdict.after(running, end.minusSeconds(1))).isInstanceOf(Next.Later.class);
        assertThat(verdict.after(running, end))
                .isInstanceOfSatisfying(
                        Next.GiveUp.class,
                        why -> assertThat(why.code()).isEqualTo("outcome_unknown"));
    }
}
