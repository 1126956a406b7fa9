package dev.sluice.catalog;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Money;
import dev.sluice.domain.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Prices usage. Exact: one rounding per cost line, half-even to a picounit, after tier and markup.
///
/// Three rules go beyond [Price]'s own: a condition the call leaves unknown (an image quality that
/// nobody reported) is charged at the base rate, or at the dearest row it may have been when there
/// is no base rate; a count that stands for a quantity priced in another meter of the same call
/// (images of a model billed by image tokens) makes no line; a call or job that has no fee of its
/// own (`per_request`, `per_video_job` absent) makes none either.
public final class Rating {

    /// Counts that are charged by their price or, when another meter of the same call carries the
    /// charge, not at all.
    private static final Map<MeterKind, Set<MeterKind>> CHARGED_THROUGH =
            Map.of(
                    MeterKind.IMAGES,
                    EnumSet.of(MeterKind.IMAGE_OUTPUT, MeterKind.IMAGE_INPUT),
                    MeterKind.VIDEO_MILLISECONDS,
                    EnumSet.of(MeterKind.VIDEO_JOBS, MeterKind.OUTPUT, MeterKind.IMAGE_OUTPUT),
                    MeterKind.AUDIO_MILLISECONDS,
                    EnumSet.of(
                            MeterKind.AUDIO_INPUT,
                            MeterKind.AUDIO_OUTPUT,
                            MeterKind.INPUT,
                            MeterKind.CHARACTERS),
                    MeterKind.CHARACTERS,
                    EnumSet.of(
                            MeterKind.AUDIO_OUTPUT, MeterKind.INPUT, MeterKind.AUDIO_MILLISECONDS));

    private static final Set<MeterKind> FEES = EnumSet.of(MeterKind.REQUESTS, MeterKind.VIDEO_JOBS);

    private Rating() {}

    /// The cost of a usage, or the first used meter that has no price.
    ///
    /// @param multiply the markup or discount in force; 1 is none
    public static Rated rate(
            Price price, Usage usage, PricingContext context, BigDecimal multiply) {
        Rates rates = ratesFor(price, usage.allInputTokens(), context);
        List<CostLine> lines = new ArrayList<>();
        Money total = Money.ZERO;
        for (Map.Entry<MeterKind, Long> used : usage.toMap().entrySet()) {
            MeterKind meter = used.getKey();
            Optional<BigDecimal> rate = rateOf(meter, price, rates, context, usage);
            if (rate.isEmpty()) {
                if (FEES.contains(meter) || chargedThrough(meter, price, rates, context, usage)) {
                    continue;
                }
                return new Rated.Unpriced(meter);
            }
            CostLine line = line(meter, used.getValue(), rate.get(), multiply);
            lines.add(line);
            total = total.plus(line.amount());
        }
        return new Rated.Priced(lines, total);
    }

    /// The dearest rates a call may meet, for its hold.
    ///
    /// @param asked what the request names; a named service tier allows that tier and the standard
    ///     one (a provider may serve the standard tier instead), none named allows every tier
    /// @param inputBound no call under this hold has more input tokens: excludes higher tiers
    /// @param possible the meters the call may use; those it rules out need no price
    /// @param multiply the dearest markup that may apply
    public static WorstRates worstRates(
            Price price,
            PricingContext asked,
            long inputBound,
            Set<MeterKind> possible,
            BigDecimal multiply) {
        return WorstRates.of(price, asked, inputBound, possible, multiply);
    }

    static Rates ratesFor(Price price, long inputTokens, PricingContext context) {
        Rates rates = price.base().overlaidBy(tierRates(price.tiers(), inputTokens));
        if (price.by().isEmpty()) {
            return rates;
        }
        List<Price.By> matching =
                price.by().stream()
                        .filter(row -> holds(row, context))
                        .sorted(Comparator.comparingInt(row -> row.conditions().size()))
                        .toList();
        for (Price.By row : matching) {
            rates = rates.overlaidBy(row.rates()).overlaidBy(tierRates(row.tiers(), inputTokens));
        }
        return rates;
    }

    private static Rates tierRates(List<Price.Tier> tiers, long inputTokens) {
        Rates selected = Rates.NONE;
        for (Price.Tier tier : tiers) {
            if (inputTokens > tier.aboveInputTokens()) {
                selected = tier.rates();
            }
        }
        return selected;
    }

    private static boolean holds(Price.By row, PricingContext context) {
        return row.conditions().entrySet().stream()
                .allMatch(condition ->
                        context.get(condition.getKey())
                                .filter(condition.getValue()::equals)
                                .isPresent());
    }

    private static Optional<BigDecimal> rateOf(
            MeterKind meter, Price price, Rates rates, PricingContext context, Usage usage) {
        BigDecimal own = rates.byMeter().get(meter);
        if (own != null) {
            return Optional.of(own);
        }
        Optional<BigDecimal> dearest = dearestPossible(meter, price, context, usage);
        if (dearest.isPresent()) {
            return dearest;
        }
        return meter.pricedAs().flatMap(parent -> rateOf(parent, price, rates, context, usage));
    }

    /// The dearest rate among rows that the unknown part of the context leaves open.
    private static Optional<BigDecimal> dearestPossible(
            MeterKind meter, Price price, PricingContext context, Usage usage) {
        if (price.by().isEmpty()) {
            return Optional.empty();
        }
        return price.by().stream()
                .filter(row -> leftOpen(row, context))
                .map(row -> row.rates().overlaidBy(tierRates(row.tiers(), usage.allInputTokens())))
                .flatMap(rates -> Stream.ofNullable(rates.byMeter().get(meter)))
                .max(Comparator.naturalOrder());
    }

    private static boolean leftOpen(Price.By row, PricingContext context) {
        return row.conditions().entrySet().stream()
                .allMatch(condition ->
                        context.get(condition.getKey())
                                .map(condition.getValue()::equals)
                                .orElse(condition.getKey().unknownUnlessReported()));
    }

    private static boolean chargedThrough(
            MeterKind meter, Price price, Rates rates, PricingContext context, Usage usage) {
        return CHARGED_THROUGH.getOrDefault(meter, Set.of()).stream()
                .anyMatch(other ->
                        usage.count(other) > 0
                                && rateOf(other, price, rates, context, usage).isPresent());
    }

    private static CostLine line(
            MeterKind meter, long quantity, BigDecimal rate, BigDecimal multiply) {
        // divided once, at the picounit: a quotient such as 1/60,000 has no exact decimal form
        BigDecimal picos =
                rate.multiply(BigDecimal.valueOf(quantity))
                        .multiply(multiply)
                        .movePointRight(Money.SCALE)
                        .divide(
                                BigDecimal.valueOf(meter.unitsPerPrice()),
                                0,
                                RoundingMode.HALF_EVEN);
        return new CostLine(
                meter,
                quantity,
                rate,
                meter.unitsPerPrice(),
                multiply,
                new Money(picos.longValueExact()));
    }

    /// Whether the meter, unpriced, is never what a call is refused for when `present` are priced.
    static boolean needsNoPrice(MeterKind meter, Set<MeterKind> pricedAndPossible) {
        return FEES.contains(meter)
                || CHARGED_THROUGH.getOrDefault(meter, Set.of()).stream()
                        .anyMatch(pricedAndPossible::contains);
    }
}
