package dev.sluice.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/// A pool of connections to one PostgreSQL database, 15 or newer. Every session runs in UTC with a
/// statement timeout. All calls block: use them on virtual or worker threads, never on an event
/// loop.
public final class Database implements AutoCloseable {

    /// How often [#inIdempotentTransaction] runs its work before the failure is the caller's.
    public static final int MAX_TRANSACTION_RUNS = 10;

    private static final int OLDEST_SERVER_VERSION = 150_000;

    /// A replica that stops in the middle of a transaction must not keep the others from its rows
    /// for long; looking up a host's name within one may take ten seconds.
    private static final int IDLE_TRANSACTION_SECONDS = 15;

    /// Money that was said to be booked must be: whatever the server's own default, a commit waits
    /// until it is written. Where it waits for more, it goes on to.
    private static final String DURABLE =
            "DO $$BEGIN IF current_setting('synchronous_commit') = 'off'"
                    + " THEN PERFORM set_config('synchronous_commit', 'on', false);"
                    + " END IF; END$$";

    private static final Duration SILENCE_MARGIN = Duration.ofSeconds(5);

    private final PostgresUrl url;
    private final DatabaseSettings settings;
    private final HikariDataSource pool;

    private Database(PostgresUrl url, DatabaseSettings settings, HikariDataSource pool) {
        this.url = url;
        this.settings = settings;
        this.pool = pool;
    }

    /// Connects, and refuses a server that is too old.
    ///
    /// @throws IllegalStateException when the server cannot be reached or used; says which and why
    public static Database open(PostgresUrl url, DatabaseSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(settings.applicationName());
        config.setJdbcUrl(url.jdbcUrl());
        Properties properties = properties(url, settings);
        properties.putIfAbsent("socketTimeout", Long.toString(silence(settings).toSeconds()));
        config.setDataSourceProperties(properties);
        config.setMaximumPoolSize(settings.poolSize());
        config.setMinimumIdle(1);
        config.setConnectionTimeout(settings.connectTimeout().toMillis());
        config.setInitializationFailTimeout(settings.connectTimeout().toMillis());
        config.setConnectionInitSql(sessionSql(settings));
        // what a transaction that changed it goes back to
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        HikariDataSource pool;
        try {
            pool = new HikariDataSource(config);
        } catch (PoolInitializationException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException(
                    "Cannot use the database " + url + ": " + cause.getMessage(), e);
        }
        Database database = new Database(url, settings, pool);
        try {
            database.requireVersion();
            return database;
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    /// Runs the work once in a read-committed transaction and commits; any exception rolls back.
    public <T extends @Nullable Object> T inTransaction(SqlFunction<T> work) {
        return run(work, Connection.TRANSACTION_READ_COMMITTED, false);
    }

    /// As [#inTransaction], but runs the work again when the transaction lost a deadlock or a
    /// serialization conflict (SQLSTATE 40P01, 40001). The work must be safe to run again. There is
    /// no pause in between: the winner of the conflict has already gone on.
    public <T extends @Nullable Object> T inIdempotentTransaction(SqlFunction<T> work) {
        return repeating(() -> inTransaction(work));
    }

    /// As [#inIdempotentTransaction], where all statements see the same moment: what others changed
    /// since then makes it run again.
    public <T extends @Nullable Object> T inSerialTransaction(SqlFunction<T> work) {
        return repeating(() -> run(work, Connection.TRANSACTION_REPEATABLE_READ, false));
    }

    private static <T extends @Nullable Object> T repeating(Supplier<T> transaction) {
        for (int runs = 1; ; runs++) {
            try {
                return transaction.get();
            } catch (DatabaseException e) {
                if (!e.isTransient() || runs == MAX_TRANSACTION_RUNS) {
                    throw e;
                }
            }
        }
    }

    /// Runs queries in a read-only transaction; each statement sees what was committed before it.
    public <T extends @Nullable Object> T read(SqlFunction<T> work) {
        return run(work, Connection.TRANSACTION_READ_COMMITTED, true);
    }

    /// Runs queries in a read-only transaction; all statements see the same moment.
    public <T extends @Nullable Object> T snapshot(SqlFunction<T> work) {
        return run(work, Connection.TRANSACTION_REPEATABLE_READ, true);
    }

    /// A connection of its own outside the pool, in auto-commit, for LISTEN and session locks. The
    /// caller closes it.
    public Connection connect() throws SQLException {
        Connection connection =
                DriverManager.getConnection(url.jdbcUrl(), properties(url, settings));
        new Sql(connection).execute(sessionSql(settings));
        return connection;
    }

    public PostgresUrl url() {
        return url;
    }

    @Override
    public void close() {
        pool.close();
    }

    /// Connections outside the pool, for tools that change session settings.
    DataSource unpooled() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url.jdbcUrl());
        Properties properties = properties(url, settings);
        try {
            for (String name : properties.stringPropertyNames()) {
                source.setProperty(name, properties.getProperty(name));
            }
            return source;
        } catch (SQLException e) {
            throw new DatabaseException("connection properties", e);
        }
    }

    private <T extends @Nullable Object> T run(
            SqlFunction<T> work, int isolation, boolean readOnly) {
        try (Connection connection = pool.getConnection()) {
            if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
                connection.setTransactionIsolation(isolation);
            }
            connection.setReadOnly(readOnly);
            connection.setAutoCommit(false);
            boolean committed = false;
            try {
                T result = work.apply(new Sql(connection));
                connection.commit();
                committed = true;
                return result;
            } finally {
                if (!committed) {
                    rollback(connection);
                }
            }
        } catch (SQLException e) {
            throw new DatabaseException("transaction", e);
        }
    }

    /// The first failure is the one to report; a connection that cannot roll back is broken and the
    /// pool evicts it.
    private static void rollback(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException _) {
            // reported by the failure that led here
        }
    }

    private void requireVersion() {
        int version =
                read(sql ->
                        sql.one(
                                "SELECT current_setting('server_version_num')::int AS v",
                                row -> row.integer("v")));
        if (version < OLDEST_SERVER_VERSION) {
            throw new IllegalStateException(
                    "The database %s is PostgreSQL %d. Sluice needs PostgreSQL 15 or newer."
                            .formatted(url, version / 10_000));
        }
    }

    private static Properties properties(PostgresUrl url, DatabaseSettings settings) {
        Properties properties = url.properties();
        properties.putIfAbsent("ApplicationName", settings.applicationName());
        properties.putIfAbsent(
                "connectTimeout", Long.toString(settings.connectTimeout().toSeconds()));
        properties.putIfAbsent("tcpKeepAlive", "true");
        // one statement for many rows of a batch
        properties.putIfAbsent("reWriteBatchedInserts", "true");
        properties.put("logServerErrorDetail", "false"); // details quote row values
        return properties;
    }

    /// A server that is cut off without a word, or frozen, never answers: after this a connection
    /// is given up. PostgreSQL ends its statements before.
    private static Duration silence(DatabaseSettings settings) {
        return settings.statementTimeout().plus(SILENCE_MARGIN);
    }

    private static String sessionSql(DatabaseSettings settings) {
        return "SET TIME ZONE 'UTC'; SET statement_timeout = %d; SET %s = '%ds'; %s"
                .formatted(
                        settings.statementTimeout().toMillis(),
                        "idle_in_transaction_session_timeout",
                        IDLE_TRANSACTION_SECONDS,
                        DURABLE);
    }
}
