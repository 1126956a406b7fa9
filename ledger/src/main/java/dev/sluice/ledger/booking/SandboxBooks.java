package dev.sluice.ledger.booking;

import dev.sluice.ledger.escrow.JobEscrow;
import dev.sluice.store.Database;
import dev.sluice.store.Sql;
import java.util.List;

/// Throws away the books of a sandbox: calls, entries, accounts, roll-ups. The database refuses it
/// for every other organization.
public final class SandboxBooks {

    /// What belongs to an organization here and may go at once. Windows and wallets are zeroed.
    public static final List<String> TABLES =
            List.of(
                    "transfer",
                    "account",
                    "call",
                    "kept_response",
                    "video_job",
                    "kept_file",
                    "batch",
                    "usage_rollup",
                    "usage_day",
                    "idempotency",
                    "ledger_proof");

    private final Database database;

    public SandboxBooks(Database database) {
        this.database = database;
    }

    /// All in one transaction on one picture: what calls that are still running book meanwhile
    /// either goes too or stays whole. Blocks for as long as it takes.
    public void wipe(String organizationId) {
        database.inSerialTransaction(sql -> {
            sql.withoutTimeLimit();
            sql.one(
                    "SELECT set_config('sluice.wiping', ?, true) AS named",
                    row -> row.text("named"),
                    organizationId);
            for (String table : TABLES) {
                sql.update("DELETE FROM " + table + " WHERE organization_id = ?", organizationId);
            }
            JobEscrow.forget(sql, organizationId);
            counters(sql, organizationId);
            return null;
        });
    }

    /// What replicas still keep slices of stays, at zero, until they give them back.
    private static void counters(Sql sql, String organizationId) {
        sql.update(
                """
                DELETE FROM escrow_slice s USING replica_epoch e
                 WHERE organization_id = ? AND amount = 0
                   AND e.replica = s.replica AND e.epoch = s.epoch AND e.state <> 'open'
                """,
                organizationId);
        sql.update(
                """
                DELETE FROM budget_window w
                 WHERE organization_id = ? AND escrowed = 0
                   AND NOT EXISTS (SELECT FROM escrow_slice s
                                    WHERE s.organization_id = w.organization_id
                                      AND s.rule_id = w.rule_id)
                """,
                organizationId);
        sql.update(
                "UPDATE budget_window SET spent = 0, calls = 0 WHERE organization_id = ?",
                organizationId);
        sql.update(
                """
                DELETE FROM wallet w
                 WHERE organization_id = ? AND escrowed = 0
                   AND NOT EXISTS (SELECT FROM escrow_slice s
                                    WHERE s.organization_id = w.organization_id
                                      AND s.rule_id = '')
                """,
                organizationId);
        sql.update("UPDATE wallet SET balance = 0 WHERE organization_id = ?", organizationId);
    }
}
