package dev.sluice.gateway.requests;

import dev.sluice.catalog.Dimension;
import dev.sluice.catalog.Price;
import dev.sluice.catalog.PricingContext;
import dev.sluice.domain.CallFacts;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.policy.CallPlan.PlannedTarget;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.StreamReport;
import dev.sluice.protocol.UsageEstimate;
import dev.sluice.protocol.UsageReport;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What answers to one request come to: what the provider said, what Sluice counted where it said
/// nothing, and what the price depends on.
public final class Results {

    private final CallFacts facts;
    private final Predicate<PlannedTarget> askedTier;

    /// @param askedTier whether a target was asked for the service tier that the request names
    Results(CallFacts facts, Predicate<PlannedTarget> askedTier) {
        this.facts = facts;
        this.askedTier = askedTier;
    }

    /// What a whole answer comes to, counted by Sluice where the provider did not say.
    public Result of(PlannedTarget target, Answer answer) {
        Answer.Facts said = answer.facts();
        Measured measured =
                switch (said.usage()) {
                    case UsageReport.Reported(Usage usage) -> new Measured(usage, false);
                    case UsageReport.Counted counted -> counted(target, counted);
                    case UsageReport.Missing _ ->
                            new Measured(
                                    UsageEstimate.of(
                                            facts, said.contentBytes(), 0, said.searches()),
                                    true);
                };
        return new Result(
                measured.usage(),
                measured.estimated(),
                said.finishReasons().isEmpty() ? null : said.finishReasons().getFirst(),
                said.serviceTier(),
                said.model(),
                said.responseId(),
                context(target, said.served(), said.serviceTier()));
    }

    /// What a stream comes to, whole or cut. What a provider reports on the way is what it had used
    /// by then: it may have gone on, so that only a whole stream's usage is no estimate.
    public Result of(PlannedTarget target, StreamReport said) {
        Measured measured =
                switch (said.usage()) {
                    case UsageReport.Reported(Usage usage) -> new Measured(usage, !said.complete());
                    case UsageReport.Counted counted -> {
                        Measured known = counted(target, counted);
                        yield new Measured(known.usage(), known.estimated() || !said.complete());
                    }
                    case UsageReport.Missing _ ->
                            new Measured(
                                    UsageEstimate.of(
                                            facts,
                                            said.contentBytes(),
                                            said.deltas(),
                                            said.searches()),
                                    true);
                };
        return new Result(
                measured.usage(),
                measured.estimated(),
                said.finishReason(),
                said.serviceTier(),
                said.model(),
                said.responseId(),
                context(target, said.served(), said.serviceTier()));
    }

    private record Measured(Usage usage, boolean estimated) {}

    /// A price with a rate for what was counted charges that alone. Any other charges tokens nobody
    /// reported: pictures are taken to be as large as the model makes them.
    private static Measured counted(PlannedTarget target, UsageReport.Counted said) {
        Price price = target.price();
        long images = said.counted().count(MeterKind.IMAGES);
        long perImage = target.bounds().maxTokensPerImage().orElse(0);
        Usage guessed = said.guessed().plus(Usage.of(MeterKind.IMAGE_OUTPUT, images * perImage));
        boolean charged =
                said.counted().toMap().keySet().stream()
                        .anyMatch(meter -> meter != MeterKind.REQUESTS && price.prices(meter));
        return charged || guessed.toMap().keySet().stream().noneMatch(price::prices)
                ? new Measured(said.counted(), false)
                : new Measured(said.counted().plus(guessed), true);
    }

    /// What was served; where the provider does not say, what was asked for.
    private PricingContext context(
            PlannedTarget target, Map<String, String> served, @Nullable String serviceTier) {
        PricingContext known = PricingContext.NONE;
        for (Dimension dimension : Dimension.values()) {
            String value = served.get(dimension.key());
            if (value == null || value.isBlank() || value.equals("auto")) {
                value = facts.media().asked().get(dimension.key());
            }
            if (value != null) {
                known = known.with(dimension, value);
            }
        }
        String tier = serviceTier;
        if (tier == null && askedTier.test(target)) {
            tier = facts.serviceTier();
        }
        return tier == null ? known : known.with(Dimension.SERVICE_TIER, tier);
    }
}
