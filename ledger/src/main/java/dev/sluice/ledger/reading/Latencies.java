package dev.sluice.ledger.reading;

import dev.sluice.store.Database;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How long the newest calls took. A sample of them keeps the answer quick however many there are.
/// Calls block.
public final class Latencies {

    /// The newest calls that are looked at.
    public static final int SAMPLE = 2_000;

    /// Milliseconds from admission, by share of the calls: half of them and 95 of 100 were faster.
    ///
    /// @param model the public name; null for all of them together
    /// @param calls how many were looked at
    /// @param firstByteP50 to the client's first byte; null where no call had one
    public record Latency(
            @Nullable String model,
            long calls,
            @Nullable Long firstByteP50,
            @Nullable Long firstByteP95,
            @Nullable Long totalP50,
            @Nullable Long totalP95) {}

    private final Database database;

    public Latencies(Database database) {
        this.database = database;
    }

    /// Of the newest calls that were answered, all together first and then by model.
    ///
    /// @param owner whose calls; null for everybody's
    public List<Latency> newest(String organizationId, Instant from, @Nullable String owner) {
        return database.read(sql ->
                sql.list(
                        """
                        WITH newest AS (
                            SELECT model, first_byte_ms AS first_ms,
                                   (extract(epoch FROM ended_at - admitted_at) * 1000)::bigint AS ms
                              FROM call
                             WHERE organization_id = ? AND admitted_at >= ?
                               AND state = 'settled' AND status_code BETWEEN 200 AND 399
                               AND (?::text IS NULL OR owner = ?)
                             ORDER BY admitted_at DESC, request_id DESC LIMIT ?)
                        SELECT model, grouping(model) AS whole, count(*) AS calls,
                               percentile_disc(0.5) WITHIN GROUP (ORDER BY first_ms) AS first50,
                               percentile_disc(0.95) WITHIN GROUP (ORDER BY first_ms) AS first95,
                               percentile_disc(0.5) WITHIN GROUP (ORDER BY ms) AS total50,
                               percentile_disc(0.95) WITHIN GROUP (ORDER BY ms) AS total95
                          FROM newest GROUP BY GROUPING SETS ((), (model))
                         ORDER BY whole DESC, calls DESC, model
                        """,
                        row ->
                                new Latency(
                                        row.integer("whole") == 1 ? null : row.textOrNull("model"),
                                        row.bigint("calls"),
                                        row.bigintOrNull("first50"),
                                        row.bigintOrNull("first95"),
                                        row.bigintOrNull("total50"),
                                        row.bigintOrNull("total95")),
                        organizationId,
                        from,
                        owner,
                        owner,
                        SAMPLE));
    }
}
