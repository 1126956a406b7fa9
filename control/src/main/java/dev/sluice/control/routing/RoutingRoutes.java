package dev.sluice.control.routing;

import dev.sluice.control.access.Access;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.ledger.reading.TargetHealth;
import dev.sluice.policy.Model;
import dev.sluice.policy.Organization;
import dev.sluice.policy.Snapshot;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.policy.Upstream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `GET /admin/v1/routing/upstreams`: every target of the organization's models and how the calls
/// of the last minutes fared there.
public final class RoutingRoutes {

    private static final Shape FAILURE =
            Shape.object("TargetFailure")
                    .time("at", "when the attempt began")
                    .whole("status", "HTTP status; 0: none came")
                    .text("code", "the failure's code, or null")
                    .text("request_id", "of the call")
                    .nullable("code");
    private static final Shape TARGET =
            Shape.object("RoutingTarget")
                    .text("upstream_id", "ups_…")
                    .text("upstream", "its name")
                    .text("provider", "id of the catalogue")
                    .text("model", "what the upstream calls it")
                    .texts("models", "public names that lead there")
                    .word(
                            "state",
                            "drained: by hand; otherwise by the share of failed attempts: under"
                                    + " 5 %, under 50 %, more; idle: no attempt in the stretch",
                            "healthy",
                            "degraded",
                            "failing",
                            "idle",
                            "drained")
                    .whole("attempts", "in the stretch")
                    .whole("failures", "of these, those the upstream failed")
                    .whole("p50_ms", "median duration of attempts that were answered")
                    .whole("p95_ms", "95 of 100 were faster")
                    .time("last_success_at", "in the stretch, or null")
                    .nested("last_failure", FAILURE, "in the stretch, or null")
                    .nullable("p50_ms", "p95_ms", "last_success_at", "last_failure");
    private static final Shape TARGETS =
            Shape.object("RoutingTargets")
                    .word("object", "always `list`", "list")
                    .time("from", "the stretch begins")
                    .time("to", "the stretch ends")
                    .whole("calls", "calls looked at: the newest ones of the stretch")
                    .listOf("data", TARGET, "by upstream, then by model");

    private final SnapshotSource snapshots;
    private final TargetHealth health;

    public RoutingRoutes(SnapshotSource snapshots, TargetHealth health) {
        this.snapshots = snapshots;
        this.health = health;
    }

    public void register(Router router) {
        router.add(
                "GET",
                "/admin/v1/routing/upstreams",
                Access.MEMBER,
                RouteDoc.of("routing", "How every target fares, from the calls of the last minutes")
                        .answers(200, TARGETS),
                this::targets);
    }

    private record Place(String upstream, String model) {}

    private ManagementResponse targets(ManagementCall call) {
        Snapshot snapshot = snapshots.current();
        Organization organization = snapshot.organizations().get(call.organizationId());
        Map<Place, TreeSet<String>> places = new LinkedHashMap<>();
        if (organization != null) {
            for (Model model : organization.models().values()) {
                for (Model.Target target : model.targets()) {
                    places.computeIfAbsent(
                                    new Place(target.upstreamId(), target.upstreamModel()),
                                    _ -> new TreeSet<>())
                            .add(model.name());
                }
            }
        }
        TargetHealth.Report report = health.recent(call.organizationId(), call.now());
        ObjectNode envelope =
                Json.object()
                        .put("object", "list")
                        .put("from", Json.time(report.from()))
                        .put("to", Json.time(call.now()))
                        .put("calls", report.calls());
        ArrayNode data = envelope.putArray("data");
        places.entrySet().stream()
                .map(place -> {
                    Upstream upstream = snapshot.upstreams().get(place.getKey().upstream());
                    return upstream == null
                            ? null
                            : target(
                                    upstream,
                                    place.getKey().model(),
                                    place.getValue(),
                                    report.of(upstream.id(), place.getKey().model()));
                })
                .filter(java.util.Objects::nonNull)
                .sorted(
                        java.util.Comparator.comparing(
                                        (ObjectNode node) -> node.path("upstream").asString())
                                .thenComparing(node -> node.path("model").asString()))
                .forEach(data::add);
        return ManagementResponse.ok(envelope);
    }

    private static ObjectNode target(
            Upstream upstream,
            String model,
            Set<String> publicNames,
            TargetHealth.@Nullable Figures figures) {
        ObjectNode node =
                Json.object()
                        .put("upstream_id", upstream.id())
                        .put("upstream", upstream.name())
                        .put("provider", upstream.provider())
                        .put("model", model);
        node.set("models", Json.array(publicNames));
        node.put("state", state(upstream.drained(), figures))
                .put("attempts", figures == null ? 0 : figures.attempts())
                .put("failures", figures == null ? 0 : figures.failures())
                .put("p50_ms", figures == null ? null : figures.p50Millis())
                .put("p95_ms", figures == null ? null : figures.p95Millis())
                .put("last_success_at", figures == null ? null : Json.time(figures.lastSuccess()));
        TargetHealth.@Nullable Failure failure = figures == null ? null : figures.lastFailure();
        if (failure == null) {
            return node.putNull("last_failure");
        }
        node.putObject("last_failure")
                .put("at", Json.time(failure.at()))
                .put("status", failure.status())
                .put("code", failure.code())
                .put("request_id", failure.requestId());
        return node;
    }

    private static String state(boolean drained, TargetHealth.@Nullable Figures figures) {
        if (drained) {
            return "drained";
        }
        if (figures == null || figures.attempts() == 0) {
            return "idle";
        }
        long percent = 100 * figures.failures() / figures.attempts();
        return percent < 5 ? "healthy" : percent < 50 ? "degraded" : "failing";
    }
}
