package dev.sluice.control.explain;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Organization;
import dev.sluice.policy.Snapshot;
import dev.sluice.policy.SnapshotSource;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// `POST /admin/v1/estimate` and `POST /admin/v1/explain`. A credential that sees its own things
/// alone may ask about its own keys alone.
public final class ExplainRoutes {

    /// How far `at` may differ from now and still mean now.
    private static final Duration NOW = Duration.ofMinutes(1);

    private static final Shape ESTIMATE_REQUEST =
            Shape.object("EstimateRequest")
                    .text("endpoint", "the path of the call, such as `/v1/chat/completions`")
                    .any(
                            "body",
                            "the body of the call, as it would be sent; of a transcription the"
                                    + " fields, and `seconds` instead of `file`")
                    .text("key", "id or label; absent = anybody of the organization")
                    .require("endpoint", "body");

    private static final Shape REFUSAL =
            Shape.object("Refusal")
                    .whole("status", "the HTTP status the call would get")
                    .text("code", "as in errors")
                    .text("message", "why, and what to do")
                    .others();
    private static final Shape RULE =
            Shape.object("RuleStanding")
                    .text("id", "of the quota")
                    .text("name", "of the quota")
                    .map("scope", "which calls it counts", "string")
                    .text("unit", "of the amounts")
                    .decimal("limit", "in the unit")
                    .decimal("used", "settled in the open window")
                    .decimal("held", "for calls in flight")
                    .decimal("remaining", "what a call may still take")
                    .decimal("estimate", "what this call would hold")
                    .time("resets_at", "when the window ends; null when it never does")
                    .flag("shadow", "counts and never refuses")
                    .flag("fits", "whether this rule alone would let the call go")
                    .nullable("resets_at");
    private static final Shape CANDIDATE =
            Shape.object("EstimateCandidate")
                    .text("upstream", "by name")
                    .text("model", "the upstream's name of it")
                    .text("note", "why it was taken or skipped");
    private static final Shape FUNDS =
            Shape.object("FundsStanding")
                    .text("currency", "of the account")
                    .decimal("balance", "held included")
                    .decimal("held", "for calls in flight")
                    .decimal("available", "balance − held")
                    .decimal("credit_limit", "how far it may go below zero")
                    .flag("fits", "whether the account could carry the call");
    private static final Shape REASON =
            Shape.object("Reason")
                    .text("rule", "which rule spoke")
                    .text("effect", "what it said")
                    .text("why", "in words");
    private static final Shape ESTIMATE =
            Shape.object("Estimate")
                    .word("object", "always `estimate`", "estimate")
                    .text("model", "the public name asked for")
                    .flag("allowed", "whether the call would pass now")
                    .nested("refusal", REFUSAL, "what the call would be told, or null")
                    .listOf(
                            "rules",
                            RULE,
                            "every matching quota with its state and whether it fits")
                    .nested("balance", FUNDS, "the account")
                    .listOf(
                            "candidates",
                            CANDIDATE,
                            "the targets and why each was taken or skipped")
                    .decimal("worst_case_usd", "no such call costs more")
                    .decimal("expected_usd", "what it will probably cost")
                    .word(
                            "expected_basis",
                            "what `expected_usd` rests on",
                            "past_calls",
                            "prompt_size",
                            "worst_case")
                    .decimal("hold_usd", "what would be held now; null when refused")
                    .whole("max_input_tokens", "no such call has more")
                    .whole("max_output_tokens", "the most it may be granted")
                    .whole("granted_output_tokens", "what would be granted now")
                    .decimal("multiply", "the price rule that applies")
                    .text("price_version", "it would be priced by")
                    .nullable(
                            "refusal",
                            "worst_case_usd",
                            "expected_usd",
                            "hold_usd",
                            "granted_output_tokens",
                            "price_version")
                    .optional(
                            "balance",
                            "expected_basis",
                            "hold_usd",
                            "max_input_tokens",
                            "max_output_tokens",
                            "granted_output_tokens",
                            "multiply",
                            "price_version");

    private static final Shape EXPLAIN_REQUEST =
            Shape.object("ExplainRequest")
                    .text("key", "id or label; or")
                    .text("caller", "`user:…` or `service:…`")
                    .text("model", "the public name")
                    .text("action", String.join(", ", Explainer.actions()))
                    .text("data_class", "of what would be sent")
                    .text("environment", "where")
                    .time("at", "only now, so far")
                    .require("model", "action");

    private static final Shape EXPLANATION =
            Shape.object("Explanation")
                    .word("object", "always `explanation`", "explanation")
                    .flag("allowed", "whether it may")
                    .text("decided_by", "the first rule that refuses, or null")
                    .listOf("reasons", REASON, "in the order in which a call meets them")
                    .text("ask", "what to ask for and whom, or null")
                    .text("key", "the key it was decided for, or null")
                    .text("model", "as asked")
                    .text("action", "as asked")
                    .nullable("decided_by", "ask", "key");

    private final SnapshotSource snapshots;
    private final FactsDecoder decoder;
    private final KeyRegister keys;
    private final Estimator estimator;
    private final Explainer explainer;

    public ExplainRoutes(
            SnapshotSource snapshots,
            FactsDecoder decoder,
            KeyRegister keys,
            Estimator estimator,
            Explainer explainer) {
        this.snapshots = snapshots;
        this.decoder = decoder;
        this.keys = keys;
        this.estimator = estimator;
        this.explainer = explainer;
    }

    public void register(Router router) {
        Access access = Access.anyOrOwn(Right.USAGE_VIEW, Right.ADMIN, Right.KEYS_MANAGE);
        router.add(
                "POST",
                "/admin/v1/estimate",
                access,
                RouteDoc.of("policy", "Would this call pass, and what would it cost?")
                        .takes(ESTIMATE_REQUEST)
                        .answers(200, ESTIMATE),
                this::estimate);
        router.add(
                "POST",
                "/admin/v1/explain",
                access,
                RouteDoc.of("policy", "May this caller do this, and why?")
                        .takes(EXPLAIN_REQUEST)
                        .answers(200, EXPLANATION),
                this::explain);
    }

    private ManagementResponse estimate(ManagementCall call) {
        Fields fields = Fields.ofBody(call.request());
        String endpoint = fields.text("endpoint");
        JsonNode body = fields.get("body").orElseThrow(() -> fields.wrong("body", "is required."));
        String reference = fields.nameOrNull("key");
        fields.done();
        Snapshot snapshot = snapshots.current();
        Organization organization = organization(snapshot, call);
        KeyEntry key = reference == null ? null : working(call, fields, reference);
        requireOwn(call, key == null ? null : key.owner());
        CallFacts facts = decoder.decode(endpoint, Json.write(body));
        return ManagementResponse.ok(estimator.estimate(organization, key, facts, snapshot));
    }

    private KeyEntry working(ManagementCall call, Fields fields, String reference) {
        KeyRegister.Known known =
                keys.find(call.organizationId(), reference)
                        .orElseThrow(
                                () -> fields.wrong("key", "names no key of this organization."));
        if (known.state() != KeyRegister.State.ACTIVE) {
            throw fields.wrong("key", "names a key that does not work any more.");
        }
        return known.entry();
    }

    private ManagementResponse explain(ManagementCall call) {
        Fields fields = Fields.ofBody(call.request());
        Explainer.Question question = question(fields);
        Instant at = fields.timeOrNull("at");
        if (at != null && Duration.between(at, call.now()).abs().compareTo(NOW) > 0) {
            throw fields.wrong("at", "other than now is not supported yet.");
        }
        fields.done();
        String key = question.key();
        requireOwn(
                call,
                key == null
                        ? question.caller()
                        : keys.find(call.organizationId(), key)
                                .map(known -> known.entry().owner())
                                .orElse(null));
        Snapshot snapshot = snapshots.current();
        return ManagementResponse.ok(
                explainer.explain(organization(snapshot, call), question, snapshot));
    }

    private static Explainer.Question question(Fields fields) {
        String key = fields.nameOrNull("key");
        String caller = caller(fields);
        if ((key == null) == (caller == null)) {
            throw fields.wrong("key", "or 'caller' is required, one of them.");
        }
        String model = fields.name("model");
        String action = fields.name("action");
        if (!Explainer.isAction(action)) {
            throw fields.wrong(
                    "action", "must be one of " + String.join(", ", Explainer.actions()) + ".");
        }
        return new Explainer.Question(
                key,
                caller,
                model,
                action,
                fields.nameOrNull("data_class"),
                fields.nameOrNull("environment"));
    }

    /// `"service:support-api"`, or the form of grants: `{"service":"support-api","kind":…}`.
    private static @Nullable String caller(Fields fields) {
        if (fields.get("caller").filter(JsonNode::isObject).isEmpty()) {
            String text = fields.nameOrNull("caller");
            if (text != null && !text.matches("(user|service):.+")) {
                throw fields.wrong("caller", "must be user:<name> or service:<name>.");
            }
            return text;
        }
        Fields object = fields.object("caller").orElseThrow();
        String user = object.nameOrNull("user");
        String machine = object.nameOrNull("service");
        object.nameOrNull("kind");
        object.done();
        if ((user == null) == (machine == null)) {
            throw fields.wrong("caller", "must name a user or a service.");
        }
        return user == null ? "service:" + machine : "user:" + user;
    }

    private static void requireOwn(ManagementCall call, @Nullable String owner) {
        boolean ownOnly = call.actor().onlyOwn(Right.USAGE_VIEW) && !call.actor().may(Right.ADMIN);
        if (ownOnly && (owner == null || !owner.equals(call.actor().owner()))) {
            throw Fault.of(
                            FaultCode.PERMISSION_DENIED,
                            "This credential may ask about its own keys: name one in 'key'.")
                    .asException();
        }
    }

    private static Organization organization(Snapshot snapshot, ManagementCall call) {
        Organization organization = snapshot.organizations().get(call.organizationId());
        if (organization == null) {
            throw Fault.of(
                            FaultCode.OVERLOADED,
                            "The organization is not published yet. Try again in a second.")
                    .withRetryAfter(Duration.ofSeconds(1))
                    .asException();
        }
        return organization;
    }
}
