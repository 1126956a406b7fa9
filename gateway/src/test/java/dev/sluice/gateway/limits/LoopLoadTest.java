package dev.sluice.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class LoopLoadTest {

    private static final OverloadLimits LIMITS =
            new OverloadLimits(
                    Duration.ofMillis(100),
                    16,
                    3,
                    Duration.ofMillis(500),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(20),
                    4,
                    Duration.ZERO);

    private final List<Runnable> afterReading = new ArrayList<>();
    private final LongAdder turnedAway = new LongAdder();
    private long nanos;
    private final LoopLoad load = new LoopLoad(() -> nanos, afterReading::add, LIMITS, turnedAway);

    private void pass(long millis) {
        nanos += millis * 1_000_000;
    }

    /// One turn of the loop that reads these calls.
    ///
    /// @param millis what each takes
    /// @return how many were taken
    private int turn(int calls, long millis) {
        int taken = 0;
        for (int i = 0; i < calls; i++) {
            if (load.isTooLate()) {
                load.turnAway();
            } else {
                load.take();
                taken++;
                pass(millis);
            }
        }
        assertThat(afterReading).as("one look a turn").hasSizeLessThanOrEqualTo(1);
        List.copyOf(afterReading).forEach(Runnable::run);
        afterReading.clear();
        return taken;
    }

    private void overload() {
        for (int i = 0; i < 3; i++) {
            assertThat(turn(100, 2)).isEqualTo(100);
        }
        assertThat(turn(100, 2)).isLessThan(100);
    }

    @Test
    void aBurstThatComesOnceIsTakenWhole() {
        assertThat(turn(1_000, 2)).isEqualTo(1_000);
        pass(1_001);
        assertThat(turn(1_000, 2)).isEqualTo(1_000);
        assertThat(turnedAway.sum()).isZero();
    }

    @Test
    void lateCallsAreTurnedAwayOnceThereHaveBeenSomeForAWhile() {
        overload();
        long from = nanos;
        // what was read in the first 20 ms
        assertThat(turn(100, 2)).isEqualTo(11);
        assertThat(nanos - from).as("the turn").isEqualTo(22_000_000);
        assertThat(turnedAway.sum()).isEqualTo(49 + 89);
    }

    @Test
    void aTurnWithoutLateCallsInBetweenIsNoRelief() {
        for (int i = 0; i < 3; i++) {
            assertThat(turn(100, 2)).isEqualTo(100);
            assertThat(turn(10, 2)).isEqualTo(10);
        }
        assertThat(turn(100, 2)).isLessThan(100);
    }

    @Test
    void turnsThatAreLateForAMomentAreNoOverload() {
        for (int i = 0; i < 20; i++) {
            assertThat(turn(100, 2)).isEqualTo(100);
            assertThat(turn(100, 2)).isEqualTo(100);
            pass(1_001);
        }
    }

    @Test
    void aFewCallsAreTakenHoweverLongTheyTake() {
        for (int i = 0; i < 20; i++) {
            assertThat(turn(16, 300)).isEqualTo(16);
        }
        overload();
        assertThat(turn(100, 300)).isEqualTo(4);
    }

    @Test
    void itIsOverOnlyOnceNoCallHasBeenLateForAWhile() {
        overload();
        assertThat(turn(5, 2)).isEqualTo(5);
        pass(900);
        assertThat(turn(100, 2)).as("within a second").isEqualTo(11);
        pass(1_001);
        assertThat(turn(100, 2)).as("after a second").isEqualTo(100);
    }
}
