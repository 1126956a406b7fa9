package dev.sluice.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The checks of slices, on tables made by hand: what is escrowed is the sum of the slices.
class EscrowSlicesTest {

    private TestDatabase database;
    private Connection connection;

    @BeforeEach
    void makeTables() throws SQLException {
        database = TestDatabase.create();
        connection = database.database().connect();
        connection.setAutoCommit(false);
        execute("DROP SCHEMA public CASCADE");
        execute("CREATE SCHEMA public");
        execute(
                "CREATE TABLE wallet (organization_id text, escrowed numeric(38,12));"
                        + " CREATE TABLE budget_window (organization_id text, rule_id text,"
                        + " member text, unit text, span text, window_start timestamptz,"
                        + " escrowed numeric(38,12));"
                        + " CREATE TABLE escrow_slice (LIKE budget_window, replica text,"
                        + " epoch bigint, amount numeric(38,12), held numeric(38,12));"
                        + " ALTER TABLE escrow_slice DROP COLUMN escrowed");
        execute("INSERT INTO wallet VALUES ('o', 5)");
        execute("INSERT INTO budget_window VALUES ('o', 'q', '', 'usd', 'lifetime', 'epoch', 3)");
        execute(
                "INSERT INTO escrow_slice (organization_id, rule_id, member, unit, span,"
                        + " window_start, replica, epoch, amount, held) VALUES"
                        + " ('o', 'q', '', 'usd', 'lifetime', 'epoch', 'a', 1, 1, 0),"
                        + " ('o', 'q', '', 'usd', 'lifetime', 'epoch', 'b', 7, 2, 0),"
                        + " ('o', '', '', 'usd', 'wallet', 'epoch', 'a', 1, 5, 0)");
    }

    @AfterEach
    void close() throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
        connection.close();
        database.close();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> found() throws SQLException {
        HeldTables tables = HeldTables.of(connection);
        assertThat(tables).isInstanceOf(EscrowSlices.class);
        Findings findings = new Findings();
        SumStore sums = new SumStore(connection, tables, findings);
        sums.held(true);
        return findings.report(0, 0, null).problems().stream().map(Finding::check).toList();
    }

    @Test
    void slicesThatAddUpAreClean() throws SQLException {
        assertThat(found()).isEmpty();
    }

    @Test
    void eachDifferenceIsFoundByName() throws SQLException {
        execute("UPDATE escrow_slice SET amount = 3, held = 1 WHERE replica = 'b'");
        execute("UPDATE wallet SET escrowed = 6");
        assertThat(found())
                .containsExactly(
                        "window_escrow_is_its_slices",
                        "wallet_escrow_is_its_slices",
                        "no_hold_left_open");
    }
}
