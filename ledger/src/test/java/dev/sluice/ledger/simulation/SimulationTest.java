package dev.sluice.ledger.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/// The money protocol under everything that can go wrong at once. A failing seed replays exactly:
/// run with the `-Dsluice.seed=` it prints.
class SimulationTest {

    private static final Logger TREASURY = Logger.getLogger("dev.sluice.ledger.escrow.Treasury");

    private static final List<String> RARE =
            List.of(
                    "crash",
                    "lost request",
                    "lost reply",
                    "reorder",
                    "pause",
                    "pause past lease",
                    "clock jump",
                    "disk loss",
                    "recall",
                    "write-off",
                    "write-off of the living",
                    "window roll-over",
                    "limit lowered",
                    "limit raised",
                    "granted from memory",
                    "granted to nobody",
                    "refused by a window",
                    "refused by the balance",
                    "unavailable");

    @Test
    void noCapIsExceededAndNothingIsLost() {
        TREASURY.setLevel(Level.OFF);
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        long calls = Long.getLong("sluice.calls", 200_000);
        Reached all = new Reached();
        long done = 0;
        for (int i = 0; done < calls; i++) {
            World world = new World(seed + i, 1 + (int) ((seed + i) & 3));
            try {
                world.run(Math.min(20_000, calls - done));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "-Dsluice.seed=" + (seed + i) + " " + world.reached + ": " + e, e);
            }
            done += world.calls;
            world.reached.addTo(all);
        }
        System.out.println("SimulationTest seed " + seed + ", " + done + " calls, met " + all);
        for (String state : RARE) {
            assertThat(all.count(state)).as(state).isPositive();
        }
    }
}
