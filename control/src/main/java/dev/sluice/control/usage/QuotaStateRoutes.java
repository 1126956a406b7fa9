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
import dev.sluice.ledger.QuotaStates;
import dev.sluice.policy.Organization;
import dev.sluice.policy.SnapshotSource;
import java.util.List;

/// `GET /admin/v1/quotas/{id}/state`: where the rule's open window stands.
public final class QuotaStateRoutes {

    private static final Shape STATE =
            Shape.object("QuotaState")
                    .word("object", "always `quota_state`", "quota_state")
                    .text("quota", "id of the rule")
                    .text("unit", "of the amounts")
                    .decimal("limit", "in the rule's unit")
                    .decimal("used", "settled in the open window")
                    .decimal("held", "for calls in flight")
                    .decimal("remaining", "what a call may still take")
                    .time("resets_at", "when the window ends; null when it never does")
                    .decimal("in_force", "the limit that calls are measured against now")
                    .nullable("resets_at");

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
    }

    private ManagementResponse state(ManagementCall call) {
        QuotaRule rule = rule(call.organizationId(), call.parameter("id"));
        if (call.request().query("member").isPresent()) {
            throw Fault.invalid(
                            "The quota '" + rule.name() + "' has one window: leave out 'member'.",
                            "member")
                    .asException();
        }
        QuotaStates.QuotaState state = states.of(rule, "");
        return ManagementResponse.ok(
                Json.object()
                        .put("object", "quota_state")
                        .put("quota", rule.id())
                        .put("unit", rule.unit().wireName())
                        .put("limit", Json.decimal(state.limit()))
                        .put("used", Json.decimal(state.used()))
                        .put("held", Json.decimal(state.held()))
                        .put("remaining", Json.decimal(state.remaining()))
                        .put("resets_at", Json.time(state.resetsAt()))
                        .put("in_force", Json.decimal(state.inForce())));
    }

    /// By id, else by name, as the data plane applies it now.
    private QuotaRule rule(String organizationId, String reference) {
        Organization organization = snapshots.current().organizations().get(organizationId);
        List<QuotaRule> rules = organization == null ? List.of() : organization.rules();
        return rules.stream()
                .filter(rule -> rule.id().equals(reference))
                .findFirst()
                .or(() -> rules.stream().filter(rule -> rule.name().equals(reference)).findFirst())
                .orElseThrow(() ->
                        Fault.of(FaultCode.NOT_FOUND, "There is no quota '" + reference + "'.")
                                .asException());
    }
}
