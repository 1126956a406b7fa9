package dev.sluice.control.usage;

import dev.sluice.catalog.CostLine;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.Money;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.call.StoredCall;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One call as `GET requests` shows it.
final class RequestJson {

    private static final Shape COST_LINE =
            Shape.object("CostLine")
                    .text("meter", "what was counted")
                    .whole("quantity", "how much of it")
                    .decimal("unit_price", "for `units_per_price` of them")
                    .whole("units_per_price", "such as 1000000")
                    .decimal("multiply", "the price rule that applied")
                    .decimal("amount_usd", "of this line");
    private static final Shape ATTEMPT =
            Shape.object("Attempt")
                    .text("id", "of the attempt")
                    .text("upstream", "by name")
                    .text("provider", "id of the catalogue")
                    .text("model", "the upstream's name of it")
                    .whole("status", "HTTP status of the provider, or null")
                    .text("error_code", "why it failed, or null")
                    .text("provider_request_id", "the provider's own id, or null")
                    .flag("accepted", "whether its answer went to the client")
                    .flag("estimated", "whether usage was counted by Sluice")
                    .decimal("cost_usd", "what the provider is owed")
                    .text("price_version", "it was priced by")
                    .time("started_at", "when the provider was asked")
                    .whole("duration_ms", "until its end")
                    .map("meters", "what it used, by meter", "integer")
                    .listOf("cost_lines", COST_LINE, "how its cost came about")
                    .nullable("status", "error_code", "provider_request_id", "price_version");
    private static final Shape DECISION = Shape.object("CandidateDecision").others("string");
    private static final Shape TIMINGS =
            Shape.object("Timings")
                    .time("admitted_at", "when it was admitted")
                    .time("ended_at", "null while it runs")
                    .whole("held_ms", "until the hold was granted")
                    .whole("first_byte_ms", "until the first byte to the client")
                    .whole("total_ms", "until its end")
                    .nullable("ended_at", "held_ms", "first_byte_ms", "total_ms");
    private static final Shape ATTRIBUTION =
            Shape.object("Attribution")
                    .text("owner", "`user:…` or `service:…`")
                    .text("workflow", "business process")
                    .text("product_area", "part of the product")
                    .text("customer", "end account")
                    .text("plan", "customer tier")
                    .text("traffic_class", "kind of traffic")
                    .text("user", "end user")
                    .optional(
                            "owner",
                            "workflow",
                            "product_area",
                            "customer",
                            "plan",
                            "traffic_class",
                            "user")
                    .nullable(
                            "owner",
                            "workflow",
                            "product_area",
                            "customer",
                            "plan",
                            "traffic_class",
                            "user");

    static final Shape SHAPE =
            Shape.object("Request")
                    .word("object", "always `request`", "request")
                    .text("request_id", "`req_…`, the header `x-request-id` of the call")
                    .time("created_at", "when it was admitted")
                    .text("action_id", "one original user action, or null")
                    .text("key", "the key's id, or null")
                    .text("team", "the team's id, or null")
                    .text("environment", "of the key")
                    .text("endpoint", "the path of the call")
                    .flag("stream", "whether the answer was a stream")
                    .text("model", "the public name asked for")
                    .text("model_served", "the name the upstream knows it by")
                    .text("upstream", "where the accepted answer came from")
                    .whole("status_code", "the HTTP status the client saw; null while running")
                    .text("error_code", "why it failed, or null")
                    .text("error_message", "what a refused call was told, or null")
                    .text("finish_reason", "why the model stopped, or null")
                    .text("service_tier", "of the provider, or null")
                    .text("rule", "the rule that refused it, or null")
                    .word("state", "how far it is", "held", "settled", "refused")
                    .flag("estimated", "whether usage was counted by Sluice")
                    .map(
                            "units",
                            "what it used, by unit; money as decimal strings",
                            "number",
                            "string")
                    .decimal("cost_usd", "what the customer pays")
                    .decimal("provider_usd", "what the providers are owed")
                    .decimal("absorbed_usd", "used, and charged to nobody")
                    .decimal("hold_usd", "what was held for it, or null")
                    .whole("hold_output_tokens", "the output limit that was held for, or null")
                    .listOf("cost_lines", COST_LINE, "how the cost came about")
                    .text("price_version", "in force when it was admitted")
                    .listOf("attempts", ATTEMPT, "every try at an upstream, with its own cost")
                    .listOf(
                            "decisions",
                            DECISION,
                            "the candidates and why each was taken or skipped")
                    .nested("timings", TIMINGS, "when, and milliseconds since admission")
                    .nested("attribution", ATTRIBUTION, "to whom it is put down")
                    .map("tags", "as the application sent them", "string")
                    .whole("count", "above 1 where refused calls were counted together")
                    .nullable(
                            "action_id",
                            "key",
                            "team",
                            "environment",
                            "model",
                            "model_served",
                            "upstream",
                            "status_code",
                            "error_code",
                            "error_message",
                            "finish_reason",
                            "service_tier",
                            "rule",
                            "hold_usd",
                            "hold_output_tokens",
                            "price_version");

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
                .put("error_message", call.errorMessage())
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
