package dev.sluice.control.usage;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.QueryTimes;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.Fault;
import dev.sluice.ledger.reading.UsageReport;
import dev.sluice.store.Database;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/// `GET /admin/v1/usage/movers`: what changed most between a stretch and the one before it.
public final class MoverRoutes {

    private static final Duration USUAL_STRETCH = Duration.ofDays(7);
    private static final int USUAL_ROWS = 5;
    private static final int MAX_ROWS = 100;

    private static final Shape MOVER =
            Shape.object("UsageMover")
                    .text("value", "of the dimension; null: calls without one")
                    .decimal("usd", "in the stretch")
                    .decimal("usd_before", "in the one before it")
                    .decimal("change_usd", "`usd` − `usd_before`")
                    .whole("requests", "in the stretch")
                    .whole("requests_before", "in the one before it")
                    .nullable("value");
    private static final Shape MOVERS =
            Shape.object("UsageMovers")
                    .word("object", "always `list`", "list")
                    .text("dimension", "what is compared")
                    .time("before", "the stretch before begins")
                    .time("from", "it ends, and the stretch begins")
                    .time("to", "the stretch ends")
                    .listOf("data", MOVER, "the largest change first, up or down");

    private final Database database;
    private final UsageReport report;

    public MoverRoutes(Database database, UsageReport report) {
        this.database = database;
        this.report = report;
    }

    public void register(Router router) {
        router.add(
                "GET",
                "/admin/v1/usage/movers",
                Access.anyOrOwn(Right.USAGE_VIEW, Right.USAGE_EXPORT),
                RouteDoc.of("usage", "What changed most since the stretch before, in spend")
                        .queryWord(
                                "dimension",
                                "default model",
                                UsageReport.dimensions().toArray(String[]::new))
                        .query("from", "time or date; default 7 days before `to`")
                        .query("to", "time or date; default now")
                        .queryWhole("limit", "1 to 100; default 5")
                        .answers(200, MOVERS),
                this::movers);
    }

    /// One value in both stretches.
    private record Mover(Map<String, BigDecimal> units, Map<String, BigDecimal> before) {

        BigDecimal change() {
            return now("usd").subtract(then("usd"));
        }

        BigDecimal now(String unit) {
            return units.getOrDefault(unit, BigDecimal.ZERO);
        }

        BigDecimal then(String unit) {
            return before.getOrDefault(unit, BigDecimal.ZERO);
        }
    }

    private ManagementResponse movers(ManagementCall call) {
        String dimension = call.request().query("dimension").orElse("model");
        if (!UsageReport.dimensions().contains(dimension)) {
            throw Fault.invalid(
                            "'dimension' must be one of "
                                    + String.join(", ", UsageReport.dimensions())
                                    + ".",
                            "dimension")
                    .asException();
        }
        ZoneId zone = database.read(sql -> ReferenceStore.zone(sql, call.organizationId()));
        Instant to = QueryTimes.instant(call.request(), "to", zone).orElse(call.now());
        Instant from =
                QueryTimes.instant(call.request(), "from", zone).orElse(to.minus(USUAL_STRETCH));
        if (!from.isBefore(to)) {
            throw Fault.invalid("'from' must be before 'to'.", "from").asException();
        }
        Instant before = from.minus(Duration.between(from, to));
        Map<@Nullable String, Mover> movers = new LinkedHashMap<>();
        rows(call, dimension, from, to, zone)
                .forEach(row ->
                        movers.put(row.group().get(dimension), new Mover(row.units(), Map.of())));
        rows(call, dimension, before, from, zone)
                .forEach(row ->
                        movers.merge(
                                row.group().get(dimension),
                                new Mover(Map.of(), row.units()),
                                (now, then) -> new Mover(now.units, then.before)));
        var envelope =
                Json.object()
                        .put("object", "list")
                        .put("dimension", dimension)
                        .put("before", Json.time(before))
                        .put("from", Json.time(from))
                        .put("to", Json.time(to));
        write(movers, limit(call), envelope.putArray("data"));
        return ManagementResponse.ok(envelope);
    }

    private static void write(Map<@Nullable String, Mover> movers, int limit, ArrayNode data) {
        List<Map.Entry<@Nullable String, Mover>> sorted = new ArrayList<>(movers.entrySet());
        sorted.sort(
                Comparator.comparing(
                        (Map.Entry<@Nullable String, Mover> entry) ->
                                entry.getValue().change().abs(),
                        Comparator.reverseOrder()));
        for (Map.Entry<@Nullable String, Mover> entry :
                sorted.subList(0, Math.min(limit, sorted.size()))) {
            Mover mover = entry.getValue();
            data.addObject()
                    .put("value", entry.getKey())
                    .put("usd", Json.decimal(mover.now("usd")))
                    .put("usd_before", Json.decimal(mover.then("usd")))
                    .put("change_usd", Json.decimal(mover.change()))
                    .put("requests", mover.now("requests").longValue())
                    .put("requests_before", mover.then("requests").longValue());
        }
    }

    private List<UsageReport.UsageRow> rows(
            ManagementCall call, String dimension, Instant from, Instant to, ZoneId zone) {
        Map<String, String> only =
                call.actor().onlyOwn(Right.USAGE_VIEW)
                        ? Map.of("owner", String.valueOf(call.actor().owner()))
                        : Map.of();
        return report.rows(
                new UsageReport.Query(
                        call.organizationId(), from, to, List.of(dimension), only, null, zone));
    }

    private static int limit(ManagementCall call) {
        String text = call.request().query("limit").orElse(String.valueOf(USUAL_ROWS));
        if (!text.matches("[1-9]\\d{0,2}") || Integer.parseInt(text) > MAX_ROWS) {
            throw Fault.invalid("'limit' must be a number from 1 to 100.", "limit").asException();
        }
        return Integer.parseInt(text);
    }
}
