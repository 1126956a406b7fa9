package dev.sluice.control.usage;

import dev.sluice.catalog.CostLine;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.Money;
import dev.sluice.ledger.StoredCall;
import dev.sluice.ledger.call.CallRecord;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One call as answers show it (CONTRACT, `requests`).
final class RequestJson {

    static final Shape SHAPE =
            Shape.object("Request")
                    .text("request_id", "`req_…`, the header `x-request-id` of the call")
                    .text("action_id", "one original user action, or null")
                    .text("key", "the key's id, or null")
                    .text("team", "the team's id, or null")
                    .text("environment", "of the key")
                    .text("model", "the public name asked for")
                    .text("model_served", "the name the upstream knows it by")
                    .text("upstream", "where the accepted answer came from")
                    .whole("status_code", "the HTTP status the client saw; null while running")
                    .text("error_code", "why it failed, or null")
                    .text("state", "`held`, `settled` or `refused`")
                    .flag("estimated", "whether usage was counted by Sluice")
                    .any("units", "what it used, by unit")
                    .decimal("cost_usd", "what the customer pays")
                    .decimal("hold_usd", "what was held for it, or null")
                    .any("cost_lines", "how the cost came about")
                    .text("price_version", "in force when it was admitted")
                    .any("attempts", "every try at an upstream, with its own cost")
                    .any("decisions", "the candidates and why each was taken or skipped")
                    .any("timings", "admitted_at, ended_at and milliseconds to each stage")
                    .any("attribution", "to whom it is put down")
                    .any("tags", "as the application sent them")
                    .whole("count", "above 1 where refused calls were counted together");

    private RequestJson() {}

    static ObjectNode of(StoredCall call) {
        Attribution who = call.attribution();
        ObjectNode node = Json.object();
        node.put("object", "request")
                .put("request_id", call.requestId())
                .put("created_at", Json.time(call.admittedAt()))
                .put("action_id", who == null ? null : who.actionId())
                .put("key", who == null ? null : who.keyId())
                .put("team", who == null ? null : who.teamId())
                .put("environment", who == null ? null : who.environment())
                .put("endpoint", call.endpoint())
                .put("stream", call.stream())
                .put("model", call.model())
                .put("model_served", call.modelServed())
                .put("upstream", call.upstream())
                .put("status_code", call.statusCode() == 0 ? null : call.statusCode())
                .put("error_code", call.errorCode())
                .put("finish_reason", call.finishReason())
                .put("service_tier", call.serviceTier())
                .put("rule", call.rule())
                .put("state", call.state().name().toLowerCase(Locale.ROOT))
                .put("count", call.count())
                .put("estimated", call.estimated());
        node.set("units", units(call.units()));
        node.put("cost_usd", Json.decimal(call.costUsd()))
                .put("provider_usd", Json.decimal(call.providerUsd()))
                .put("absorbed_usd", Json.decimal(call.absorbedUsd()))
                .put("hold_usd", Json.decimal(call.holdUsd()))
                .put("hold_output_tokens", call.holdOutputTokens());
        node.set("cost_lines", lines(call.chargeLines()));
        node.put("price_version", call.priceVersion());
        node.set("attempts", attempts(call.attempts()));
        node.set("decisions", decisions(call.decisions()));
        node.set("timings", timings(call));
        node.set("attribution", attribution(who));
        ObjectNode tags = node.putObject("tags");
        if (who != null) {
            who.tags().forEach(tags::put);
        }
        return node;
    }

    /// Money as decimal strings, everything else as numbers.
    static ObjectNode units(Map<String, BigDecimal> units) {
        ObjectNode node = Json.object();
        units.forEach((unit, quantity) -> put(node, unit, quantity));
        return node;
    }

    static void put(ObjectNode node, String unit, BigDecimal quantity) {
        if (isMoney(unit)) {
            node.put(unit, Json.decimal(quantity));
        } else {
            node.put(unit, new BigDecimal(String.valueOf(Json.decimal(quantity))));
        }
    }

    static boolean isMoney(String unit) {
        return unit.equals("usd") || unit.endsWith("_usd");
    }

    private static ArrayNode lines(List<CostLine> lines) {
        ArrayNode array = Json.array();
        for (CostLine line : lines) {
            array.addObject()
                    .put("meter", line.meter().wireName())
                    .put("quantity", line.quantity())
                    .put("unit_price", Json.decimal(line.unitPrice()))
                    .put("units_per_price", line.unitsPerPrice())
                    .put("multiply", Json.decimal(line.multiply()))
                    .put("amount_usd", line.amount().toString());
        }
        return array;
    }

    private static ArrayNode attempts(List<CallRecord.Attempt> attempts) {
        ArrayNode array = Json.array();
        for (CallRecord.Attempt attempt : attempts) {
            Money cost = Money.ZERO;
            for (CostLine line : attempt.costLines()) {
                cost = cost.plus(line.amount());
            }
            ObjectNode node = array.addObject();
            node.put("id", attempt.id())
                    .put("upstream", attempt.upstream())
                    .put("provider", attempt.provider())
                    .put("model", attempt.model())
                    .put("status", attempt.status())
                    .put("error_code", attempt.errorCode())
                    .put("provider_request_id", attempt.providerRequestId())
                    .put("accepted", attempt.accepted())
                    .put("estimated", attempt.estimated())
                    .put("cost_usd", cost.toString())
                    .put("price_version", attempt.priceVersion())
                    .put("started_at", Json.time(attempt.startedAt()))
                    .put("duration_ms", attempt.durationMillis());
            ObjectNode meters = node.putObject("meters");
            attempt.usage().toMap().forEach((meter, n) -> meters.put(meter.wireName(), n));
            node.set("cost_lines", lines(attempt.costLines()));
        }
        return array;
    }

    private static ArrayNode decisions(List<Map<String, String>> decisions) {
        ArrayNode array = Json.array();
        for (Map<String, String> decision : decisions) {
            ObjectNode node = array.addObject();
            decision.forEach(node::put);
        }
        return array;
    }

    private static ObjectNode timings(StoredCall call) {
        Instant ended = call.endedAt();
        return Json.object()
                .put("admitted_at", Json.time(call.admittedAt()))
                .put("ended_at", Json.time(ended))
                .put("held_ms", call.heldMillis())
                .put("first_byte_ms", call.firstByteMillis())
                .put("total_ms", total(call.admittedAt(), ended));
    }

    private static @Nullable Long total(Instant admitted, @Nullable Instant ended) {
        return ended == null ? null : (Long) Duration.between(admitted, ended).toMillis();
    }

    private static ObjectNode attribution(@Nullable Attribution who) {
        ObjectNode node = Json.object();
        if (who == null) {
            return node;
        }
        return node.put("owner", who.owner())
                .put("workflow", who.workflow())
                .put("product_area", who.productArea())
                .put("customer", who.customer())
                .put("plan", who.plan())
                .put("traffic_class", who.trafficClass())
                .put("user", who.endUser());
    }
}
