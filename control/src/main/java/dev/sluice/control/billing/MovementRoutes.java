package dev.sluice.control.billing;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.config.Changes;
import dev.sluice.control.config.Edit;
import dev.sluice.control.http.CursorPage;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.ledger.books.Kind;
import dev.sluice.ledger.books.Wallets;
import dev.sluice.ledger.reading.LedgerEntries;
import java.math.BigDecimal;
import java.util.function.BiFunction;

/// Money that people move: `topups`, `refunds` and `adjustments`, each unique by its reference. The
/// booking, its audit row and the finished `Idempotency-Key` are one transaction.
public final class MovementRoutes {

    private static final Access READ =
            Access.any(Right.USAGE_VIEW, Right.BILLING_MANAGE, Right.AUDIT_READ);
    private static final Access BOOK = Access.any(Right.BILLING_MANAGE);

    private static final Shape TOP_UP =
            Shape.object("TopUpRequest")
                    .decimal("amount", "above zero")
                    .text("reference", "unique; the same reference again is the same top-up")
                    .text("note", "why")
                    .require("amount", "reference");

    private static final Shape REFUND =
            Shape.object("RefundRequest")
                    .text("request_id", "the call that was charged")
                    .decimal("amount", "above zero, at most what is left of the charge")
                    .text("reason", "why")
                    .text("reference", "unique among refunds")
                    .require("request_id", "amount", "reason", "reference");

    private static final Shape ADJUSTMENT =
            Shape.object("AdjustmentRequest")
                    .decimal("amount", "what is added; below zero takes away")
                    .text("reason", "why")
                    .text("reference", "unique among adjustments")
                    .require("amount", "reason", "reference");

    private final Wallets wallets;
    private final LedgerEntries entries;
    private final Changes changes;

    public MovementRoutes(Wallets wallets, LedgerEntries entries, Changes changes) {
        this.wallets = wallets;
        this.entries = entries;
        this.changes = changes;
    }

    public void register(Router router) {
        add(router, "topups", Kind.TOPUP, "Top up the balance", TOP_UP, this::topUp);
        add(router, "refunds", Kind.REFUND, "Give back a charge", REFUND, this::refund);
        add(
                router,
                "adjustments",
                Kind.ADJUSTMENT,
                "Correct the balance by hand",
                ADJUSTMENT,
                this::adjust);
    }

    private void add(
            Router router,
            String name,
            Kind kind,
            String summary,
            Shape body,
            BiFunction<Edit, Fields, Wallets.Movement> booking) {
        String path = "/admin/v1/" + name;
        router.add(
                "GET",
                path,
                READ,
                RouteDoc.of("money", "The organization's " + name + ", newest first")
                        .listOf(MovementJson.MOVEMENT),
                call -> list(call, kind));
        router.add(
                "POST",
                path,
                BOOK,
                RouteDoc.of("money", summary)
                        .takes(body)
                        .answers(201, MovementJson.MOVEMENT)
                        .repeatably(),
                call -> book(call, booking));
    }

    private ManagementResponse list(ManagementCall call, Kind kind) {
        LedgerEntries.Filter filter = LedgerEntries.Filter.ALL.withKind(kind);
        return CursorPage.answer(
                entries.entries(
                        call.organizationId(),
                        filter,
                        CursorPage.cursor(call.request()),
                        CursorPage.limit(call.request())),
                MovementJson::movement);
    }

    /// 201 for what was booked; 200 with the first answer for a reference that was booked before.
    private ManagementResponse book(
            ManagementCall call, BiFunction<Edit, Fields, Wallets.Movement> booking) {
        Fields fields = Fields.ofBody(call.request());
        return changes.book(
                call,
                edit -> {
                    Wallets.Movement movement = booking.apply(edit, fields);
                    var shown = MovementJson.movement(movement.entry());
                    if (movement.repeated()) {
                        return ManagementResponse.ok(shown);
                    }
                    edit.record(
                            "create",
                            movement.entry().kind().wireName(),
                            edit.organizationId(),
                            movement.entry().id(),
                            movement.entry().reference(),
                            null,
                            shown);
                    return ManagementResponse.json(201, shown);
                });
    }

    private Wallets.Movement topUp(Edit edit, Fields fields) {
        BigDecimal amount = positive(fields);
        String reference = fields.name("reference");
        String note = fields.textOrNull("note");
        fields.done();
        return wallets.topUp(
                edit.sql(), edit.organizationId(), amount, reference, note, edit.actor().name());
    }

    private Wallets.Movement refund(Edit edit, Fields fields) {
        String requestId = fields.name("request_id");
        BigDecimal amount = positive(fields);
        String reason = fields.text("reason");
        String reference = fields.name("reference");
        fields.done();
        return wallets.refund(
                edit.sql(),
                edit.organizationId(),
                requestId,
                amount,
                reason,
                reference,
                edit.actor().name());
    }

    private Wallets.Movement adjust(Edit edit, Fields fields) {
        BigDecimal amount =
                fields.decimal("amount").orElseThrow(() -> fields.wrong("amount", "is required."));
        if (amount.signum() == 0) {
            throw fields.wrong("amount", "must not be zero.");
        }
        String reason = fields.text("reason");
        String reference = fields.name("reference");
        fields.done();
        if (amount.signum() < 0) {
            wallets.recall(edit.organizationId());
        }
        return wallets.adjust(
                edit.sql(), edit.organizationId(), amount, reason, reference, edit.actor().name());
    }

    private static BigDecimal positive(Fields fields) {
        BigDecimal amount = fields.requiredAmount("amount");
        if (amount.signum() == 0) {
            throw fields.wrong("amount", "must be above zero.");
        }
        return amount;
    }
}
