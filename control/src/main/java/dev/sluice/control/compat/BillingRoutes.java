package dev.sluice.control.compat;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.QueryTimes;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.Fault;
import dev.sluice.ledger.books.Wallets;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Organization;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// `GET /v1/dashboard/billing/{subscription,usage}`: what chat front ends show as a balance, as
/// new-api answers it.
final class BillingRoutes {

    /// What that shape says of a key without a limit.
    private static final BigDecimal UNLIMITED = new BigDecimal("100000000");

    private static final Access ACCESS = Access.caller(Right.USAGE_VIEW, Right.BILLING_MANAGE);

    private static final int CENTS_DIGITS = 2;

    private static final Shape SUBSCRIPTION =
            Shape.object("BillingSubscription")
                    .word("object", "always `billing_subscription`", "billing_subscription")
                    .flag("has_payment_method", "always true")
                    .number("soft_limit_usd", "the same as the hard one")
                    .number(
                            "hard_limit_usd",
                            "what was ever charged and what may still be; 100000000 for a key"
                                    + " without a limit")
                    .number("system_hard_limit_usd", "the same")
                    .whole("access_until", "seconds since 1970; 0 for ever");
    private static final Shape USAGE =
            Shape.object("BillingUsage")
                    .word("object", "always `list`", "list")
                    .number("total_usage", "US cents that were charged");

    private final Door door;
    private final Spending spending;
    private final Wallets wallets;

    BillingRoutes(Door door, Spending spending, Wallets wallets) {
        this.door = door;
        this.spending = spending;
        this.wallets = wallets;
    }

    /// Front ends ask with and without the version.
    void register(Router router) {
        for (String root : List.of("/v1", "")) {
            register(router, root + "/dashboard/billing/");
        }
    }

    private void register(Router router, String root) {
        router.add(
                "GET",
                root + "subscription",
                ACCESS,
                RouteDoc.of("compatible", "What this key, or the organization, may spend")
                        .answers(200, SUBSCRIPTION),
                this::subscription);
        router.add(
                "GET",
                root + "usage",
                ACCESS,
                RouteDoc.of("compatible", "What this key, or the organization, has spent")
                        .query("start_date", "a date, UTC; default the beginning")
                        .query("end_date", "the date after the last, UTC; default now")
                        .answers(200, USAGE),
                this::usage);
    }

    private ManagementResponse subscription(ManagementCall call) {
        Instant now = call.now();
        return switch (door.visitor(call, ACCESS)) {
            case Visitor.OfKey(KeyEntry key, Organization organization) ->
                    limits(
                            spending.ceiling(key, organization)
                                    .map(ceiling -> spent(key, now).add(ceiling.remaining()))
                                    .orElse(UNLIMITED),
                            key.notAfter());
            case Visitor.Managing managing -> {
                Organization organization = managing.organization();
                BigDecimal left =
                        wallets.balance(organization.id())
                                .available()
                                .add(organization.creditLimit())
                                .max(BigDecimal.ZERO);
                yield limits(
                        left.add(spending.between(organization.id(), null, Instant.EPOCH, now)),
                        null);
            }
        };
    }

    private BigDecimal spent(KeyEntry key, Instant now) {
        return spending.between(key.organizationId(), key, Instant.EPOCH, now);
    }

    private static ManagementResponse limits(BigDecimal limit, @Nullable Instant until) {
        ObjectNode answer = Json.object().put("object", "billing_subscription");
        answer.put("has_payment_method", true);
        answer.set("soft_limit_usd", Exact.number(limit));
        answer.set("hard_limit_usd", Exact.number(limit));
        answer.set("system_hard_limit_usd", Exact.number(limit));
        return ManagementResponse.ok(
                answer.put("access_until", until == null ? 0 : until.getEpochSecond()));
    }

    private ManagementResponse usage(ManagementCall call) {
        Visitor visitor = door.visitor(call, ACCESS);
        Instant from =
                QueryTimes.instant(call.request(), "start_date", ZoneOffset.UTC)
                        .orElse(Instant.EPOCH);
        Instant to =
                QueryTimes.instant(call.request(), "end_date", ZoneOffset.UTC).orElse(call.now());
        if (to.isBefore(from)) {
            throw Fault.invalid("'end_date' must not be before 'start_date'.", "end_date")
                    .asException();
        }
        KeyEntry key = visitor instanceof Visitor.OfKey(KeyEntry of, Organization _) ? of : null;
        BigDecimal usd = spending.between(visitor.organization().id(), key, from, to);
        ObjectNode answer = Json.object().put("object", "list");
        answer.set("total_usage", Exact.number(usd.movePointRight(CENTS_DIGITS)));
        return ManagementResponse.ok(answer);
    }
}
