package dev.sluice.ledger.escrow;

import dev.sluice.store.Database;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What replicas have of the windows and the account of one organization. Calls block.
public final class EscrowReport {

    /// One slice, amounts in dollars or pieces.
    ///
    /// @param state of the epoch: `open`, `ended`, `written_off`, or `jobs` for what jobs hold
    /// @param seenAt when the replica was last heard of
    /// @param rule the id of the rule, empty for the account
    /// @param windowStart null for the account
    /// @param amount taken and not yet booked or given back
    /// @param held of it by open calls, at most two seconds old
    public record Held(
            Epoch epoch,
            String state,
            Instant seenAt,
            String rule,
            String member,
            String unit,
            @Nullable Instant windowStart,
            BigDecimal amount,
            BigDecimal held) {}

    private final Database database;

    public EscrowReport(Database database) {
        this.database = database;
    }

    /// All that is not zero, by replica.
    public List<Held> of(String organizationId) {
        return database.read(sql ->
                sql.list(
                        """
                        SELECT * FROM escrow_slice JOIN replica_epoch USING (replica, epoch)
                         WHERE organization_id = ? AND amount > 0
                         ORDER BY replica, epoch, rule_id, member, window_start
                        """,
                        row ->
                                new Held(
                                        new Epoch(row.text("replica"), row.bigint("epoch")),
                                        row.text("state"),
                                        row.instant("seen_at"),
                                        row.text("rule_id"),
                                        row.text("member"),
                                        row.text("unit"),
                                        row.text("rule_id").isEmpty()
                                                ? null
                                                : row.instant("window_start"),
                                        row.decimal("amount"),
                                        row.decimal("held")),
                        organizationId));
    }
}
