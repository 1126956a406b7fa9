package dev.sluice.store;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/// A statement that PostgreSQL refused or could not run. The message never contains row values:
/// connections are opened with `logServerErrorDetail=false`.
public final class DatabaseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK_DETECTED = "40P01";
    private static final String IDLE_IN_TRANSACTION = "25P03";
    private static final String READ_ONLY = "25006";

    private final String sqlState;
    private final @Nullable String constraint;

    public DatabaseException(String message, SQLException cause) {
        super(message + ": " + cause.getMessage(), cause);
        this.sqlState = cause.getSQLState() == null ? "" : cause.getSQLState();
        this.constraint = constraintOf(cause);
    }

    /// The five characters of SQLSTATE, or the empty string.
    public String sqlState() {
        return sqlState;
    }

    /// The violated constraint, where PostgreSQL named one.
    public @Nullable String constraint() {
        return constraint;
    }

    public boolean isUniqueViolation() {
        return sqlState.equals(UNIQUE_VIOLATION);
    }

    /// True when running the whole transaction again may succeed: it lost against another one.
    public boolean isTransient() {
        return sqlState.equals(SERIALIZATION_FAILURE) || sqlState.equals(DEADLOCK_DETECTED);
    }

    /// True when the server could not be reached or went away (SQLSTATE class 08 and 57P), took
    /// this side for gone (25P03), has no room (class 53) or takes no changes (25006: a standby, or
    /// one whose disk is full), or all connections stayed in use. All of these pass.
    public boolean isUnavailable() {
        return sqlState.startsWith("08")
                || sqlState.startsWith("57P")
                || sqlState.startsWith("53")
                || sqlState.equals(IDLE_IN_TRANSACTION)
                || sqlState.equals(READ_ONLY)
                || getCause() instanceof SQLTransientConnectionException;
    }

    private static @Nullable String constraintOf(SQLException cause) {
        if (!(cause instanceof PSQLException problem)) {
            return null;
        }
        ServerErrorMessage details = problem.getServerErrorMessage();
        return details == null ? null : details.getConstraint();
    }
}
