package dev.sluice.app.demo;

import dev.sluice.catalog.Bounds;
import dev.sluice.catalog.Dimension;
import dev.sluice.catalog.Price;
import dev.sluice.catalog.PricingContext;
import dev.sluice.catalog.Rated;
import dev.sluice.catalog.Rating;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Money;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Usage;
import dev.sluice.policy.CallPlan;
import dev.sluice.policy.CallPlan.PlannedTarget;
import dev.sluice.policy.Decision;
import dev.sluice.policy.Model;
import dev.sluice.policy.Upstream;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/// The plan of a call for pictures: their number and quality are known before, so that what is held
/// is what they cost.
final class PicturePlan {

    private PicturePlan() {}

    static Decision of(Draft draft, Attribution who, Scene scene) {
        Model model = scene.organization().model(draft.traffic().model()).orElseThrow();
        Price price = model.price();
        String version = model.priceVersion();
        if (price == null || version == null) {
            throw new IllegalStateException(model.name() + " has no price of its own");
        }
        Model.Target target = model.targets().getFirst();
        Upstream upstream = scene.snapshot().upstreams().get(target.upstreamId());
        if (upstream == null) {
            throw new IllegalStateException("the upstream of " + model.name() + " is gone");
        }
        BigDecimal multiply = scene.organization().multiplyFor(who.teamId(), who.plan());
        Money worst = worst(draft, price, multiply);
        List<Claim> claims =
                scene.organization().rules().stream()
                        .filter(rule -> rule.scope().matches(who, model.name()))
                        .map(rule -> claim(rule, draft, worst))
                        .toList();
        CallPlan plan =
                new CallPlan(
                        model,
                        List.of(
                                new PlannedTarget(
                                        upstream,
                                        target.upstreamModel(),
                                        price,
                                        version,
                                        Bounds.NONE)),
                        claims,
                        new HoldRequest.WalletClaim(
                                worst.picos(), 0, scene.organization().creditLimit()),
                        0,
                        0,
                        0,
                        1,
                        false,
                        multiply,
                        worst);
        Map<String, String> note =
                Map.of(
                        "upstream",
                        upstream.id(),
                        "model",
                        target.upstreamModel(),
                        "note",
                        "candidate");
        return new Decision.Allowed(plan, List.of(note));
    }

    private static Money worst(Draft draft, Price price, BigDecimal multiply) {
        Usage usage = Usage.of(MeterKind.IMAGES, draft.pictures());
        String quality = draft.fine() ? "high" : "medium";
        Rated rated =
                Rating.rate(price, usage, PricingContext.of(Dimension.QUALITY, quality), multiply);
        return rated instanceof Rated.Priced(List<dev.sluice.catalog.CostLine> _, Money total)
                ? total
                : Money.ZERO;
    }

    private static Claim claim(QuotaRule rule, Draft draft, Money worst) {
        long base =
                rule.unit() == QuotaUnit.USD
                        ? worst.picos()
                        : rule.unit() == QuotaUnit.REQUESTS ? 1 : 0;
        return new Claim(rule, "", rule.window().at(draft.at()), base, 0);
    }
}
