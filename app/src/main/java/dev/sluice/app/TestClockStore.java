package dev.sluice.app;

import dev.sluice.store.Database;
import java.time.Duration;
import java.time.Instant;

/// The installation's shift of time, in its one row.
final class TestClockStore {

    private final Database database;

    TestClockStore(Database database) {
        this.database = database;
    }

    boolean productionKeyExists() {
        return database.read(sql ->
                sql.one(
                        """
                        SELECT EXISTS (SELECT 1 FROM api_key k
                                         JOIN organization o ON o.id = k.organization_id
                                        WHERE k.environment = 'production'
                                          AND NOT o.sandbox) AS found
                        """,
                        row -> row.bool("found")));
    }

    /// The shift that holds: the stored one when the same time set it, else the given one.
    Duration agree(Instant wanted, Duration shift) {
        return database.inIdempotentTransaction(sql -> {
            sql.update(
                    """
                    UPDATE installation SET test_clock = ?, test_clock_offset_ms = ?
                     WHERE test_clock IS DISTINCT FROM ?
                    """,
                    wanted,
                    shift.toMillis(),
                    wanted);
            return Duration.ofMillis(
                    sql.one(
                            "SELECT test_clock_offset_ms AS ms FROM installation",
                            row -> row.bigint("ms")));
        });
    }
}
