package dev.sluice.store;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The current row of a result, read by column name. `…OrNull` for columns that may be null; the
/// others fail on null and name the column, so that a missing value never turns into zero.
public final class Row {

    private final ResultSet result;

    Row(ResultSet result) {
        this.result = result;
    }

    public String text(String column) {
        return required(column, textOrNull(column));
    }

    /// Also reads `jsonb`, as its text.
    public @Nullable String textOrNull(String column) {
        return read(column, () -> result.getString(column));
    }

    public long bigint(String column) {
        return required(column, bigintOrNull(column));
    }

    public @Nullable Long bigintOrNull(String column) {
        return object(column, Long.class);
    }

    public int integer(String column) {
        return required(column, integerOrNull(column));
    }

    public @Nullable Integer integerOrNull(String column) {
        return object(column, Integer.class);
    }

    public boolean bool(String column) {
        return required(column, boolOrNull(column));
    }

    public @Nullable Boolean boolOrNull(String column) {
        return object(column, Boolean.class);
    }

    /// A `NUMERIC`, with the scale the database holds.
    public BigDecimal decimal(String column) {
        return required(column, decimalOrNull(column));
    }

    public @Nullable BigDecimal decimalOrNull(String column) {
        return read(column, () -> result.getBigDecimal(column));
    }

    /// A `timestamptz`; microseconds, as PostgreSQL keeps them.
    public Instant instant(String column) {
        return required(column, instantOrNull(column));
    }

    public @Nullable Instant instantOrNull(String column) {
        OffsetDateTime time = object(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    public LocalDate date(String column) {
        return required(column, object(column, LocalDate.class));
    }

    public byte[] bytes(String column) {
        return required(column, bytesOrNull(column));
    }

    public byte @Nullable [] bytesOrNull(String column) {
        return read(column, () -> result.getBytes(column));
    }

    /// A `text[]` without null elements; a null array reads as the empty list.
    public List<String> texts(String column) {
        Array array = read(column, () -> result.getArray(column));
        if (array == null) {
            return List.of();
        }
        Object[] elements = required(column, read(column, () -> (Object[]) array.getArray()));
        return Arrays.stream(elements).map(Object::toString).toList();
    }

    private <T> @Nullable T object(String column, Class<T> type) {
        return read(column, () -> result.getObject(column, type));
    }

    private static <T> T required(String column, @Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("column " + column + " is null");
        }
        return value;
    }

    private static <T> @Nullable T read(String column, Reading<T> reading) {
        try {
            return reading.get();
        } catch (SQLException e) {
            throw new DatabaseException("column " + column, e);
        }
    }

    @FunctionalInterface
    private interface Reading<T> {
        @Nullable T get() throws SQLException;
    }
}
