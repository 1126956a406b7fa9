package dev.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What the simulation proves over its model of the store holds of PostgreSQL as far as the two are
/// the same: random histories applied to both get the same answers and leave the same figures. A
/// failing
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
    @Tag("slow")
    void bothStoresGiveTheSameAnswers() {
        run(Integer.getInteger("sluice.histories", 300));
    }

    @Test
    @Tag("long")
    void bothStoresGiveTheSameAnswersTenThousandTimes() {
        run(10_000);
    }

    private static void run(int histories) {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        StoreCounts met = StoreHistory.run(server.database(), seed, histories);
        System.out.println("EscrowStoreContractTest seed " + seed + ", met " + met);
        for (String state : StoreCounts.STATES) {
            assertThat(met.of(state)).as(state).isPositive();
        }
    }
}
