package dev.sluice.control.compat;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.compat.BucketQuery.Bucket;
import dev.sluice.control.compat.BucketQuery.Width;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.ledger.booking.Measures;
import dev.sluice.ledger.reading.UsageReport;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `GET /v1/organization/usage/…` and `/v1/organization/costs`: usage and costs in buckets, as
/// OpenAI's administration API has them.
final class OpenAiRoutes {

    private static final String ROOT = "/v1/organization/";

    private static final Set<String> USAGE_GROUPS =
            Set.of(
                    "project_id",
                    "user_id",
                    "api_key_id",
                    "model",
                    "batch",
                    "service_tier",
                    "source",
                    "size",
                    "vector_store_id",
                    "context_level");
    private static final Set<String> COST_GROUPS = Set.of("project_id", "line_item", "api_key_id");

    private static final String SEARCHED = "organization.usage.web_searches.result";
    private static final List<String> SEARCH_GROUPS =
            List.of("project_id", "user_id", "api_key_id", "model", "context_level");
    private static final Shape SEARCHES = searched();

    private static final BucketQuery.Report USAGE =
            new BucketQuery.Report(USAGE_GROUPS, List.of(Width.values()), 31);
    private static final BucketQuery.Report COSTS =
            new BucketQuery.Report(COST_GROUPS, List.of(Width.DAY), 180);

    private final UsageReport report;

    OpenAiRoutes(UsageReport report) {
        this.report = report;
    }

    void register(Router router) {
        for (UsageView view : UsageView.values()) {
            router.add(
                    "GET",
                    ROOT + "usage/" + view.wireName(),
                    Access.any(Right.USAGE_VIEW, Right.USAGE_EXPORT),
                    documented(view.summary, USAGE_GROUPS)
                            .queryWord("bucket_width", "default 1d", "1m", "1h", "1d")
                            .answers(200, page(view.shape)),
                    call -> usage(call, view));
        }
        router.add(
                "GET",
                ROOT + "usage/web_search_calls",
                Access.any(Right.USAGE_VIEW, Right.USAGE_EXPORT),
                documented("Searches in the web, in buckets", USAGE_GROUPS)
                        .queryWord("bucket_width", "default 1d", "1m", "1h", "1d")
                        .answers(200, page(SEARCHES)),
                call -> answer(call, BucketQuery.of(call, USAGE), OpenAiRoutes::searches));
        UsageView.NEVER.forEach((name, summary) ->
                router.add(
                        "GET",
                        ROOT + "usage/" + name,
                        Access.any(Right.USAGE_VIEW, Right.USAGE_EXPORT),
                        documented(summary, USAGE_GROUPS)
                                .queryWord("bucket_width", "default 1d", "1m", "1h", "1d")
                                .answers(200, page(Shape.object("NoUsageResult"))),
                        call -> answer(call, BucketQuery.of(call, USAGE), (units, group) -> null)));
        router.add(
                "GET",
                ROOT + "costs",
                Access.any(Right.USAGE_VIEW, Right.USAGE_EXPORT),
                documented("What calls were charged, by day", COST_GROUPS)
                        .queryWord("bucket_width", "default 1d", "1d")
                        .answers(200, page(cost())),
                this::costs);
    }

    private static RouteDoc documented(String summary, Set<String> groups) {
        return RouteDoc.of("compatible", summary)
                .queryWhole("start_time", "seconds since 1970; required")
                .queryWhole("end_time", "seconds since 1970; default now")
                .query(
                        "group_by",
                        "of "
                                + String.join(", ", new TreeSet<>(groups))
                                + " and all dimensions of /admin/v1/usage; may be repeated")
                .query("project_ids", "only of these teams; may be repeated")
                .query("user_ids", "only of these owners; may be repeated")
                .query("api_key_ids", "only of these keys; may be repeated")
                .query("models", "only of these models; may be repeated")
                .queryWhole("limit", "buckets of a page")
                .query("page", "`next_page` of the page before");
    }

    private static Shape page(Shape result) {
        Shape bucket =
                Shape.object(result.name(Shape.Use.ANSWER) + "Bucket")
                        .word("object", "always `bucket`", "bucket")
                        .whole("start_time", "seconds since 1970")
                        .whole("end_time", "seconds since 1970; not in it")
                        .listOf("results", result, "one for each group; empty without any call");
        return Shape.object(result.name(Shape.Use.ANSWER) + "Page")
                .word("object", "always `page`", "page")
                .listOf("data", bucket, "oldest first")
                .flag("has_more", "whether another page exists")
                .text("next_page", "for `page`, or null")
                .nullable("next_page");
    }

    private static Shape searched() {
        Shape result =
                Shape.object("WebSearchesUsageResult")
                        .word("object", "always `" + SEARCHED + "`", SEARCHED)
                        .number("num_requests", "searches")
                        .whole("num_model_requests", "calls that searched");
        SEARCH_GROUPS.forEach(group -> result.text(group, "where grouped by it").nullable(group));
        return result.others("string", "null");
    }

    private static Shape cost() {
        Shape amount =
                Shape.object("CostAmount")
                        .number("value", "exact")
                        .word("currency", "always `usd`", "usd");
        return Shape.object("CostResult")
                .word("object", "always `organization.costs.result`", "organization.costs.result")
                .nested("amount", amount, "what was charged")
                .text("line_item", "the model, where grouped by it")
                .text("project_id", "the team, where grouped by it")
                .text("api_key_id", "the key, where grouped by it")
                .number("quantity", "always null: a charge is a sum of lines")
                .nullable("line_item", "project_id", "api_key_id", "quantity")
                .others("string", "null");
    }

    private ManagementResponse usage(ManagementCall call, UsageView view) {
        BucketQuery query = BucketQuery.of(call, USAGE);
        return answer(call, query, (units, group) -> view.result(units, group));
    }

    private ManagementResponse costs(ManagementCall call) {
        BucketQuery query = BucketQuery.of(call, COSTS);
        return answer(call, query, OpenAiRoutes::cost);
    }

    private static @Nullable ObjectNode cost(
            Map<String, BigDecimal> units, Map<String, @Nullable String> group) {
        BigDecimal usd = units.getOrDefault("usd", BigDecimal.ZERO);
        if (usd.signum() == 0) {
            return null;
        }
        ObjectNode result = Json.object().put("object", "organization.costs.result");
        result.putObject("amount").put("currency", "usd").set("value", Exact.number(usd));
        for (String name : List.of("line_item", "project_id", "api_key_id")) {
            result.put(name, group.get(name));
        }
        result.putNull("quantity");
        group.forEach(result::put);
        return result;
    }

    private static @Nullable ObjectNode searches(
            Map<String, BigDecimal> units, Map<String, @Nullable String> group) {
        BigDecimal searches = units.getOrDefault("searches", BigDecimal.ZERO);
        if (searches.signum() == 0) {
            return null;
        }
        ObjectNode result = Json.object().put("object", SEARCHED);
        result.set("num_requests", Exact.number(searches));
        // calls from before they were counted were one at least
        BigDecimal calls = units.getOrDefault(Measures.SEARCHING, BigDecimal.ONE);
        result.set("num_model_requests", Exact.number(calls));
        SEARCH_GROUPS.forEach(name -> result.put(name, group.get(name)));
        group.forEach(result::put);
        return result;
    }

    /// Makes the result of a group; null where the group has nothing to do with the view.
    private interface Result {

        @Nullable ObjectNode of(Map<String, BigDecimal> units, Map<String, @Nullable String> group);
    }

    private ManagementResponse answer(ManagementCall call, BucketQuery query, Result result) {
        List<Bucket> buckets = query.buckets();
        Map<Instant, Map<String, Group>> sums = sums(call.organizationId(), query, buckets);
        ObjectNode page = Json.object().put("object", "page");
        ArrayNode data = page.putArray("data");
        for (Bucket bucket : buckets) {
            ObjectNode node = data.addObject().put("object", "bucket");
            node.put("start_time", bucket.start().getEpochSecond());
            node.put("end_time", bucket.end().getEpochSecond());
            ArrayNode results = node.putArray("results");
            for (Group group :
                    sums.getOrDefault(query.width().floor(bucket.start()), Map.of()).values()) {
                ObjectNode one = result.of(group.units, group.names);
                if (one != null) {
                    results.add(one);
                }
            }
        }
        Instant next = buckets.isEmpty() ? query.to() : buckets.getLast().end();
        boolean more = next.isBefore(query.to());
        page.put("has_more", more).put("next_page", more ? BucketQuery.token(next) : null);
        return ManagementResponse.ok(page);
    }

    /// What calls of the same names used.
    private record Group(Map<String, @Nullable String> names, Map<String, BigDecimal> units) {}

    /// Groups, by the beginning of their bucket and their names.
    private Map<Instant, Map<String, Group>> sums(
            String organizationId, BucketQuery query, List<Bucket> buckets) {
        Map<Instant, Map<String, Group>> sums = new HashMap<>();
        if (buckets.isEmpty()) {
            return sums;
        }
        Set<String> dimensions = new LinkedHashSet<>(query.only().keySet());
        for (String name : query.groupBy()) {
            String ours = dimension(name);
            if (ours != null) {
                dimensions.add(ours);
            }
        }
        List<UsageReport.UsageRow> rows =
                report.families(
                        new UsageReport.Query(
                                organizationId,
                                buckets.getFirst().start(),
                                buckets.getLast().end(),
                                List.copyOf(dimensions),
                                Map.of(),
                                query.width().interval,
                                ZoneOffset.UTC));
        for (UsageReport.UsageRow row : rows) {
            boolean wanted =
                    query.only().entrySet().stream()
                            .allMatch(only -> {
                                String value = row.group().get(only.getKey());
                                return value != null && only.getValue().contains(value);
                            });
            if (wanted) {
                Map<String, @Nullable String> names = group(query, row);
                Group group =
                        sums.computeIfAbsent(row.start(), _ -> new LinkedHashMap<>())
                                .computeIfAbsent(
                                        names.toString(), _ -> new Group(names, new HashMap<>()));
                row.units().forEach((unit, n) -> group.units.merge(unit, n, BigDecimal::add));
            }
        }
        return sums;
    }

    /// What the roll-ups have under a name of `group_by`; they know neither batches nor tiers.
    private static @Nullable String dimension(String name) {
        String ours = name.equals("line_item") ? "model" : BucketQuery.DIMENSIONS.get(name);
        return ours == null && UsageReport.dimensions().contains(name) ? name : ours;
    }

    private static Map<String, @Nullable String> group(
            BucketQuery query, UsageReport.UsageRow row) {
        Map<String, @Nullable String> group = new LinkedHashMap<>();
        for (String name : query.groupBy()) {
            String ours = dimension(name);
            group.put(name, ours == null ? null : row.group().get(ours));
        }
        return group;
    }
}
