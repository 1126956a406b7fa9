package dev.sluice.control.explain;

import dev.sluice.catalog.PricingContext;
import dev.sluice.catalog.Rated;
import dev.sluice.catalog.Rating;
import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Decimals;
import dev.sluice.domain.Fault;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Money;
import dev.sluice.domain.Usage;
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
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Would this call pass, which rules match, what would it cost? The real decision on the
/// current snapshot, and the real arithmetic of a hold, without the call.
public final class Estimator {

    private static final int BYTES_PER_TOKEN = 4;
    private static final long USUAL_ANSWER_TOKENS = 256;

    private final Policy policy;
    private final DryRun dryRun;
    private final PastShare pastShare;
    private final InstantSource clock;
    private final RandomGenerator random;

    /// What calls of a model cost, as a share of their worst case: 1 is all of it.
    @FunctionalInterface
    public interface PastShare {

        Optional<BigDecimal> of(String organizationId, String model);
    }

    public Estimator(
            Policy policy,
            DryRun dryRun,
            PastShare pastShare,
            InstantSource clock,
            RandomGenerator random) {
        this.policy = policy;
        this.dryRun = dryRun;
        this.pastShare = pastShare;
        this.clock = clock;
        this.random = random;
    }

    /// Estimates one call.
    ///
    /// @param key the caller, or null for anybody of the organization
    public ObjectNode estimate(
            Organization organization, @Nullable KeyEntry key, CallFacts facts, Snapshot snapshot) {
        Instant now = clock.instant();
        KeyEntry caller = key == null ? Callers.anybody(organization) : key;
        Decision decision =
                policy.decide(
                        caller,
                        Callers.attribution(caller, facts.endUser()),
                        facts,
                        false,
                        snapshot,
                        now,
                        random);
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("object", "estimate").put("model", facts.model());
        switch (decision) {
            case Decision.Refused refused -> refused(node, refused.fault());
            case Decision.Allowed allowed ->
                    planned(node, organization, allowed.plan(), facts, now);
        }
        node.set("candidates", Callers.candidates(decision.notes(), snapshot));
        return node;
    }

    private static void refused(ObjectNode node, Fault fault) {
        node.put("allowed", false);
        node.set("refusal", refusal(fault));
        node.putArray("rules");
        node.putNull("worst_case_usd").putNull("expected_usd");
    }

    static ObjectNode refusal(Fault fault) {
        ObjectNode refusal = JsonNodeFactory.instance.objectNode();
        refusal.put("status", fault.status())
                .put("code", fault.code().wireName())
                .put("message", fault.message())
                .put("param", fault.param());
        for (Map.Entry<String, @Nullable Object> detail : fault.details().entrySet()) {
            refusal.set(detail.getKey(), DETAILS.valueToTree(detail.getValue()));
        }
        return refusal;
    }

    private static final JsonMapper DETAILS = JsonMapper.builder().build();

    private void planned(
            ObjectNode node,
            Organization organization,
            CallPlan plan,
            CallFacts facts,
            Instant now) {
        DryRun.Answer answer = dryRun.ask(request(organization, plan, now));
        ObjectNode refusal = Standings.refusal(answer);
        node.put("allowed", refusal == null);
        if (refusal == null) {
            node.putNull("refusal");
        } else {
            node.set("refusal", refusal);
        }
        node.set("rules", Standings.rules(plan, answer));
        node.set("balance", Standings.balance(plan, answer, organization.currency()));
        node.put("worst_case_usd", plan.worstCase().toString());
        expected(node, organization, plan, facts);
        node.put(
                "hold_usd",
                answer.result() instanceof HoldResult.Held h ? h.amount().toString() : null);
        node.put("max_input_tokens", plan.inputTokensMax());
        node.put("max_output_tokens", plan.outputTokensMax());
        node.put(
                "granted_output_tokens",
                answer.result() instanceof HoldResult.Held h ? (Long) h.outputTokens() : null);
        node.put("multiply", Decimals.canonical(plan.multiply()));
        node.put("price_version", plan.targets().getFirst().priceVersion());
    }

    static HoldRequest request(Organization organization, CallPlan plan, Instant now) {
        return new HoldRequest(
                "estimate",
                organization.id(),
                plan.claims(),
                plan.wallet(),
                plan.outputTokensMin(),
                plan.outputTokensMax(),
                now);
    }

    /// What past calls of the model cost as a share of their worst case; without any, a token for
    /// every four bytes of the prompt and a usual answer at the first target's price. Pictures and
    /// sound are counted before, not guessed.
    private void expected(
            ObjectNode node, Organization organization, CallPlan plan, CallFacts facts) {
        Optional<BigDecimal> share = pastShare.of(organization.id(), plan.model().name());
        if (share.isPresent()) {
            Money expected = Money.halfEven(plan.worstCase().toDecimal().multiply(share.get()));
            node.put("expected_usd", expected.toString()).put("expected_basis", "past_calls");
            return;
        }
        if (!facts.media().isNone()) {
            node.put("expected_usd", plan.worstCase().toString())
                    .put("expected_basis", "worst_case");
            return;
        }
        Usage usage =
                Usage.builder()
                        .set(
                                MeterKind.INPUT,
                                Math.min(
                                        plan.inputTokensMax(),
                                        Math.ceilDiv(facts.textBytes(), BYTES_PER_TOKEN)))
                        .set(
                                MeterKind.OUTPUT,
                                Math.min(
                                        plan.outputTokensMax(),
                                        USUAL_ANSWER_TOKENS * plan.choices()))
                        .build();
        Rated rated =
                Rating.rate(
                        plan.targets().getFirst().price(),
                        usage,
                        PricingContext.NONE,
                        plan.multiply());
        node.put(
                        "expected_usd",
                        rated instanceof Rated.Priced priced ? priced.total().toString() : null)
                .put("expected_basis", "prompt_size");
    }
}
