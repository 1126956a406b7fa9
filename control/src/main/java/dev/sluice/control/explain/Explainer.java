package dev.sluice.control.explain;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Decimals;
import dev.sluice.domain.Fault;
import dev.sluice.domain.QuotaRule;
import dev.sluice.ledger.DryRun;
import dev.sluice.policy.CallPlan;
import dev.sluice.policy.Decision;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Organization;
import dev.sluice.policy.Policy;
import dev.sluice.policy.Snapshot;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// May this caller do this, and why: every rule that has a say, in the order in which a
/// call meets them. Money is looked at for the smallest call there is: whether anything at all
/// would still pass. What one certain call needs is [Estimator]'s to say.
public final class Explainer {

    /// Which endpoint family serves an action.
    private static final Map<String, String> FAMILIES =
            Map.of(
                    "chat", "chat",
                    "streaming", "chat",
                    "tools", "chat",
                    "responses", "responses",
                    "embeddings", "embeddings",
                    "images", "images",
                    "video", "videos",
                    "audio", "audio",
                    "batch", "batches",
                    "tuning", "fine_tuning");

    private static final String PLATFORM = "a platform engineer";

    private final Policy policy;
    private final DryRun dryRun;
    private final KeyRegister keys;
    private final Set<String> servedFamilies;
    private final InstantSource clock;
    private final RandomGenerator random;

    /// Explains by the given policy and keys.
    ///
    /// @param servedFamilies endpoint families this build serves
    public Explainer(
            Policy policy,
            DryRun dryRun,
            KeyRegister keys,
            Set<String> servedFamilies,
            InstantSource clock,
            RandomGenerator random) {
        this.policy = policy;
        this.dryRun = dryRun;
        this.keys = keys;
        this.servedFamilies = Set.copyOf(servedFamilies);
        this.clock = clock;
        this.random = random;
    }

    /// What is asked.
    ///
    /// @param key id or label; null when `caller` is set
    /// @param caller `user:<name>` or `service:<name>`; null when `key` is set
    public record Question(
            @Nullable String key,
            @Nullable String caller,
            String model,
            String action,
            @Nullable String dataClass,
            @Nullable String environment) {}

    public ObjectNode explain(Organization organization, Question question, Snapshot snapshot) {
        Reasons reasons = new Reasons();
        Optional<KeyEntry> key = key(organization, question, reasons);
        key.ifPresent(found -> environment(found, question, reasons));
        if (question.dataClass() != null) {
            reasons.ignore("data_class", "Data classes are not enforced by this version.");
        }
        boolean served = action(question, reasons);
        boolean known = model(organization, question, reasons);
        key.ifPresent(found -> scopes(found, question, reasons));
        if (served && known) {
            plan(organization, key, question, snapshot, reasons)
                    .ifPresent(plan -> money(organization, plan, reasons));
        }
        ObjectNode answer = reasons.toJson();
        return answer.put("key", key.map(KeyEntry::id).orElse(null))
                .put("model", question.model())
                .put("action", question.action());
    }

    /// Whether an action is one that Sluice knows.
    public static boolean isAction(String action) {
        return FAMILIES.containsKey(action);
    }

    public static List<String> actions() {
        return FAMILIES.keySet().stream().sorted().toList();
    }

    private Optional<KeyEntry> key(Organization organization, Question question, Reasons reasons) {
        String reference = question.key();
        String caller = question.caller();
        Optional<KeyRegister.Known> found =
                reference != null
                        ? keys.find(organization.id(), reference)
                        : best(
                                keys.ofOwner(organization.id(), String.valueOf(caller)),
                                question.environment());
        if (found.isEmpty()) {
            reasons.deny(
                    "key",
                    reference != null
                            ? "There is no key '" + reference + "' in this organization."
                            : "'" + caller + "' has no key in this organization.",
                    "Ask " + PLATFORM + " for a key.");
            return Optional.empty();
        }
        KeyRegister.Known known = found.get();
        String label = "The key '" + known.entry().label() + "'";
        switch (known.state()) {
            case ACTIVE -> reasons.allow("key", label + " works.");
            case EXPIRED ->
                    reasons.deny(
                            "key",
                            label + " expired at " + known.since() + ".",
                            "Ask " + owner(known.entry()) + " to rotate the key.");
            case REVOKED ->
                    reasons.deny(
                            "key",
                            label + " was revoked at " + known.since() + ".",
                            "Ask " + owner(known.entry()) + " for another key.");
        }
        return Optional.of(known.entry());
    }

    /// A key that works in the wanted environment before one that works, before any.
    private static Optional<KeyRegister.Known> best(
            List<KeyRegister.Known> keys, @Nullable String environment) {
        List<KeyRegister.Known> fitting =
                keys.stream()
                        .filter(key ->
                                environment == null
                                        || environment.equals(key.entry().environment()))
                        .toList();
        List<KeyRegister.Known> pool = fitting.isEmpty() ? keys : fitting;
        return pool.stream()
                .filter(key -> key.state() == KeyRegister.State.ACTIVE)
                .findFirst()
                .or(() -> pool.stream().findFirst());
    }

    private static String owner(KeyEntry key) {
        String owner = key.owner();
        return owner == null ? PLATFORM : owner + " or " + PLATFORM;
    }

    private static void environment(KeyEntry key, Question question, Reasons reasons) {
        String wanted = question.environment();
        if (wanted == null || wanted.equals(key.environment())) {
            reasons.allow("environment", "The key is for '" + key.environment() + "'.");
        } else {
            reasons.deny(
                    "environment",
                    "The key is for '"
                            + key.environment()
                            + "'; the environment of a key never changes.",
                    "Ask " + PLATFORM + " for a key in '" + wanted + "'.");
        }
    }

    private boolean action(Question question, Reasons reasons) {
        String family = family(question);
        if (servedFamilies.contains(family)) {
            return true;
        }
        reasons.deny(
                "endpoint",
                "This version has no endpoint of the family '" + family + "'.",
                "Nobody can grant this; choose another action.");
        return false;
    }

    private static String family(Question question) {
        return FAMILIES.getOrDefault(question.action(), question.action());
    }

    private static boolean model(Organization organization, Question question, Reasons reasons) {
        if (organization.model(question.model()).isPresent()) {
            reasons.allow("model", "'" + question.model() + "' is in the catalogue.");
            return true;
        }
        reasons.deny(
                "model",
                "The model '" + question.model() + "' does not exist in this organization.",
                "Ask " + PLATFORM + " to add the model.");
        return false;
    }

    private static void scopes(KeyEntry key, Question question, Reasons reasons) {
        scope("key.models", key.models(), Set.of(question.model()), key, reasons);
        scope(
                "key.endpoint_families",
                key.endpointFamilies(),
                Set.of(family(question)),
                key,
                reasons);
        if (key.actions().isEmpty() && !Policy.allows(key, question.action())) {
            reasons.deny(
                    "key.actions",
                    "The key has '" + question.action() + "' only where its actions name it.",
                    "Ask " + owner(key) + " to widen the key's scope.");
        } else {
            scope("key.actions", key.actions(), actions(question), key, reasons);
        }
        if (!key.allowedIps().isEmpty()) {
            reasons.ignore(
                    "key.allowed_ips",
                    "Calls pass from " + String.join(", ", key.allowedIps()) + " alone.");
        }
    }

    private static void scope(
            String rule, Set<String> allowed, Set<String> wanted, KeyEntry key, Reasons reasons) {
        if (allowed.isEmpty()) {
            reasons.allow(rule, "The key is not limited in this.");
        } else if (allowed.containsAll(wanted)) {
            reasons.allow(rule, "The key allows " + sorted(wanted) + ".");
        } else {
            reasons.deny(
                    rule,
                    "The key allows " + sorted(allowed) + ", this needs " + sorted(wanted) + ".",
                    "Ask " + owner(key) + " to widen the key's scope.");
        }
    }

    private static String sorted(Set<String> names) {
        return String.join(", ", names.stream().sorted().toList());
    }

    /// What a call for this action asks for.
    private static Set<String> actions(Question question) {
        String action = question.action();
        boolean extra = family(question).equals("chat") && !action.equals("chat");
        return extra ? Set.of("chat", action) : Set.of(action);
    }

    /// The decision with the key's scopes left out: they have had their say.
    private Optional<CallPlan> plan(
            Organization organization,
            Optional<KeyEntry> key,
            Question question,
            Snapshot snapshot,
            Reasons reasons) {
        KeyEntry attributed = key.orElseGet(() -> Callers.anybody(organization));
        Decision decision =
                policy.decide(
                        Callers.anybody(organization),
                        Callers.attribution(attributed, null),
                        smallest(question),
                        false,
                        snapshot,
                        clock.instant(),
                        random);
        return switch (decision) {
            case Decision.Refused refused -> {
                Fault fault = refused.fault();
                reasons.deny(
                        "routing",
                        fault.message(),
                        "Ask " + PLATFORM + " about the model's targets.");
                yield Optional.empty();
            }
            case Decision.Allowed allowed -> {
                CallPlan.PlannedTarget first = allowed.plan().targets().getFirst();
                reasons.allow(
                        "routing",
                        "It would go to '"
                                + first.upstream().name()
                                + "' at price version "
                                + first.priceVersion()
                                + ".");
                yield Optional.of(allowed.plan());
            }
        };
    }

    private static CallFacts smallest(Question question) {
        return new CallFacts(
                question.model(),
                family(question),
                // which the scopes decide
                question.action().equals("tuning") ? Set.of() : actions(question),
                question.action().equals("streaming"),
                1,
                0,
                0,
                false,
                0,
                OptionalLong.of(1),
                1,
                null,
                Set.of("text"),
                null,
                false);
    }

    private void money(Organization organization, CallPlan plan, Reasons reasons) {
        Instant now = clock.instant();
        DryRun.Answer answer = dryRun.ask(Estimator.request(organization, plan, now));
        for (DryRun.Standing standing : answer.windows()) {
            QuotaRule rule = standing.claim().rule();
            String name = "quota:" + rule.name();
            String state =
                    Decimals.canonical(standing.remaining())
                            + " of "
                            + Decimals.canonical(rule.limit())
                            + " "
                            + rule.unit().wireName()
                            + " are left";
            if (rule.shadow()) {
                reasons.ignore(name, state + "; the rule is in shadow and refuses nothing.");
            } else if (Standings.fits(plan, standing)) {
                reasons.allow(name, state + ".");
            } else {
                Instant end = standing.claim().window().end();
                String asked = rule.owner();
                reasons.deny(
                        name,
                        state + (end == null ? "." : "; it resets at " + end + "."),
                        "Ask "
                                + (asked == null ? PLATFORM + " or finance" : asked)
                                + " to raise the quota '"
                                + rule.name()
                                + "'.");
            }
        }
        balance(organization, plan, answer, reasons);
    }

    private static void balance(
            Organization organization, CallPlan plan, DryRun.Answer answer, Reasons reasons) {
        BigDecimal available = answer.balance().subtract(answer.held());
        String words =
                Decimals.canonical(available) + " " + organization.currency() + " are available.";
        if (Standings.balanceFits(plan, answer)) {
            reasons.allow("balance", words);
        } else {
            reasons.deny("balance", words, "Ask finance to top up the balance.");
        }
    }
}
