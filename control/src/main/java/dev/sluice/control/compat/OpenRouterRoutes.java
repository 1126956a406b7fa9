package dev.sluice.control.compat;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.http.Handler;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.ledger.books.Account;
import dev.sluice.ledger.call.StoredCall;
import dev.sluice.ledger.reading.Calls;
import dev.sluice.ledger.reading.LedgerEntries;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Model;
import dev.sluice.policy.Offer;
import dev.sluice.policy.Organization;
import dev.sluice.policy.Policy;
import dev.sluice.policy.Snapshot;
import dev.sluice.policy.SnapshotSource;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// `GET /api/v1/{models,credits,key,generation}` as OpenRouter has them.
final class OpenRouterRoutes {

    private static final Shape CREDITS =
            data(
                    "RouterCredits",
                    Shape.object("RouterCreditsFigures")
                            .number("total_credits", "US dollars ever paid in")
                            .number("total_usage", "US dollars ever taken out"));
    private static final Shape RATE =
            Shape.object("RouterRateLimit")
                    .number("requests", "in the interval; -1 for no limit")
                    .text("interval", "always `1m`")
                    .text("note", "of that shape");
    private static final Shape FREE =
            Shape.object("RouterFreeRequests")
                    .whole("limit", "always 0: no model is free by the day")
                    .whole("used", "always 0")
                    .whole("remaining", "always 0");
    private static final Shape KEY =
            data(
                    "RouterKey",
                    Shape.object("RouterKeyFigures")
                            .text("label", "of the key, or who holds the credential")
                            .number("limit", "US dollars, of the tightest quota; null: none")
                            .number("limit_remaining", "of it; null: no limit")
                            .word("limit_reset", "or null", "daily", "weekly", "monthly")
                            .flag("include_byok_in_limit", "always false")
                            .number("usage", "US dollars ever charged")
                            .number("usage_daily", "since midnight UTC")
                            .number("usage_weekly", "since Monday, UTC")
                            .number("usage_monthly", "since the first of the month, UTC")
                            .number("byok_usage", "always 0")
                            .number("byok_usage_daily", "always 0")
                            .number("byok_usage_weekly", "always 0")
                            .number("byok_usage_monthly", "always 0")
                            .flag("is_free_tier", "always false")
                            .flag("is_management_key", "whether it is no key for models")
                            .flag("is_provisioning_key", "the same under its older name")
                            .time("expires_at", "or null")
                            .nested("rate_limit", RATE, "of calls")
                            .nested("free_model_daily_requests", FREE, "of that shape")
                            .texts("allowed_data_regions", "always `global`: models decide")
                            .text("organization_id", "whose it is")
                            .text("creator_user_id", "always null")
                            .text("workspace_id", "always null")
                            .nullable("limit", "limit_remaining", "limit_reset", "expires_at")
                            .nullable("creator_user_id", "workspace_id"));

    private static final Shape LINKS =
            Shape.object("RouterModelsLinks")
                    .text("next", "always null: all are on one page")
                    .nullable("next");

    private static final Access ANYBODY = Access.caller();
    private static final Access USAGE = Access.caller(Right.USAGE_VIEW);
    private static final Access MONEY =
            Access.caller(Right.USAGE_VIEW, Right.BILLING_MANAGE, Right.AUDIT_READ);

    private static final BigDecimal NO_LIMIT = BigDecimal.ONE.negate();

    private final Door door;
    private final SnapshotSource snapshots;
    private final Spending spending;
    private final LedgerEntries entries;
    private final Calls calls;

    OpenRouterRoutes(
            Door door,
            SnapshotSource snapshots,
            Spending spending,
            LedgerEntries entries,
            Calls calls) {
        this.door = door;
        this.snapshots = snapshots;
        this.spending = spending;
        this.entries = entries;
        this.calls = calls;
    }

    private static Shape data(String name, Shape inner) {
        return Shape.object(name).nested("data", inner, "the figures");
    }

    void register(Router router) {
        add(
                router,
                "models",
                ANYBODY,
                RouteDoc.of("compatible", "Models this caller may call, with prices")
                        .query("input_modalities", "only models that read all of these")
                        .query("output_modalities", "only models that make one of these, or `all`")
                        .query("supported_parameters", "only models that heed all of these")
                        .query("q", "part of the name, in any case")
                        .answers(
                                200,
                                Shape.object("RouterModels")
                                        .listOf("data", OpenRouterModel.SHAPE, "by name")
                                        .whole("total_count", "how many there are")
                                        .nested("links", LINKS, "of the pages")),
                this::models);
        add(
                router,
                "credits",
                MONEY,
                RouteDoc.of(
                                "compatible",
                                "What the organization paid in and took out; for management"
                                        + " credentials")
                        .answers(200, CREDITS),
                this::credits);
        add(
                router,
                "key",
                ANYBODY,
                RouteDoc.of("compatible", "What this key has spent and may spend")
                        .answers(200, KEY),
                this::key);
        // its older name, which many clients ask for
        add(
                router,
                "auth/key",
                ANYBODY,
                RouteDoc.of("compatible", "The same as /api/v1/key, by its older name")
                        .answers(200, KEY),
                this::key);
        add(
                router,
                "generation",
                USAGE,
                RouteDoc.of("compatible", "One call of this key: what it used and cost")
                        .query("id", "its `x-request-id`, or the provider's own id of it")
                        .answers(200, data("RouterGeneration", Generation.SHAPE)),
                this::generation);
    }

    private static void add(
            Router router, String name, Access access, RouteDoc doc, Handler handler) {
        router.add("GET", "/api/v1/" + name, access, doc, handler);
    }

    private ManagementResponse models(ManagementCall call) {
        Snapshot snapshot = snapshots.current();
        Visitor visitor = door.visitor(call, ANYBODY);
        Organization organization = visitor.organization();
        Collection<Model> shown =
                switch (visitor) {
                    case Visitor.OfKey(KeyEntry key, Organization _) ->
                            Policy.callable(key, organization);
                    case Visitor.Managing _ ->
                            organization.models().values().stream()
                                    .sorted(Comparator.comparing(Model::name))
                                    .toList();
                };
        BigDecimal multiply =
                switch (visitor) {
                    case Visitor.OfKey(KeyEntry key, Organization _) ->
                            organization.multiplyFor(key.teamId(), key.plan());
                    case Visitor.Managing _ -> organization.multiply();
                };
        List<ObjectNode> found =
                shown.stream()
                        .map(model -> Offer.of(organization, model, snapshot, call.now()))
                        .map(offer -> OpenRouterModel.of(offer, multiply))
                        .toList();
        return ManagementResponse.ok(ModelsQuery.of(call.request()).page(found));
    }

    /// The wallet's two sides: their difference is the balance.
    private ManagementResponse credits(ManagementCall call) {
        if (!(door.visitor(call, MONEY) instanceof Visitor.Managing managing)) {
            throw Fault.of(
                            FaultCode.PERMISSION_DENIED,
                            "Credits are the organization's: ask with a management credential."
                                    + " What this key may spend is at /api/v1/key.")
                    .asException();
        }
        Optional<LedgerEntries.AccountBalance> wallet =
                entries.accounts(managing.organization().id()).stream()
                        .filter(account -> account.account() == Account.WALLET)
                        .findFirst();
        ObjectNode data = Json.object();
        data.set(
                "total_credits",
                Exact.number(
                        wallet.map(LedgerEntries.AccountBalance::credits).orElse(BigDecimal.ZERO)));
        data.set(
                "total_usage",
                Exact.number(
                        wallet.map(LedgerEntries.AccountBalance::debits).orElse(BigDecimal.ZERO)));
        return enveloped(data);
    }

    private ManagementResponse key(ManagementCall call) {
        return switch (door.visitor(call, ANYBODY)) {
            case Visitor.OfKey(KeyEntry key, Organization organization) ->
                    enveloped(
                            figures(
                                    organization,
                                    key.label(),
                                    spending.ofKey(key, call.now()),
                                    spending.ceiling(key, organization),
                                    Spending.callsPerMinute(key, organization),
                                    false,
                                    key.notAfter()));
            case Visitor.Managing(var actor, Organization organization) ->
                    enveloped(
                            figures(
                                    organization,
                                    actor.name(),
                                    new Spending.Spent(
                                            BigDecimal.ZERO,
                                            BigDecimal.ZERO,
                                            BigDecimal.ZERO,
                                            BigDecimal.ZERO),
                                    Optional.empty(),
                                    Optional.empty(),
                                    true,
                                    null));
        };
    }

    private static ObjectNode figures(
            Organization organization,
            String label,
            Spending.Spent spent,
            Optional<Spending.Ceiling> ceiling,
            Optional<BigDecimal> perMinute,
            boolean management,
            @Nullable Instant expires) {
        ObjectNode data = Json.object().put("label", label);
        if (ceiling.isPresent()) {
            data.set("limit", Exact.number(ceiling.get().rule().limit()));
            data.set("limit_remaining", Exact.number(ceiling.get().remaining()));
        } else {
            data.putNull("limit").putNull("limit_remaining");
        }
        data.put("limit_reset", ceiling.map(Spending.Ceiling::reset).orElse(null));
        data.put("include_byok_in_limit", false);
        data.set("usage", Exact.number(spent.ever()));
        data.set("usage_daily", Exact.number(spent.day()));
        data.set("usage_weekly", Exact.number(spent.week()));
        data.set("usage_monthly", Exact.number(spent.month()));
        data.put("byok_usage", 0).put("byok_usage_daily", 0);
        data.put("byok_usage_weekly", 0).put("byok_usage_monthly", 0);
        data.put("is_free_tier", false);
        data.put("is_management_key", management).put("is_provisioning_key", management);
        data.put("expires_at", Json.time(expires));
        data.putObject("rate_limit")
                .put("interval", "1m")
                .put("note", "")
                .set("requests", Exact.number(perMinute.orElse(NO_LIMIT)));
        data.putObject("free_model_daily_requests")
                .put("limit", 0)
                .put("used", 0)
                .put("remaining", 0);
        data.putArray("allowed_data_regions").add("global");
        data.put("organization_id", organization.id());
        data.putNull("creator_user_id").putNull("workspace_id");
        return data;
    }

    private ManagementResponse generation(ManagementCall call) {
        Visitor visitor = door.visitor(call, USAGE);
        String id =
                call.request()
                        .query("id")
                        .orElseThrow(() ->
                                Fault.invalid("'id' is required: an x-request-id.", "id")
                                        .asException());
        StoredCall found =
                find(visitor.organization().id(), id)
                        .filter(stored -> mayBeSeen(stored, visitor))
                        .orElseThrow(() ->
                                Fault.of(
                                                FaultCode.NOT_FOUND,
                                                "There is no call '%s'. Ask with its x-request-id."
                                                        .formatted(id))
                                        .asException());
        return enveloped(Generation.of(found));
    }

    private Optional<StoredCall> find(String organizationId, String id) {
        return calls.get(organizationId, id).or(() -> byProvider(organizationId, id));
    }

    private Optional<StoredCall> byProvider(String organizationId, String id) {
        Calls.Filter filter = Calls.Filter.ofProviderRequest(id);
        return calls.list(organizationId, filter, null, 1).data().stream().findFirst();
    }

    private static boolean mayBeSeen(StoredCall stored, Visitor visitor) {
        Attribution who = stored.attribution();
        return switch (visitor) {
            case Visitor.OfKey(KeyEntry key, Organization _) ->
                    who != null && key.id().equals(who.keyId());
            case Visitor.Managing _ -> true;
        };
    }

    private static ManagementResponse enveloped(ObjectNode data) {
        ObjectNode answer = Json.object();
        answer.set("data", data);
        return ManagementResponse.ok(answer);
    }
}
