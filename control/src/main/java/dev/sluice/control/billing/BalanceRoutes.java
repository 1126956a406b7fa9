package dev.sluice.control.billing;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.ledger.books.Wallets;
import dev.sluice.ledger.reading.BurnRate;
import dev.sluice.store.Database;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// `GET /admin/v1/balance`.
public final class BalanceRoutes {

    private static final Shape BURN =
            Shape.object("BurnRate")
                    .time("from", "what is measured begins; null: nothing was spent lately")
                    .decimal("spent", "since then")
                    .decimal("per_day", "at that pace")
                    .time("runs_out_at", "when calls stop at that pace, or null")
                    .nullable("from", "runs_out_at");

    private static final Shape BALANCE =
            Shape.object("Balance")
                    .word("object", "always `balance`", "balance")
                    .text("currency", "of the account")
                    .decimal("balance", "what was paid in and not used, `held` included")
                    .decimal("held", "for calls in flight")
                    .decimal("available", "`balance` − `held`; below zero only on credit")
                    .word("mode", "when it pays", "prepaid", "postpaid")
                    .decimal("credit_limit", "how far `available` may go below zero")
                    .nested("burn", BURN, "how fast it is spent");

    private final Database database;
    private final Wallets wallets;
    private final BurnRate burn;
    private final TermsStore terms = new TermsStore();

    public BalanceRoutes(Database database, Wallets wallets, BurnRate burn) {
        this.database = database;
        this.wallets = wallets;
        this.burn = burn;
    }

    public void register(Router router) {
        router.add(
                "GET",
                "/admin/v1/balance",
                Access.any(Right.USAGE_VIEW, Right.BILLING_MANAGE, Right.AUDIT_READ),
                RouteDoc.of("money", "What the organization has").answers(200, BALANCE),
                this::balance);
    }

    private ManagementResponse balance(ManagementCall call) {
        String organization = call.organizationId();
        Wallets.WalletBalance balance = wallets.balance(organization);
        TermsStore.Terms agreed = database.read(sql -> terms.of(sql, organization));
        BurnRate.Pace pace = burn.of(organization, call.now());
        return ManagementResponse.ok(
                Json.object()
                        .put("object", "balance")
                        .put("currency", balance.currency())
                        .put("balance", Json.decimal(balance.balance()))
                        .put("held", Json.decimal(balance.held()))
                        .put("available", Json.decimal(balance.available()))
                        .put("mode", agreed.mode())
                        .put("credit_limit", Json.decimal(agreed.creditLimit()))
                        .set(
                                "burn",
                                burn(
                                        pace,
                                        pace.runsOut(
                                                balance.available().add(agreed.creditLimit()),
                                                call.now()))));
    }

    private static ObjectNode burn(BurnRate.Pace pace, @Nullable Instant runsOutAt) {
        return Json.object()
                .put("from", Json.time(pace.from()))
                .put("spent", Json.decimal(pace.spent()))
                .put("per_day", Json.decimal(pace.perDay()))
                .put("runs_out_at", Json.time(runsOutAt));
    }
}
