package dev.sluice.policy;

import dev.sluice.catalog.Bounds;
import dev.sluice.catalog.Price;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Claim;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.HoldRequest.WalletClaim;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Money;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Usage;
import dev.sluice.policy.CallPlan.PlannedTarget;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// The pure decision: given a caller, what was asked and one snapshot, may the call go, where, and
/// what must be held. The same code answers real calls, estimates and explanations.
public final class Policy {

    private static final long CLAMP_FLOOR_TOKENS = 256;

    /// Families that few of those have who speak the dialect: an upstream is asked only where its
    /// provider's entry has a path for them.
    private static final Set<String> DECLARED = Set.of("realtime", "fine_tuning");

    /// Actions that a key has only where it names them: leaving its actions open does not.
    private static final Set<String> GRANTED = Set.of("tuning");

    private final WorstCase.Rules rules;
    private final DialectReach reach;

    /// A policy with the installation's figures.
    ///
    /// @param defaultOutputTokens the output limit sent upstream when nothing else bounds the
    ///     output
    /// @param reach which upstreams can be asked what
    public Policy(long defaultOutputTokens, DialectReach reach) {
        this.rules = new WorstCase.Rules(defaultOutputTokens, CLAMP_FLOOR_TOKENS);
        this.reach = reach;
    }

    /// Decides one call; pure.
    ///
    /// @param call to whom the call is put down
    /// @param strict true refuses what would otherwise be lowered to fit (`x-sluice-strict`)
    /// @param random draws among targets of equal priority
    public Decision decide(
            KeyEntry key,
            Attribution call,
            CallFacts facts,
            boolean strict,
            Snapshot snapshot,
            Instant now,
            RandomGenerator random) {
        Organization organization = snapshot.organization(key.organizationId());
        Optional<Model> model = organization.model(facts.model());
        if (model.isEmpty()) {
            return refused(notFound(facts.model()), List.of());
        }
        Optional<Fault> denied = denial(key, facts);
        if (denied.isPresent()) {
            return refused(denied.get(), List.of());
        }
        BigDecimal ofKey = key.multiply();
        BigDecimal multiply =
                ofKey == null ? organization.multiplyFor(call.teamId(), call.plan()) : ofKey;
        Candidates candidates =
                candidates(organization, key, model.get(), facts, multiply, snapshot, now, random);
        if (candidates.planned.isEmpty()) {
            return refused(candidates.whyNone(facts.model()), candidates.notes);
        }
        try {
            return new Decision.Allowed(
                    plan(organization, model.get(), call, facts, strict, now, multiply, candidates),
                    candidates.notes);
        } catch (ArithmeticException _) {
            Fault fault =
                    Fault.invalid(
                            "The most this call could cost is beyond what one call may hold."
                                    + " Lower max_tokens or n.",
                            null);
            return refused(fault, candidates.notes);
        }
    }

    /// Public names of the models this key may call, sorted.
    public static List<Model> callable(KeyEntry key, Organization organization) {
        return organization.models().values().stream()
                .filter(model -> key.models().isEmpty() || key.models().contains(model.name()))
                .sorted(Comparator.comparing(Model::name))
                .toList();
    }

    private static Decision refused(Fault fault, List<Map<String, String>> notes) {
        return new Decision.Refused(fault, List.copyOf(notes));
    }

    public static Fault notFound(String model) {
        return Fault.of(
                        FaultCode.MODEL_NOT_FOUND,
                        "The model '"
                                + model
                                + "' does not exist in this organization. GET /v1/models lists"
                                + " what this key may call.")
                .withParam("model");
    }

    private static Optional<Fault> denial(KeyEntry key, CallFacts facts) {
        if (!key.models().isEmpty() && !key.models().contains(facts.model())) {
            return Optional.of(
                    denied("model", "This key may not call the model '" + facts.model() + "'."));
        }
        if (!key.endpointFamilies().isEmpty() && !key.endpointFamilies().contains(facts.family())) {
            return Optional.of(
                    denied(
                            "action",
                            "This key may not use the endpoint '" + facts.family() + "'."));
        }
        for (String action : facts.actions()) {
            if (!allows(key, action)) {
                return Optional.of(
                        denied("action", "This key is not allowed the action '" + action + "'."));
            }
        }
        return Optional.empty();
    }

    /// Whether a key's own scope allows an action.
    public static boolean allows(KeyEntry key, String action) {
        return key.actions().isEmpty() ? !GRANTED.contains(action) : key.actions().contains(action);
    }

    /// A refusal by the key's own scope.
    ///
    /// @param what which of model, action, environment, ip refused
    public static Fault denied(String what, String message) {
        return Fault.of(
                        FaultCode.POLICY_DENIED,
                        message + " Ask the key's owner or a platform engineer to widen its scope.")
                .withDetail("rule", "key_scope")
                .withDetail("denied", what);
    }

    private Candidates candidates(
            Organization organization,
            KeyEntry key,
            Model model,
            CallFacts facts,
            BigDecimal multiply,
            Snapshot snapshot,
            Instant now,
            RandomGenerator random) {
        Candidates candidates = new Candidates();
        for (Model.Target target : ordered(model, random)) {
            if (key.upstreamId() != null && !key.upstreamId().equals(target.upstreamId())) {
                candidates.skip(target, "the key is for another upstream");
                continue;
            }
            Upstream upstream = snapshot.upstreams().get(target.upstreamId());
            if (upstream == null || upstream.drained()) {
                candidates.skip(target, "drained or gone");
                continue;
            }
            if (!reach.reaches(facts.family(), upstream.dialects())
                    || (DECLARED.contains(facts.family())
                            && !upstream.reach().declares(facts.family(), upstream.dialects()))) {
                candidates.skipUnreached(target, facts.family());
                continue;
            }
            Optional<PlannedTarget> priced = priced(organization, model, target, upstream, now);
            if (priced.isEmpty()) {
                candidates.skipUnpriced(target, "it has no price in force");
                continue;
            }
            try {
                PlannedTarget planned = priced.get();
                CallFacts asked =
                        reach.translates(facts.family(), upstream.dialects())
                                ? facts.withoutServerTools()
                                : facts;
                WorstCase worst =
                        WorstCase.of(
                                asked, model, planned.price(), planned.bounds(), rules, multiply);
                candidates.add(planned, worst);
            } catch (WorstCase.Unbounded unbounded) {
                candidates.skipUnpriced(target, String.valueOf(unbounded.getMessage()));
            }
        }
        return candidates;
    }

    /// By priority; within one priority in the order written, or drawn by weight.
    private static List<Model.Target> ordered(Model model, RandomGenerator random) {
        List<Model.Target> rest = new ArrayList<>(model.targets());
        rest.sort(Comparator.comparingInt(Model.Target::priority));
        if (model.strategy() != Model.Strategy.WEIGHTED) {
            return rest;
        }
        List<Model.Target> drawn = new ArrayList<>();
        while (!rest.isEmpty()) {
            int priority = rest.getFirst().priority();
            List<Model.Target> equals =
                    rest.stream().filter(target -> target.priority() == priority).toList();
            int sum = equals.stream().mapToInt(Model.Target::weight).sum();
            int ticket = sum <= 0 ? 0 : random.nextInt(sum);
            Model.Target winner = equals.getFirst();
            for (Model.Target target : equals) {
                winner = target;
                ticket -= target.weight();
                if (ticket < 0) {
                    break;
                }
            }
            drawn.add(winner);
            rest.remove(winner);
        }
        return drawn;
    }

    /// The model's own price, else the list's for the target.
    private static Optional<PlannedTarget> priced(
            Organization organization,
            Model model,
            Model.Target target,
            Upstream upstream,
            Instant now) {
        Optional<PriceList.Listed> listed =
                organization
                        .prices()
                        .ofTarget(upstream.provider(), target.upstreamModel(), model.name(), now);
        Bounds bounds = listed.map(found -> found.row().bounds()).orElse(Bounds.NONE);
        Price own = model.price();
        String version = model.priceVersion();
        if (own != null && version != null) {
            return Optional.of(
                    new PlannedTarget(upstream, target.upstreamModel(), own, version, bounds));
        }
        return listed.filter(found -> found.row().priced())
                .map(found ->
                        new PlannedTarget(
                                upstream,
                                target.upstreamModel(),
                                found.row().price(),
                                found.version(),
                                bounds));
    }

    private CallPlan plan(
            Organization organization,
            Model model,
            Attribution call,
            CallFacts facts,
            boolean strict,
            Instant now,
            BigDecimal multiply,
            Candidates candidates) {
        Candidates.Dearest dearest = candidates.dearest();
        long max = dearest.outputTokens();
        long floor =
                Math.min(max, Math.multiplyExact(rules.clampFloorTokens(), (long) facts.choices()));
        long min = strict || !facts.media().isNone() ? max : floor;
        List<Claim> claims = new ArrayList<>();
        for (QuotaRule rule : organization.rules()) {
            if (rule.unit() != QuotaUnit.BATCH_ITEMS && rule.scope().matches(call, model.name())) {
                claims.add(claim(rule, now, dearest, facts));
            }
        }
        WalletClaim wallet =
                new WalletClaim(
                        dearest.basePicos(), dearest.perOutputPicos(), organization.creditLimit());
        Money worst =
                new Money(
                        Math.addExact(
                                dearest.basePicos(),
                                Math.multiplyExact(dearest.perOutputPicos(), max)));
        return new CallPlan(
                model,
                candidates.planned,
                claims,
                wallet,
                dearest.inputTokens(),
                max,
                min,
                facts.choices(),
                dearest.limitMustBeSent(),
                multiply,
                worst);
    }

    private static Claim claim(
            QuotaRule rule, Instant now, Candidates.Dearest dearest, CallFacts facts) {
        var window = rule.window().at(now);
        return switch (rule.unit()) {
            case USD -> new Claim(rule, "", window, dearest.basePicos(), dearest.perOutputPicos());
            case REQUESTS -> new Claim(rule, "", window, 1, 0);
            case INPUT_TOKENS -> new Claim(rule, "", window, dearest.inputTokens(), 0);
            case OUTPUT_TOKENS -> new Claim(rule, "", window, 0, 1);
            case TOTAL_TOKENS -> new Claim(rule, "", window, dearest.inputTokens(), 1);
            case IMAGES, VIDEO_SECONDS, VIDEO_JOBS, AUDIO_SECONDS, CHARACTERS, SEARCHES ->
                    new Claim(rule, "", window, rule.unit().count(most(facts)), 0);
            case BATCH_ITEMS -> throw new IllegalArgumentException("a call is no batch");
        };
    }

    /// What a batch takes of the rules that count its items.
    ///
    /// @param model the public name that all its items ask
    public static List<Claim> itemClaims(
            Organization organization, Attribution batch, String model, long items, Instant now) {
        List<Claim> claims = new ArrayList<>();
        for (QuotaRule rule : organization.rules()) {
            if (rule.unit() == QuotaUnit.BATCH_ITEMS && rule.scope().matches(batch, model)) {
                claims.add(new Claim(rule, "", rule.window().at(now), items, 0));
            }
        }
        return claims;
    }

    /// The most of what is no token; a tool that the provider runs may search in each round.
    private static Usage most(CallFacts facts) {
        return facts.media().most().plus(Usage.of(MeterKind.SEARCHES, facts.serverToolRounds()));
    }
}
