package dev.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.simulation.ModelStore;
import dev.sluice.testkit.TestDatabase;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What the simulation proves over [ModelStore] holds of PostgreSQL as far as the two are the same:
/// random histories applied to both get the same answers and leave the same figures. A failing
/// history replays with the `-Dsluice.seed=` it prints.
class EscrowStoreContractTest {

    private static TestDatabase server;

    @BeforeAll
    static void open() {
        server = TestDatabase.create();
    }

    @AfterAll
    static void close() {
        server.close();
    }

    @Test
    void bothStoresGiveTheSameAnswers() {
        run(Integer.getInteger("sluice.histories", 300));
    }

    @Test
    @Tag("long")
    void bothStoresGiveTheSameAnswersTenThousandTimes() {
        run(10_000);
    }

    private static void run(int histories) {
        long first = Long.getLong("sluice.seed", System.nanoTime());
        StoreHistory.Counts counts = new StoreHistory.Counts();
        for (int i = 0; i < histories; i++) {
            try {
                new StoreHistory(server.database(), new Random(first + i), counts).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dsluice.seed=" + (first + i) + ": " + e, e);
            }
        }
        System.out.println("EscrowStoreContractTest seed " + first + ", met " + counts);
        for (String state : StoreHistory.STATES) {
            assertThat(counts.of(state)).as(state).isPositive();
        }
    }
}
