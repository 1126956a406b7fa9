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
import dev.sluice.ledger.reading.Latencies;
import dev.sluice.ledger.reading.Latencies.Latency;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `GET /admin/v1/usage/latency`: how long the newest answered calls took.
public final class LatencyRoutes {

    private static final Duration STRETCH = Duration.ofHours(24);
    private static final Shape LATENCY =
            Shape.object("Latency")
                    .text("model", "the public name; null for all together, which comes first")
                    .whole("calls", "how many were looked at")
                    .whole("first_byte_p50_ms", "half of them had their first byte by then")
                    .whole("first_byte_p95_ms", "95 of 100 had their first byte by then")
                    .whole("total_p50_ms", "half of them had ended by then")
                    .whole("total_p95_ms", "95 of 100 had ended by then")
                    .nullable(
                            "model",
                            "first_byte_p50_ms",
                            "first_byte_p95_ms",
                            "total_p50_ms",
                            "total_p95_ms");

    private final Latencies latencies;

    public LatencyRoutes(Latencies latencies) {
        this.latencies = latencies;
    }

    public void register(Router router) {
        router.add(
                "GET",
                "/admin/v1/usage/latency",
                Access.anyOrOwn(Right.USAGE_VIEW),
                RouteDoc.of(
                                "usage",
                                "Milliseconds of the newest answered calls, at most "
                                        + Latencies.SAMPLE)
                        .query("from", "time or date; default 24 hours ago")
                        .answers(200, Shape.listOf(LATENCY)),
                this::list);
    }

    private ManagementResponse list(ManagementCall call) {
        Instant from =
                QueryTimes.instant(call.request(), "from", ZoneOffset.UTC)
                        .orElse(call.now().minus(STRETCH));
        ObjectNode envelope = Json.object().put("object", "list");
        ArrayNode data = envelope.putArray("data");
        for (Latency one :
                latencies.newest(call.organizationId(), from, RequestFilter.owner(call))) {
            data.addObject()
                    .put("model", one.model())
                    .put("calls", one.calls())
                    .put("first_byte_p50_ms", one.firstByteP50())
                    .put("first_byte_p95_ms", one.firstByteP95())
                    .put("total_p50_ms", one.totalP50())
                    .put("total_p95_ms", one.totalP95());
        }
        return ManagementResponse.ok(envelope.put("has_more", false).putNull("next_cursor"));
    }
}
