package dev.sluice.control.billing;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.config.Changes;
import dev.sluice.control.http.CursorPage;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.EscrowReport;
import dev.sluice.ledger.escrow.PostgresEscrowStore;
import dev.sluice.ledger.reading.Page;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// `GET /admin/v1/escrow` and `POST /admin/v1/escrow/{replica}/write-off`.
public final class EscrowRoutes {

    private static final Shape SLICE =
            Shape.object("EscrowSlice")
                    .word("object", "always `escrow_slice`", "escrow_slice")
                    .text("replica", "its id, `SLUICE_REPLICA`")
                    .whole("epoch", "which of its lives")
                    .word(
                            "state",
                            "of that life; jobs have one of their own",
                            "open",
                            "ended",
                            "written_off",
                            "jobs")
                    .time("seen_at", "when it was last heard of")
                    .text("rule", "id of the quota rule; null for the account")
                    .text("member", "of a rule with `per`, else empty")
                    .text("unit", "of the amounts")
                    .time("window_start", "of the window; null for the account")
                    .decimal("amount", "taken, and neither booked nor given back")
                    .decimal("held", "of it by open calls")
                    .nullable("rule", "window_start");

    private static final Shape WRITE_OFF =
            Shape.object("EscrowWriteOff")
                    .text("reason", "why the replica will not come back with its journal")
                    .require("reason");

    private static final Shape WRITTEN_OFF =
            Shape.object("EscrowWrittenOff")
                    .text("replica", "its id")
                    .whole("epochs", "lives that were written off");

    private final EscrowReport report;
    private final PostgresEscrowStore store;
    private final Changes changes;

    public EscrowRoutes(EscrowReport report, PostgresEscrowStore store, Changes changes) {
        this.report = report;
        this.store = store;
        this.changes = changes;
    }

    public void register(Router router) {
        router.add(
                "GET",
                "/admin/v1/escrow",
                Access.any(Right.USAGE_VIEW, Right.BILLING_MANAGE, Right.AUDIT_READ),
                RouteDoc.of("money", "What each replica holds of the organization's money")
                        .listOf(SLICE),
                call ->
                        CursorPage.answer(
                                new Page<>(report.of(call.organizationId()), null),
                                EscrowRoutes::shown));
        router.add(
                "POST",
                "/admin/v1/escrow/{replica}/write-off",
                Access.any(Right.BILLING_MANAGE),
                RouteDoc.of(
                                "money",
                                "Give up a replica whose journal is lost: what it held returns, and"
                                        + " what it still tells is the operator's")
                        .takes(WRITE_OFF)
                        .answers(200, WRITTEN_OFF),
                this::writeOff);
    }

    private static ObjectNode shown(EscrowReport.Held held) {
        return Json.object()
                .put("object", "escrow_slice")
                .put("replica", held.epoch().replica())
                .put("epoch", held.epoch().number())
                .put("state", held.state())
                .put("seen_at", held.seenAt().toString())
                .put("rule", held.rule().isEmpty() ? null : held.rule())
                .put("member", held.member())
                .put("unit", held.unit())
                .put(
                        "window_start",
                        held.windowStart() == null ? null : held.windowStart().toString())
                .put("amount", Json.decimal(held.amount()))
                .put("held", Json.decimal(held.held()));
    }

    private ManagementResponse writeOff(ManagementCall call) {
        if (!call.actor().isInstallation()) {
            throw Fault.of(
                            FaultCode.NOT_FOUND,
                            "No replica of this organization alone: they serve every organization,"
                                    + " and the installation's own key (SLUICE_ADMIN_KEY) writes"
                                    + " them off.")
                    .asException();
        }
        String replica = call.parameter("replica");
        Fields fields = Fields.ofBody(call.request());
        String reason = fields.text("reason");
        fields.done();
        return changes.book(
                call,
                edit -> {
                    List<Epoch> epochs = store.openBefore(replica, Long.MAX_VALUE);
                    long writtenOff = 0;
                    for (Epoch epoch : epochs) {
                        if (store.writeOff(epoch, reason, call.actor().name())) {
                            writtenOff++;
                        }
                    }
                    if (writtenOff == 0) {
                        throw Fault.of(
                                        FaultCode.CONFLICT,
                                        epochs.isEmpty()
                                                ? "No replica of this name has anything open."
                                                : "The replica was heard of within the last two"
                                                        + " minutes and may still spend. Stop it,"
                                                        + " and try again then.")
                                .asException();
                    }
                    ObjectNode after =
                            Json.object().put("replica", replica).put("epochs", writtenOff);
                    edit.record(
                            "write_off",
                            "replica",
                            call.organizationId(),
                            replica,
                            reason,
                            null,
                            after);
                    return ManagementResponse.ok(after);
                });
    }
}
