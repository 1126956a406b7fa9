package dev.sluice.ledger.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.ledger.reading.Latencies.Latency;
import dev.sluice.store.Database;
import dev.sluice.testkit.TestDatabase;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// Percentiles of calls whose durations are known.
class LatenciesTest {

    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

    @Test
    void theSampleIsOfAnsweredCallsOfTheStretchAndTheirOwner() {
        try (TestDatabase server = TestDatabase.create()) {
            Database database = server.database();
            insert(database, 1, 100, "fast", "user:ana", 200, START);
            insert(database, 101, 10, "slow", "user:ben", 200, START);
            insert(database, 1_000, 50, "fast", "user:ana", 503, START);
            insert(database, 2_000, 50, "fast", "user:ana", 200, START.minusSeconds(60));

            var all = new Latencies(database).newest("org", START, null);
            assertThat(all)
                    .extracting(Latency::model, Latency::calls)
                    .containsExactly(tuple(null, 110L), tuple("fast", 100L), tuple("slow", 10L));
            assertThat(all.get(1)).isEqualTo(new Latency("fast", 100, 50L, 95L, 500L, 950L));
            assertThat(new Latencies(database).newest("org", START, "user:ben").getFirst())
                    .isEqualTo(new Latency(null, 10, 105L, 110L, 1_050L, 1_100L));
            assertThat(new Latencies(database).newest("nobody", START, null))
                    .containsExactly(new Latency(null, 0, null, null, null, null));
        }
    }

    /// Calls whose first byte came after `first`, `first + 1` … ms and that ended ten times later.
    private static void insert(
            Database database,
            int first,
            int count,
            String model,
            String owner,
            int status,
            Instant at) {
        database.inTransaction(sql -> {
            for (int i = first; i < first + count; i++) {
                sql.update(
                        """
                        INSERT INTO call (request_id, organization_id, state, admitted_at, ended_at,
                                          endpoint, stream, owner, model, status_code, first_byte_ms)
                        VALUES (?, 'org', 'settled', ?, ?, 'chat', true, ?, ?, ?, ?)
                        """,
                        "req_" + i,
                        at,
                        at.plusMillis(10L * i),
                        owner,
                        model,
                        status,
                        i);
            }
            return true;
        });
    }
}
