package dev.sluice.store;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Work inside one transaction. It may be run again by [Database#inIdempotentTransaction], so it
/// must then touch nothing but the database and its own result.
@FunctionalInterface
public interface SqlFunction<T extends @Nullable Object> {

    T apply(Sql sql) throws SQLException;
}
