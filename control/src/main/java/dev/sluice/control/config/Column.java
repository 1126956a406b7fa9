package dev.sluice.control.config;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// The value of one column, with the type PostgreSQL cannot guess from it.
///
/// @param cast the SQL type, or the empty string
public record Column(String name, @Nullable Object value, String cast) {

    public static Column of(String name, @Nullable Object value) {
        return new Column(name, value, "");
    }

    public static Column json(String name, @Nullable String value) {
        return new Column(name, value, "::jsonb");
    }

    public static Column texts(String name, Collection<String> values) {
        return new Column(name, values, "::text[]");
    }

    public static Column integers(String name, Collection<Integer> values) {
        return new Column(name, values, "::integer[]");
    }
}
