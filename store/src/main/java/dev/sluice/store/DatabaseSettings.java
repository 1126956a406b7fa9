package dev.sluice.store;

import java.time.Duration;

/// How a pool behaves.
///
/// @param poolSize most connections at a time; the embedded server allows 24 in all
/// @param connectTimeout how long a caller waits for a connection, and the start for the server
/// @param statementTimeout after which PostgreSQL ends a statement with SQLSTATE 57014
/// @param applicationName shown in `pg_stat_activity`
public record DatabaseSettings(
        int poolSize, Duration connectTimeout, Duration statementTimeout, String applicationName) {

    public static DatabaseSettings standard() {
        return new DatabaseSettings(8, Duration.ofSeconds(10), Duration.ofSeconds(30), "sluice");
    }

    public DatabaseSettings withPoolSize(int size) {
        return new DatabaseSettings(size, connectTimeout, statementTimeout, applicationName);
    }

    public DatabaseSettings withConnectTimeout(Duration timeout) {
        return new DatabaseSettings(poolSize, timeout, statementTimeout, applicationName);
    }

    public DatabaseSettings withStatementTimeout(Duration timeout) {
        return new DatabaseSettings(poolSize, connectTimeout, timeout, applicationName);
    }

    public DatabaseSettings withApplicationName(String name) {
        return new DatabaseSettings(poolSize, connectTimeout, statementTimeout, name);
    }
}
