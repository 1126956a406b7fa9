package dev.sluice.simulator;

import static dev.sluice.simulator.SimClient.PATIENCE;
import static dev.sluice.simulator.SimClient.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulator.journal.Call;
import dev.sluice.simulator.journal.Outcome;
import dev.sluice.simulator.journal.Stage;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A client that goes away is noticed at once, whatever the answer was waiting for.
class CancelTest extends SimulatorCase {

    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    @ParameterizedTest
    @CsvSource({
        "delay=60000,BEFORE_HEADERS,false",
        "delay=60000,BEFORE_HEADERS,true",
        "ttfb=60000,BEFORE_BODY,true",
        "stall_at=0,BEFORE_BODY,true",
        "stall_at=0,BEFORE_BODY,false",
        "stall_at=4,IN_BODY,true",
        "gap=60000,IN_BODY,true",
        "trickle=1 trickle_gap=60000,IN_BODY,false"
    })
    void aClientThatLeavesIsNoticedWithinASecond(String directives, Stage stage, boolean stream)
            throws IOException {
        String fields = stream ? "\"stream\":true" : "";
        String body = chat("sim-chat", "Hi [[sim " + directives + "]]", fields);
        try (RawCall _ = new RawCall(simulator, body)) {
            simulator
                    .journal()
                    .awaitThat(
                            "the call at " + stage,
                            calls -> calls.stream().anyMatch(c -> c.stage() == stage),
                            PATIENCE);
            assertThat(simulator.journal().last().open()).isTrue();
            assertThat(simulator.journal().stats().open()).isEqualTo(1);
        }
        Call ended = simulator.journal().awaitEnded(1, AT_ONCE).getFirst();
        assertThat(ended.outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(ended.stage()).isEqualTo(stage);
        assertThat(ended.endedAt()).isNotNull();
        assertThat(ended.planned().completion()).isPositive();
        assertThat(ended.produced().completion()).isLessThan(ended.planned().completion());
        assertThat(ended.produced().prompt()).isEqualTo(ended.planned().prompt());
        assertThat(simulator.journal().stats().cancelled()).isEqualTo(1);
        assertThat(simulator.journal().stats().open()).isZero();
    }

    @Test
    void whatWasSentBeforeItLeftIsKnownToTheToken() throws IOException {
        String body = chat("sim-chat", "Hi [[sim stall_at=4]]", "\"stream\":true");
        try (RawCall call = new RawCall(simulator, body)) {
            simulator
                    .journal()
                    .awaitThat(
                            "four events",
                            all -> all.stream().anyMatch(c -> c.events() == 4),
                            PATIENCE);
            call.until(100_000, "\"finish_reason\":null}]}\n\n\r\n");
        }
        Call ended = simulator.journal().awaitEnded(1, AT_ONCE).getFirst();
        assertThat(ended.produced().completion()).isEqualTo(3);
        assertThat(ended.events()).isEqualTo(4);
    }

    @Test
    void aClientThatDoesNotReadHoldsTheStreamBack() throws IOException {
        String body = chat("sim-chat", "Hi [[sim endless]]", "\"stream\":true");
        try (RawCall call = new RawCall(simulator, body)) {
            call.until(1, "\0");
            long sent = settledBytes();
            assertThat(sent).isLessThan(20_000_000);
        }
        assertThat(simulator.journal().awaitEnded(1, AT_ONCE).getFirst().outcome())
                .isEqualTo(Outcome.CANCELLED);
    }

    /// The bytes sent once they do not grow any more for a while.
    private long settledBytes() {
        long last = -1;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            long now = simulator.journal().last().bytes();
            if (now == last) {
                return now;
            }
            last = now;
            java.util.concurrent.locks.LockSupport.parkNanos(200_000_000);
        }
        throw new IllegalStateException("the stream never stops, at " + last);
    }

    @Test
    void closingTheSimulatorEndsWhatIsOpen() throws IOException {
        String body = chat("sim-chat", "Hi [[sim stall_at=2]]", "\"stream\":true");
        try (RawCall call = new RawCall(simulator, body)) {
            simulator
                    .journal()
                    .awaitThat(
                            "two events",
                            all -> all.stream().anyMatch(c -> c.events() == 2),
                            PATIENCE);
            simulator.close();
            assertThat(call.toTheEnd().text()).doesNotContain("[DONE]");
        }
        assertThat(simulator.journal().awaitEnded(1, AT_ONCE)).hasSize(1);
    }
}
