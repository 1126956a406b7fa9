package dev.sluice.checker;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/// Rows of one query, a page of the cursor at a time: however many there are, memory is the same.
final class Rows implements AutoCloseable {

    /// How many rows are fetched at once.
    static final int FETCH_ROWS = 500;

    private final PreparedStatement statement;
    private final ResultSet rows;

    private Rows(PreparedStatement statement, ResultSet rows) {
        this.statement = statement;
        this.rows = rows;
    }

    /// The connection must be in a transaction: only there the driver keeps a cursor.
    static Rows of(Connection connection, String sql, String... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            statement.setFetchSize(FETCH_ROWS);
            for (int i = 0; i < arguments.length; i++) {
                statement.setString(i + 1, arguments[i]);
            }
            return new Rows(statement, statement.executeQuery());
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    boolean next() throws SQLException {
        return rows.next();
    }

    ResultSet row() {
        return rows;
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
