package dev.sluice.checker;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// What the tables say of money that is promised but not spent: the part of the schema that differs
/// between the two engines. Each equation is SQL for `organization_id`, `place`, `expected` and
/// `found`.
interface HeldTables {

    /// An equation of amounts.
    record Equation(String check, String sql) {}

    /// The column of `wallet` and `budget_window` with what is promised.
    String column();

    /// Window lines (`organization_id`, `l`) of calls that are counted but have no row in `call`.
    String openLines();

    /// What must hold at any time.
    List<Equation> equations();

    /// What must hold once no call is open.
    List<Equation> atRest();

    /// The engine whose tables this database has.
    static HeldTables of(Connection connection) throws SQLException {
        try (Rows rows =
                Rows.of(
                        connection,
                        """
                        SELECT EXISTS (SELECT FROM information_schema.columns
                                        WHERE table_schema = ANY (current_schemas(false))
                                          AND table_name = 'budget_window'
                                          AND column_name = 'escrowed') AS escrow
                        """)) {
            rows.next();
            return rows.row().getBoolean("escrow") ? new EscrowSlices() : new OpenHolds();
        }
    }
}
