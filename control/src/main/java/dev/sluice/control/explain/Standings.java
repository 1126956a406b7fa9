package dev.sluice.control.explain;

import dev.sluice.domain.Claim;
import dev.sluice.domain.Decimals;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Money;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.ledger.DryRun;
import dev.sluice.policy.CallPlan;
import java.math.BigDecimal;
import java.time.Instant;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How the quotas and the account stand towards one planned call, as JSON.
final class Standings {

    private Standings() {}

    /// Every matching rule; `fits` says whether this rule alone would let the call go, its output
    /// limit lowered where the rule allows that.
    static ArrayNode rules(CallPlan plan, DryRun.Answer answer) {
        ArrayNode rules = JsonNodeFactory.instance.arrayNode();
        for (DryRun.Standing standing : answer.windows()) {
            QuotaRule rule = standing.claim().rule();
            ObjectNode node = rules.addObject();
            node.put("id", rule.id()).put("name", rule.name());
            ObjectNode scope = node.putObject("scope");
            rule.scope().toMap().forEach(scope::put);
            Instant end = standing.claim().window().end();
            node.put("unit", rule.unit().wireName())
                    .put("limit", Decimals.canonical(rule.limit()))
                    .put("used", Decimals.canonical(standing.used()))
                    .put("held", Decimals.canonical(standing.held()))
                    .put("remaining", Decimals.canonical(standing.remaining()))
                    .put(
                            "estimate",
                            Decimals.canonical(amount(standing.claim(), plan.outputTokensMax())))
                    .put("resets_at", end == null ? null : end.toString())
                    .put("shadow", rule.shadow())
                    .put("fits", fits(plan, standing));
        }
        return rules;
    }

    static boolean fits(CallPlan plan, DryRun.Standing standing) {
        QuotaRule rule = standing.claim().rule();
        long least = rule.clamp() ? plan.outputTokensMin() : plan.outputTokensMax();
        BigDecimal room = rule.limit().subtract(standing.used()).subtract(standing.held());
        return amount(standing.claim(), least).compareTo(room) <= 0;
    }

    static ObjectNode balance(CallPlan plan, DryRun.Answer answer, String currency) {
        BigDecimal credit = plan.wallet().creditLimit();
        BigDecimal available = answer.balance().subtract(answer.held());
        return JsonNodeFactory.instance
                .objectNode()
                .put("currency", currency)
                .put("balance", Decimals.canonical(answer.balance()))
                .put("held", Decimals.canonical(answer.held()))
                .put("available", Decimals.canonical(available))
                .put("credit_limit", Decimals.canonical(credit))
                .put("fits", balanceFits(plan, answer));
    }

    static boolean balanceFits(CallPlan plan, DryRun.Answer answer) {
        BigDecimal least = new Money(plan.wallet().amountAt(plan.outputTokensMin())).toDecimal();
        BigDecimal room = answer.balance().subtract(answer.held()).add(plan.wallet().creditLimit());
        return least.compareTo(room) <= 0;
    }

    /// What the money says, or null when it would let the call go.
    static @org.jspecify.annotations.Nullable ObjectNode refusal(DryRun.Answer answer) {
        if (!(answer.result() instanceof HoldResult.Refused refused)) {
            return null;
        }
        Claim claim = refused.claim();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        if (claim == null) {
            return node.put("status", 402)
                    .put("code", "insufficient_balance")
                    .put(
                            "message",
                            "The account's balance cannot carry this call now. Top it up, or lower"
                                    + " the output limit.");
        }
        boolean rate = claim.rule().isRate();
        return node.put("status", 429)
                .put("code", rate ? "rate_limit_exceeded" : "quota_exceeded")
                .put("rule", claim.rule().name())
                .put(
                        "message",
                        "The quota '" + claim.rule().name() + "' has no room for this call now.");
    }

    private static BigDecimal amount(Claim claim, long outputTokens) {
        BigDecimal pieces =
                BigDecimal.valueOf(claim.perOutputToken())
                        .multiply(BigDecimal.valueOf(outputTokens))
                        .add(BigDecimal.valueOf(claim.base()));
        return claim.rule().unit() == QuotaUnit.USD ? pieces.movePointLeft(Money.SCALE) : pieces;
    }
}
