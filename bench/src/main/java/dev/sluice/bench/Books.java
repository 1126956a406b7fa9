package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// Counts what the gateway has written, straight from its tables.
final class Books {

    private static final long STILL_NANOS = 1_000_000_000;
    private static final long SHIPPED_WITHIN_NANOS = 300_000_000_000L;
    private static final long BETWEEN_MILLIS = 50;

    /// @param rows usage rows of calls that reached a provider
    /// @param charges ledger entries, one for each call that somebody pays
    record Count(long rows, long charges) {

        Count minus(Count earlier) {
            return new Count(rows - earlier.rows, charges - earlier.charges);
        }
    }

    private final Path data;

    /// @param data the gateway's data directory, with its own database
    Books(Path data) {
        this.data = data;
    }

    /// Waits until every call is in the books, then counts.
    Count settled() {
        untilShipped();
        return with(statement ->
                new Count(
                        count(
                                statement,
                                "SELECT count(*) FROM call WHERE state = 'settled'"
                                        + " AND attempts <> '[]'"),
                        count(statement, "SELECT count(*) FROM transfer WHERE kind = 'charge'")));
    }

    /// Waits until no row has come for a second.
    ///
    /// @return seconds until the last one
    double untilShipped() {
        return with(statement -> {
            long began = System.nanoTime();
            long newest = began;
            long seen = newest(statement);
            while (System.nanoTime() - newest < STILL_NANOS) {
                Pause.millis(BETWEEN_MILLIS);
                long now = newest(statement);
                if (now != seen) {
                    seen = now;
                    newest = System.nanoTime();
                }
                if (System.nanoTime() - began > SHIPPED_WITHIN_NANOS) {
                    throw new IllegalStateException("calls are not in the books after minutes");
                }
            }
            return (newest - began) / 1e9;
        });
    }

    // the sequence of the rows: counting them would be work for the measured database
    private static long newest(Statement statement) throws SQLException {
        return count(statement, "SELECT last_value FROM call_seq_seq");
    }

    private interface Look<T> {
        T with(Statement statement) throws SQLException;
    }

    private <T> T with(Look<T> look) {
        try {
            List<String> server =
                    Files.readAllLines(data.resolve("postgres/cluster/postmaster.pid"));
            String password = Files.readString(data.resolve("secrets/postgres-password")).strip();
            String url = "jdbc:postgresql://127.0.0.1:" + server.get(3).strip() + "/sluice";
            try (Connection connection = DriverManager.getConnection(url, "sluice", password);
                    Statement statement = connection.createStatement()) {
                return look.with(statement);
            }
        } catch (IOException | SQLException e) {
            throw new IllegalStateException("cannot read the gateway's books", e);
        }
    }

    private static long count(Statement statement, String query) throws SQLException {
        try (ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getLong(1);
        }
    }
}
