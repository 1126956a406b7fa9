package dev.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ledger.simulation.Simulation;
import dev.sluice.store.Database;
import dev.sluice.testkit.TestDatabase;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The checks find what they are there for: each bug that is planted into a production class is
/// caught by the simulation, or by the contract test of the stores, as they are.
@Tag("slow")
class PlantedBugsTest {

    private static final long CALLS = 1_000_000;
    private static final int SEEDS = 3;
    private static final int HISTORIES = 2_000;

    static List<PlantedBug> simulation() throws IOException {
        return PlantedBug.in("simulation");
    }

    static List<PlantedBug> store() throws IOException {
        return PlantedBug.in("store");
    }

    @ParameterizedTest
    @MethodSource("simulation")
    void theSimulationCatches(PlantedBug bug, @TempDir Path folder) throws Exception {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        try (URLClassLoader planted = bug.plantIn(folder)) {
            Method run = simulation(planted);
            isCaught(
                    bug,
                    () -> {
                        // some show only when rare things meet: not in every million calls
                        List<Object> met = new ArrayList<>();
                        for (long next = seed; next < seed + SEEDS; next++) {
                            met.add(run.invoke(null, next, CALLS));
                        }
                        return met;
                    });
        }
    }

    @ParameterizedTest
    @MethodSource("store")
    void theContractTestCatches(PlantedBug bug, @TempDir Path folder) throws Exception {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        try (TestDatabase server = TestDatabase.create();
                URLClassLoader planted = bug.plantIn(folder)) {
            Method run = histories(planted);
            isCaught(bug, () -> run.invoke(null, server.database(), seed, HISTORIES));
        }
    }

    /// Loaded anew the same way, without a bug, nothing is caught.
    @Test
    void soundClassesPass() throws Exception {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        try (TestDatabase server = TestDatabase.create();
                URLClassLoader sound = PlantedBug.loadSound()) {
            var met = simulation(sound).invoke(null, seed, 50_000);
            var counts = histories(sound).invoke(null, server.database(), seed, 50);
            assertThat(List.of(met, counts)).doesNotContainNull();
        }
    }

    private static Method simulation(ClassLoader loader) throws ReflectiveOperationException {
        return loader.loadClass(Simulation.class.getName())
                .getMethod("run", long.class, long.class);
    }

    private static Method histories(ClassLoader loader) throws ReflectiveOperationException {
        Method run =
                loader.loadClass(StoreHistory.class.getName())
                        .getDeclaredMethod("run", Database.class, long.class, int.class);
        run.setAccessible(true);
        return run;
    }

    private interface Run {
        Object run() throws ReflectiveOperationException;
    }

    private static void isCaught(PlantedBug bug, Run checks) {
        assertThatThrownBy(checks::run)
                .as(bug.toString())
                .cause()
                .isInstanceOf(AssertionError.class)
                .satisfies(failure ->
                        System.out.println(bug.name() + " caught: " + failure.getMessage()));
    }
}
