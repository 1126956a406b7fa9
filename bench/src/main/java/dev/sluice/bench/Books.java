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

    private static final long SETTLED_WITHIN_MILLIS = 15_000;
    private static final long TOLD_WITHIN_MILLIS = 2_000;
    private static final long BETWEEN_MILLIS = 100;

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

    /// Waits until no call holds money any more, then counts.
    Count settled() {
        try {
            List<String> server =
                    Files.readAllLines(data.resolve("postgres/cluster/postmaster.pid"));
            String password = Files.readString(data.resolve("secrets/postgres-password")).strip();
            String url = "jdbc:postgresql://127.0.0.1:" + server.get(3).strip() + "/sluice";
            try (Connection connection = DriverManager.getConnection(url, "sluice", password);
                    Statement statement = connection.createStatement()) {
                // what is held is told a second late
                Pause.millis(TOLD_WITHIN_MILLIS);
                for (long waited = 0;
                        waited < SETTLED_WITHIN_MILLIS
                                && count(
                                                statement,
                                                "SELECT count(*) FROM escrow_slice WHERE held > 0")
                                        > 0;
                        waited += BETWEEN_MILLIS) {
                    Pause.millis(BETWEEN_MILLIS);
                }
                return new Count(
                        count(
                                statement,
                                "SELECT count(*) FROM call WHERE state = 'settled'"
                                        + " AND attempts <> '[]'"),
                        count(statement, "SELECT count(*) FROM transfer WHERE kind = 'charge'"));
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
