package dev.sluice.checker;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/// Proves the books of an installation from raw rows, on one consistent picture of the database,
/// which it only reads. It shares no code with what wrote them.
///
/// Memory is bounded whatever the size of the book: calls and transfers stream, sums are made by
/// the database. It needs room on the database's disk to sort, and minutes for ten million calls.
public final class Checker implements AutoCloseable {

    private final Connection connection;
    private boolean atRest;
    private @Nullable UpstreamJournal journal;

    private Checker(Connection connection) {
        this.connection = connection;
    }

    /// Checks what this connection sees; nobody else uses it meanwhile.
    public static Checker of(Connection connection) {
        return new Checker(connection);
    }

    /// No call is open: nothing may be held.
    public Checker atRest() {
        atRest = true;
        return this;
    }

    /// Compares with the simulated provider, which must have made all calls of the book.
    public Checker against(UpstreamJournal upstream) {
        journal = upstream;
        return this;
    }

    /// Checks everything. A connection that is in a transaction is checked in that transaction.
    ///
    /// @throws SQLException when the database cannot be read
    public Report check() throws SQLException {
        if (!connection.getAutoCommit()) {
            return run();
        }
        connection.setAutoCommit(false);
        try {
            try (Statement statement = connection.createStatement()) {
                statement.execute(
                        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                                + " SET LOCAL statement_timeout = 0;"
                                + " SET LOCAL idle_in_transaction_session_timeout = 0;"
                                + " SET LOCAL TimeZone = 'UTC'");
            }
            return run();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private Report run() throws SQLException {
        Findings findings = new Findings();
        CallChecks checks = new CallChecks(new PriceStore(connection), journal, findings);
        CallPass pass = new CallPass(connection, checks, findings);
        pass.run();
        new SumStore(connection, HeldTables.of(connection), findings).check(atRest);
        UpstreamJournal upstream = journal;
        if (upstream != null) {
            upstream.finish(findings);
        }
        return findings.report(
                pass.calls(), pass.transfers(), upstream == null ? null : upstream.calls());
    }

    /// Closes the connection.
    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /// For tests: fails with every problem that was found.
    public void assertClean() {
        Report report;
        try {
            report = check();
        } catch (SQLException e) {
            throw new AssertionError("the books could not be checked", e);
        }
        if (!report.clean()) {
            throw new AssertionError(report.toString());
        }
    }
}
