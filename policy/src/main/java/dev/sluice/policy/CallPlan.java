package dev.sluice.policy;

import dev.sluice.catalog.Bounds;
import dev.sluice.catalog.Price;
import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest.WalletClaim;
import dev.sluice.domain.Money;
import dev.sluice.domain.QuotaUnit;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What an allowed call may do: where it may go, in order, and what must be held before it goes.
///
/// @param targets in the order in which they are tried; never empty
/// @param claims every matching window, at the dearest target
/// @param wallet the account's part
/// @param inputTokensMax no call under this plan has more input tokens
/// @param outputTokensMax the output limit per call (over all choices) before it is made to fit
/// @param outputTokensMin what it may be lowered to; equal when it may not be lowered
/// @param choices answers asked for; the limit sent upstream is per choice
/// @param limitMustBeSent true when nothing but the limit sent upstream bounds the output
/// @param multiply the price rule in force
/// @param worstCase the charge at `outputTokensMax`
public record CallPlan(
        Model model,
        List<PlannedTarget> targets,
        List<Claim> claims,
        WalletClaim wallet,
        long inputTokensMax,
        long outputTokensMax,
        long outputTokensMin,
        int choices,
        boolean limitMustBeSent,
        BigDecimal multiply,
        Money worstCase) {

    public CallPlan {
        targets = List.copyOf(targets);
        claims = List.copyOf(claims);
    }

    /// The same plan with fewer targets; what is held stays an upper bound.
    public CallPlan withTargets(List<PlannedTarget> fewer) {
        return new CallPlan(
                model,
                fewer,
                claims,
                wallet,
                inputTokensMax,
                outputTokensMax,
                outputTokensMin,
                choices,
                limitMustBeSent,
                multiply,
                worstCase);
    }

    /// What a call under this plan asks for when it goes on beyond what it holds: output alone.
    ///
    /// @param outputTokens in addition
    /// @param least what less it may be given
    public CallPlan further(long outputTokens, long least) {
        List<Claim> more = new ArrayList<>();
        for (Claim claim : claims) {
            if (claim.perOutputToken() > 0) {
                more.add(
                        new Claim(
                                claim.rule(),
                                claim.member(),
                                claim.window(),
                                0,
                                claim.perOutputToken()));
            }
        }
        return new CallPlan(
                model,
                targets,
                more,
                new WalletClaim(0, wallet.perOutputToken(), wallet.creditLimit()),
                0,
                outputTokens,
                least,
                choices,
                limitMustBeSent,
                multiply,
                new Money(Math.multiplyExact(wallet.perOutputToken(), outputTokens)));
    }

    /// What a call asks for when it goes on for as long again as it was admitted for: all it asked
    /// for at first, but for being one more call.
    public CallPlan again() {
        return new CallPlan(
                model,
                targets,
                claims.stream().filter(claim -> claim.rule().unit() != QuotaUnit.REQUESTS).toList(),
                wallet,
                inputTokensMax,
                outputTokensMax,
                outputTokensMin,
                choices,
                limitMustBeSent,
                multiply,
                worstCase);
    }

    /// One target with the price that will be charged for it, pinned at admission.
    public record PlannedTarget(
            Upstream upstream,
            String upstreamModel,
            Price price,
            String priceVersion,
            Bounds bounds) {

        /// A line about it for the request's record.
        public Map<String, String> note(String what) {
            return CallPlan.note(upstream.id(), upstreamModel, what);
        }
    }

    /// A line about an upstream and its model for the request's record.
    static Map<String, String> note(String upstreamId, String upstreamModel, String what) {
        return Map.of("upstream", upstreamId, "model", upstreamModel, "note", what);
    }
}
