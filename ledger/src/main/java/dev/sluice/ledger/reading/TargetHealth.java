package dev.sluice.ledger.reading;

import dev.sluice.store.Database;
import dev.sluice.store.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How targets fared lately, from the attempts of calls that ended. Calls block.
public final class TargetHealth {

    /// What "lately" is.
    public static final Duration STRETCH = Duration.ofMinutes(15);

    /// No more than the newest calls of the stretch are looked at: figures of a busy organization
    /// are of its last seconds, and cost the same as those of a quiet one.
    public static final int MAX_CALLS = 5_000;

    /// Figures of one target.
    ///
    /// @param failures attempts that the upstream failed; what a client spoiled is not among them
    /// @param p50Millis of answered attempts; null when there was none
    public record Figures(
            long attempts,
            long failures,
            @Nullable Long p50Millis,
            @Nullable Long p95Millis,
            @Nullable Instant lastSuccess,
            @Nullable Failure lastFailure) {}

    /// An attempt that failed.
    ///
    /// @param status 0 when no answer came
    public record Failure(Instant at, int status, @Nullable String code, String requestId) {}

    /// All targets with attempts in the stretch.
    ///
    /// @param calls how many were looked at
    public record Report(Instant from, long calls, Map<String, Figures> targets) {

        public @Nullable Figures of(String upstreamId, String model) {
            return targets.get(name(upstreamId, model));
        }
    }

    private final Database database;

    public TargetHealth(Database database) {
        this.database = database;
    }

    private static String name(String upstreamId, String model) {
        return upstreamId + '\n' + model;
    }

    public Report recent(String organizationId, Instant now) {
        Instant from = now.minus(STRETCH);
        return database.read(sql -> {
            Map<String, Figures> targets = new HashMap<>();
            sql.each(
                    FIGURES,
                    row -> targets.put(name(row.text("upstream_id"), row.text("model")), of(row)),
                    organizationId,
                    from,
                    MAX_CALLS);
            long calls =
                    sql.one(
                            """
                            SELECT count(*) AS n FROM (SELECT 1 FROM call
                             WHERE organization_id = ? AND admitted_at >= ? LIMIT ?) newest
                            """,
                            row -> row.bigint("n"),
                            organizationId,
                            from,
                            MAX_CALLS);
            return new Report(from, calls, targets);
        });
    }

    private static Figures of(Row row) {
        Instant failed = row.instantOrNull("failed_at");
        return new Figures(
                row.bigint("attempts"),
                row.bigint("failures"),
                row.bigintOrNull("p50"),
                row.bigintOrNull("p95"),
                row.instantOrNull("succeeded_at"),
                failed == null
                        ? null
                        : new Failure(
                                failed,
                                row.integer("failed_status"),
                                row.textOrNull("failed_code"),
                                row.text("failed_request")));
    }

    // what the client sent wrong (most 4xx) or left behind (499) says nothing of the target
    private static final String FIGURES =
            """
            WITH newest AS (
                SELECT request_id, attempts FROM call
                 WHERE organization_id = ? AND admitted_at >= ?
                 ORDER BY admitted_at DESC, request_id DESC LIMIT ?
            ), attempt AS (
                SELECT request_id, a->>'upstream_id' AS upstream_id, a->>'model' AS model,
                       (a->>'status')::integer AS status, a->>'error_code' AS code,
                       (a->>'started_at')::timestamptz AS at,
                       (a->>'duration_ms')::bigint AS millis,
                       (a->>'status')::integer = 0 OR (a->>'status')::integer >= 500
                         OR (a->>'status')::integer IN (401, 402, 403, 408, 429) AS failed
                  FROM newest CROSS JOIN LATERAL jsonb_array_elements(attempts) a
            )
            SELECT upstream_id, model, count(*) AS attempts,
                   count(*) FILTER (WHERE failed) AS failures,
                   (percentile_disc(0.5) WITHIN GROUP (ORDER BY millis)
                     FILTER (WHERE status BETWEEN 200 AND 299)) AS p50,
                   (percentile_disc(0.95) WITHIN GROUP (ORDER BY millis)
                     FILTER (WHERE status BETWEEN 200 AND 299)) AS p95,
                   max(at) FILTER (WHERE status BETWEEN 200 AND 299) AS succeeded_at,
                   max(at) FILTER (WHERE failed) AS failed_at,
                   ((array_agg(status ORDER BY at DESC) FILTER (WHERE failed))[1]) AS failed_status,
                   ((array_agg(code ORDER BY at DESC) FILTER (WHERE failed))[1]) AS failed_code,
                   ((array_agg(request_id ORDER BY at DESC) FILTER (WHERE failed))[1])
                     AS failed_request
              FROM attempt GROUP BY upstream_id, model
            """;
}
