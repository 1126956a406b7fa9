package dev.sluice.ledger.reading;

import dev.sluice.store.Database;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/// How far the worst case held before calls is from what they cost in the end, per model. Only
/// calls that were answered. Calls block.
public final class EstimateDrift {

    /// Worst case against final price of one model.
    ///
    /// @param calls how many were answered
    /// @param estimateUsd the sum of their holds
    /// @param finalUsd the sum of their final prices, what was absorbed included
    public record Drift(String model, long calls, BigDecimal estimateUsd, BigDecimal finalUsd) {}

    private final Database database;

    public EstimateDrift(Database database) {
        this.database = database;
    }

    /// Over the 15-minute slots that start in the stretch; by model.
    public List<Drift> perModel(String organizationId, Instant from, Instant to) {
        return database.read(sql ->
                sql.list(
                        """
                        SELECT model,
                               sum(CASE unit WHEN 'requests' THEN quantity
                                             WHEN 'errors' THEN -quantity
                                             ELSE 0 END)::bigint AS calls,
                               sum(CASE unit WHEN 'estimate_usd' THEN quantity
                                             ELSE 0 END) AS estimate,
                               sum(CASE unit WHEN 'final_usd' THEN quantity
                                             ELSE 0 END) AS final
                          FROM usage_rollup
                         WHERE organization_id = ? AND slot >= ? AND slot < ?
                           AND unit IN ('requests', 'errors', 'estimate_usd', 'final_usd')
                         GROUP BY model ORDER BY model
                        """,
                        row ->
                                new Drift(
                                        row.text("model"),
                                        row.bigint("calls"),
                                        row.decimal("estimate"),
                                        row.decimal("final")),
                        organizationId,
                        from,
                        to));
    }
}
