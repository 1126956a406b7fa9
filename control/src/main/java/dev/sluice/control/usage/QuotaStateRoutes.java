package dev.sluice.control.usage;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.QuotaRule;
import dev.sluice.ledger.reading.QuotaStates;
import dev.sluice.policy.Organization;
import dev.sluice.policy.SnapshotSource;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `GET /admin/v1/quotas/{id}/state` and `/admin/v1/quota-states`: where rules' open windows stand.
public final class QuotaStateRoutes {

    private static final Shape STATE =
            Shape.object("QuotaState")
                    .word("object", "always `quota_state`", "quota_state")
                    .text("quota", "id of the rule")
                    .text("name", "of the rule")
                    .text("unit", "of the amounts")
                    .decimal("limit", "in the rule's unit")
                    .decimal("used", "settled in the open window")
                    .decimal("held", "for calls in flight")
                    .decimal("remaining", "what a call may still take")
                    .time("starts_at", "when the window began")
                    .time("resets_at", "when the window ends; null when it never does")
                    .decimal("in_force", "the limit that calls are measured against now")
                    .decimal("forecast", "used at the end at the pace so far, or null")
                    .time("runs_out_at", "when nothing is left at that pace; null: not before")
                    .nullable("resets_at", "forecast", "runs_out_at");

    private final SnapshotSource snapshots;
    private final QuotaStates states;

    public QuotaStateRoutes(SnapshotSource snapshots, QuotaStates states) {
        this.snapshots = snapshots;
        this.states = states;
    }

    public void register(Router router) {
        router.add(
                "GET",
                "/admin/v1/quotas/{id}/state",
                Access.any(Right.USAGE_VIEW, Right.BILLING_MANAGE, Right.ADMIN),
                RouteDoc.of("quotas", "Where a quota's open window stands")
                        .query("member", "the value of `per`, for rules that have one")
                        .answers(200, STATE),
                this::state);
        router.add(
                "GET",
                "/admin/v1/quota-states",
                Access.any(Right.USAGE_VIEW, Right.BILLING_MANAGE, Right.ADMIN),
                RouteDoc.of("quotas", "Where the open windows of all quotas stand, by name")
                        .answers(200, Shape.listOf(STATE)),
                this::all);
    }

    private ManagementResponse all(ManagementCall call) {
        List<QuotaRule> rules =
                rules(call.organizationId()).stream()
                        .sorted(Comparator.comparing(QuotaRule::name))
                        .toList();
        List<QuotaStates.QuotaState> standing =
                states.of(rules.stream().map(rule -> new QuotaStates.Member(rule, "")).toList());
        ObjectNode envelope = Json.object().put("object", "list");
        ArrayNode data = envelope.putArray("data");
        for (int i = 0; i < rules.size(); i++) {
            data.add(json(rules.get(i), standing.get(i), call.now()));
        }
        return ManagementResponse.ok(envelope.put("has_more", false).putNull("next_cursor"));
    }

    private ManagementResponse state(ManagementCall call) {
        QuotaRule rule = rule(call.organizationId(), call.parameter("id"));
        if (call.request().query("member").isPresent()) {
            throw Fault.invalid(
                            "The quota '" + rule.name() + "' has one window: leave out 'member'.",
                            "member")
                    .asException();
        }
        return ManagementResponse.ok(json(rule, states.of(rule, ""), call.now()));
    }

    private static ObjectNode json(QuotaRule rule, QuotaStates.QuotaState state, Instant now) {
        return Json.object()
                .put("object", "quota_state")
                .put("quota", rule.id())
                .put("name", rule.name())
                .put("unit", rule.unit().wireName())
                .put("limit", Json.decimal(state.limit()))
                .put("used", Json.decimal(state.used()))
                .put("held", Json.decimal(state.held()))
                .put("remaining", Json.decimal(state.remaining()))
                .put("starts_at", Json.time(state.startsAt()))
                .put("resets_at", Json.time(state.resetsAt()))
                .put("in_force", Json.decimal(state.inForce()))
                .put("forecast", Json.decimal(state.forecast(now).orElse(null)))
                .put("runs_out_at", Json.time(state.runsOut(now).orElse(null)));
    }

    private List<QuotaRule> rules(String organizationId) {
        Organization organization = snapshots.current().organizations().get(organizationId);
        return organization == null ? List.of() : organization.rules();
    }

    /// By id, else by name, as the data plane applies it now.
    private QuotaRule rule(String organizationId, String reference) {
        List<QuotaRule> rules = rules(organizationId);
        return rules.stream()
                .filter(rule -> rule.id().equals(reference))
                .findFirst()
                .or(() -> rules.stream().filter(rule -> rule.name().equals(reference)).findFirst())
                .orElseThrow(() ->
                        Fault.of(FaultCode.NOT_FOUND, "There is no quota '" + reference + "'.")
                                .asException());
    }
}
