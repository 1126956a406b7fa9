package dev.sluice.store;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Statements on one connection, inside the transaction that [Database] opened.
///
/// Parameters are `?`, bound by the Java type of the argument: String, Integer, Long, Boolean,
/// BigDecimal, Instant (timestamptz), LocalDate, byte[], UUID, enum (its name), null, and
/// collections of String, Long, Integer, Boolean, BigDecimal, Instant or enum as arrays. JSON goes
/// as a String into `?::jsonb`; an array that may be empty needs its type, as in `?::bigint[]`. The
/// operators `?`, `?|` and `?&` of jsonb are written `??`, `??|`, `??&`.
///
/// Statements with `RETURNING` are queries: use [#list], [#one] or [#optional].
public final class Sql {

    private static final int ROWS_PER_FETCH = 1_000;

    private final Connection connection;

    Sql(Connection connection) {
        this.connection = connection;
    }

    /// Statements on a connection from [Database#connect].
    public static Sql on(Connection connection) {
        return new Sql(connection);
    }

    /// The connection itself, for COPY, LISTEN and the like. Neither close nor commit it.
    public Connection connection() {
        return connection;
    }

    public <T> List<T> list(String sql, Function<Row, T> mapper, @Nullable Object... arguments) {
        List<T> rows = new ArrayList<>();
        query(sql, 0, row -> rows.add(mapper.apply(row)), arguments);
        return rows;
    }

    /// Exactly one row; anything else is a defect of the caller.
    public <T> T one(String sql, Function<Row, T> mapper, @Nullable Object... arguments) {
        return optional(sql, mapper, arguments)
                .orElseThrow(() -> new IllegalStateException("no row for: " + sql));
    }

    /// No row or one row; more are a defect of the caller.
    public <T> Optional<T> optional(
            String sql, Function<Row, T> mapper, @Nullable Object... arguments) {
        List<T> rows = list(sql, mapper, arguments);
        if (rows.size() > 1) {
            throw new IllegalStateException(rows.size() + " rows for: " + sql);
        }
        return rows.stream().findFirst();
    }

    /// Hands over row after row with a cursor, so that any number of rows takes little memory.
    public void each(String sql, Consumer<Row> consumer, @Nullable Object... arguments) {
        query(sql, ROWS_PER_FETCH, consumer, arguments);
    }

    /// Returns the number of rows changed.
    public int update(String sql, @Nullable Object... arguments) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, arguments);
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new DatabaseException(sql, e);
        }
    }

    /// Runs one statement for every list of arguments, in one round trip. Inserts of many rows
    /// become one statement, so that nobody can tell which of them changed something.
    public void batch(String sql, List<? extends List<? extends @Nullable Object>> argumentLists) {
        if (argumentLists.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (List<? extends @Nullable Object> arguments : argumentLists) {
                bind(statement, arguments.toArray());
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw new DatabaseException(sql, e);
        }
    }

    /// Runs statements without parameters, several when separated by semicolons.
    public void execute(String sql) {
        try (java.sql.Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new DatabaseException(sql, e);
        }
    }

    /// For a transaction that takes as long as it takes: none of its statements is ended for that.
    public void withoutTimeLimit() {
        try {
            // the pool puts it back
            connection.setNetworkTimeout(Runnable::run, 0);
        } catch (SQLException e) {
            throw new DatabaseException("network timeout", e);
        }
        execute(
                "SET LOCAL statement_timeout = 0;"
                        + " SET LOCAL idle_in_transaction_session_timeout = 0");
    }

    private void query(
            String sql, int fetchSize, Consumer<Row> consumer, @Nullable Object... arguments) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(fetchSize);
            bind(statement, arguments);
            try (ResultSet result = statement.executeQuery()) {
                Row row = new Row(result);
                while (result.next()) {
                    consumer.accept(row);
                }
            }
        } catch (SQLException e) {
            throw new DatabaseException(sql, e);
        }
    }

    private void bind(PreparedStatement statement, @Nullable Object[] arguments)
            throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            Object value = arguments[i];
            if (value instanceof Collection<?> elements) {
                statement.setArray(i + 1, array(elements));
            } else {
                statement.setObject(i + 1, plain(value));
            }
        }
    }

    private java.sql.Array array(Collection<?> elements) throws SQLException {
        Object sample =
                elements.stream()
                        .filter(Objects::nonNull)
                        .map(o -> (Object) o)
                        .findFirst()
                        .orElse("");
        String type =
                switch (sample) {
                    case Long _ -> "bigint";
                    case Integer _ -> "integer";
                    case Boolean _ -> "boolean";
                    case BigDecimal _ -> "numeric";
                    case Instant _ -> "timestamptz";
                    default -> "text";
                };
        return connection.createArrayOf(type, elements.stream().map(Sql::plain).toArray());
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case Instant instant -> OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
            case Enum<?> constant -> constant.name();
            case null, default -> value;
        };
    }
}
