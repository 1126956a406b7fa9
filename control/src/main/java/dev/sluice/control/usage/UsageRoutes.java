package dev.sluice.control.usage;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Actor;
import dev.sluice.control.access.Right;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.QueryTimes;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.ledger.reading.EstimateDrift;
import dev.sluice.ledger.reading.UsageReport;
import dev.sluice.store.Database;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `GET /admin/v1/usage` in JSON, CSV and lines of JSON, and how far estimates were off.
public final class UsageRoutes {

    private static final Duration DRIFT_STRETCH = Duration.ofDays(30);
    private static final int RATIO_DECIMALS = 6;

    private static final Shape ROW =
            Shape.object("UsageRow")
                    .time("start", "of the interval, or of the whole stretch")
                    .whole("requests", "calls that were admitted")
                    .whole("errors", "of these, those that ended in an error")
                    .decimal("usd", "what customers pay")
                    .decimal("provider_usd", "what providers are owed")
                    .others("string", "number", "null");
    private static final Shape TOTALS =
            Shape.object("UsageTotals")
                    .whole("requests", "calls that were admitted")
                    .whole("errors", "of these, those that ended in an error")
                    .decimal("usd", "what customers pay")
                    .decimal("provider_usd", "what providers are owed")
                    .others("string", "number");
    private static final Shape REPORT =
            Shape.object("UsageReport")
                    .word("object", "always `list`", "list")
                    .time("from", "admitted at or after")
                    .time("to", "admitted before")
                    .word(
                            "interval",
                            "of each row; null: the whole stretch",
                            "hour",
                            "day",
                            "month")
                    .text("time_zone", "in which intervals begin")
                    .nested("totals", TOTALS, "of all rows, summed in the database")
                    .listOf("data", ROW, "by start, then by group")
                    .flag("has_more", "always false")
                    .text("next_cursor", "always null")
                    .nullable("interval", "next_cursor");

    private static final Shape DRIFT =
            Shape.object("EstimateDrift")
                    .text("model", "the public name")
                    .whole("calls", "that were answered")
                    .decimal("estimate_usd", "Σ of what was held for them")
                    .decimal("final_usd", "Σ of what they cost in the end")
                    .decimal("ratio", "`final_usd` ÷ `estimate_usd`")
                    .nullable("model", "ratio");

    private final Database database;
    private final UsageReport report;
    private final EstimateDrift drift;

    public UsageRoutes(Database database, UsageReport report, EstimateDrift drift) {
        this.database = database;
        this.report = report;
        this.drift = drift;
    }

    public void register(Router router) {
        RouteDoc doc =
                RouteDoc.of("usage", "What was used and spent: from ≤ admission < to")
                        .query("from", "time or date; default 30 days before `to`")
                        .query("to", "time or date; default now")
                        .query(
                                "group_by",
                                "of " + String.join(", ", UsageReport.dimensions()) + ", by comma")
                        .queryWord("interval", "default the whole stretch", "hour", "day", "month")
                        .query("time_zone", "a region; default the organization's")
                        .queryWord(
                                "format",
                                "csv and jsonl need usage.export",
                                "json",
                                "csv",
                                "jsonl");
        doc = doc.query("unowned", "only calls that lack these dimensions, by comma");
        for (String name : UsageReport.dimensions()) {
            doc = doc.query(name, "only of this " + name.replace('_', ' '));
        }
        router.add(
                "GET",
                "/admin/v1/usage",
                Access.anyOrOwn(Right.USAGE_VIEW, Right.USAGE_EXPORT),
                doc.answers(200, REPORT)
                        .answersType("text/csv")
                        .answersType("application/x-ndjson"),
                this::usage);
        router.add(
                "GET",
                "/admin/v1/usage/estimate-drift",
                Access.any(Right.USAGE_VIEW, Right.USAGE_EXPORT),
                RouteDoc.of("usage", "Worst case held against final price, per model")
                        .query("from", "time or date; default 30 days before `to`")
                        .query("to", "time or date; default now")
                        .answers(200, Shape.listOf(DRIFT)),
                this::drift);
    }

    private ManagementResponse usage(ManagementCall call) {
        String organization = call.organizationId();
        ZoneId zone = database.read(sql -> ReferenceStore.zone(sql, organization));
        UsageQuery query =
                UsageQuery.of(
                        call,
                        zone,
                        new UsageQuery.References() {
                            @Override
                            public String team(String reference) {
                                return database.read(
                                        sql -> ReferenceStore.team(sql, organization, reference));
                            }

                            @Override
                            public String key(String reference) {
                                return database.read(
                                        sql -> ReferenceStore.key(sql, organization, reference));
                            }
                        });
        boolean file = query.format() != UsageQuery.Format.JSON;
        if (file && !mayExport(call.actor())) {
            throw Fault.of(
                            FaultCode.PERMISSION_DENIED,
                            "This credential may look at usage but not export it: that needs"
                                    + " usage.export.")
                    .asException();
        }
        UsageReport.Report found = report.report(query.report());
        List<UsageReport.UsageRow> rows = found.rows();
        return switch (query.format()) {
            case JSON -> ManagementResponse.ok(envelope(query.report(), found));
            case CSV ->
                    ManagementResponse.streaming(
                                    "text/csv; charset=utf-8; header=present",
                                    out -> UsageRows.writeCsv(rows, query.report().groupBy(), out))
                            .withHeader(
                                    "content-disposition", "attachment; filename=\"usage.csv\"");
            case JSONL ->
                    ManagementResponse.streaming(
                            "application/x-ndjson", out -> UsageRows.writeLines(rows, out));
        };
    }

    private static boolean mayExport(Actor actor) {
        return actor.may(Right.USAGE_EXPORT);
    }

    private static ObjectNode envelope(UsageReport.Query query, UsageReport.Report found) {
        UsageReport.@Nullable Interval interval = query.interval();
        ObjectNode envelope = Json.object();
        envelope.put("object", "list")
                .put("from", Json.time(query.from()))
                .put("to", Json.time(query.to()))
                .put("interval", interval == null ? null : interval.name().toLowerCase(Locale.ROOT))
                .put("time_zone", query.zone().getId());
        envelope.set("totals", UsageRows.units(found.totals()));
        ArrayNode data = envelope.putArray("data");
        found.rows().forEach(row -> data.add(UsageRows.json(row)));
        return envelope.put("has_more", false).putNull("next_cursor");
    }

    private ManagementResponse drift(ManagementCall call) {
        Instant to = QueryTimes.instant(call.request(), "to", ZoneOffset.UTC).orElse(call.now());
        Instant from =
                QueryTimes.instant(call.request(), "from", ZoneOffset.UTC)
                        .orElse(to.minus(DRIFT_STRETCH));
        if (!from.isBefore(to)) {
            throw Fault.invalid("'from' must be before 'to'.", "from").asException();
        }
        ObjectNode envelope = Json.object();
        envelope.put("object", "list");
        ArrayNode data = envelope.putArray("data");
        for (EstimateDrift.Drift model : drift.perModel(call.organizationId(), from, to)) {
            data.addObject()
                    .put("model", model.model().isEmpty() ? null : model.model())
                    .put("calls", model.calls())
                    .put("estimate_usd", Json.decimal(model.estimateUsd()))
                    .put("final_usd", Json.decimal(model.finalUsd()))
                    .put("ratio", Json.decimal(ratio(model)));
        }
        return ManagementResponse.ok(envelope.put("has_more", false).putNull("next_cursor"));
    }

    /// What calls cost as a share of what was held for them; null where nothing was held.
    private static @Nullable BigDecimal ratio(EstimateDrift.Drift model) {
        return model.estimateUsd().signum() == 0
                ? null
                : model.finalUsd()
                        .divide(model.estimateUsd(), RATIO_DECIMALS, RoundingMode.HALF_EVEN);
    }
}
