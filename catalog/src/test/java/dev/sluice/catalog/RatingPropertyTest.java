package dev.sluice.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Money;
import dev.sluice.domain.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Random prices and calls, the same on every run.
class RatingPropertyTest {

    private static final Set<MeterKind> TOKENS =
            EnumSet.of(
                    MeterKind.INPUT,
                    MeterKind.CACHE_READ,
                    MeterKind.CACHE_WRITE_5M,
                    MeterKind.CACHE_WRITE_1H,
                    MeterKind.OUTPUT,
                    MeterKind.REASONING,
                    MeterKind.AUDIO_INPUT,
                    MeterKind.IMAGE_OUTPUT);
    private static final List<String> TIERS = List.of("flex", "priority", "batch");
    private static final List<String> QUALITIES = List.of("low", "high");

    private final Random random = new Random(20261121);

    @Test
    void everyChargeEqualsAnIndependentComputation() {
        for (int round = 0; round < 20_000; round++) {
            Map<MeterKind, BigDecimal> rates = randomRates(EnumSet.allOf(MeterKind.class), 0);
            Usage usage = randomUsage(EnumSet.allOf(MeterKind.class), 5_000);
            BigDecimal multiply = new BigDecimal(1 + random.nextInt(3_000)).movePointLeft(3);
            BigDecimal expected = BigDecimal.ZERO;
            for (Map.Entry<MeterKind, Long> used : usage.toMap().entrySet()) {
                // an independent road: exact fraction with forty digits, then one rounding
                BigDecimal exact =
                        Objects.requireNonNull(rates.get(used.getKey()))
                                .multiply(multiply)
                                .multiply(new BigDecimal(used.getValue()))
                                .divide(
                                        new BigDecimal(used.getKey().unitsPerPrice()),
                                        40,
                                        RoundingMode.DOWN);
                expected = expected.add(exact.setScale(Money.SCALE, RoundingMode.HALF_EVEN));
            }
            Rated rated = Rating.rate(Price.of(rates), usage, PricingContext.NONE, multiply);
            assertThat(rated).isInstanceOf(Rated.Priced.class);
            assertThat(((Rated.Priced) rated).total().toDecimal()).isEqualByComparingTo(expected);
        }
    }

    @Test
    void noCallWithinItsBoundCostsMoreThanTheWorstCase() {
        int reachedTiers = 0;
        for (int round = 0; round < 20_000; round++) {
            Price price = randomPrice();
            PricingContext asked = randomContext(true);
            PricingContext served = servedFor(asked);
            BigDecimal multiply = new BigDecimal(1 + random.nextInt(3_000)).movePointLeft(3);
            long inputs = random.nextInt(300_000);
            Usage usage = randomUsage(TOKENS, Math.max(1, inputs / 6));
            WorstRates worst =
                    Rating.worstRates(price, asked, usage.allInputTokens(), TOKENS, multiply);
            assertThat(worst.unpriced()).isEmpty();
            Rated rated = Rating.rate(price, usage, served, multiply);
            assertThat(rated).isInstanceOf(Rated.Priced.class);
            assertThat(((Rated.Priced) rated).total())
                    .as("%s %s %s", price, usage, served)
                    .isLessThanOrEqualTo(most(worst, usage));
            reachedTiers += usage.allInputTokens() > 100_000 ? 1 : 0;
        }
        assertThat(reachedTiers).isGreaterThan(1_000);
    }

    /// What a call is held for that may use so many tokens of input and of output in all.
    private static Money most(WorstRates worst, Usage usage) {
        return new Money(
                Math.addExact(
                        Math.multiplyExact(usage.allInputTokens(), worst.picosPerInputToken()),
                        Math.multiplyExact(usage.allOutputTokens(), worst.picosPerOutputToken())));
    }

    private Price randomPrice() {
        List<Price.By> by = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            Map<Dimension, String> conditions = new EnumMap<>(Dimension.class);
            if (random.nextBoolean()) {
                conditions.put(Dimension.SERVICE_TIER, any(TIERS));
            }
            if (conditions.isEmpty() || random.nextInt(3) == 0) {
                conditions.put(Dimension.QUALITY, any(QUALITIES));
            }
            by.add(new Price.By(conditions, new Rates(randomRates(TOKENS, 2)), randomTiers()));
        }
        Map<MeterKind, BigDecimal> base = randomRates(TOKENS, 2);
        base.putIfAbsent(MeterKind.INPUT, BigDecimal.ONE);
        base.putIfAbsent(MeterKind.OUTPUT, BigDecimal.TEN);
        base.putIfAbsent(MeterKind.AUDIO_INPUT, BigDecimal.ONE);
        base.putIfAbsent(MeterKind.IMAGE_OUTPUT, BigDecimal.ONE);
        return new Price(new Rates(base), randomTiers(), by);
    }

    private List<Price.Tier> randomTiers() {
        return random.nextBoolean()
                ? List.of()
                : List.of(
                        new Price.Tier(100_000, new Rates(randomRates(TOKENS, 2))),
                        new Price.Tier(200_000, new Rates(randomRates(TOKENS, 2))));
    }

    private PricingContext randomContext(boolean mayBeSilent) {
        PricingContext context = PricingContext.NONE;
        if (!mayBeSilent || random.nextBoolean()) {
            context = context.with(Dimension.SERVICE_TIER, any(TIERS));
        }
        if (!mayBeSilent || random.nextBoolean()) {
            context = context.with(Dimension.QUALITY, any(QUALITIES));
        }
        return context;
    }

    /// What a provider may report for a request: what was asked, anything where nothing was, and
    /// the standard tier in place of a named one.
    private PricingContext servedFor(PricingContext asked) {
        PricingContext anything = randomContext(random.nextBoolean());
        PricingContext served = anything;
        for (Map.Entry<Dimension, String> named : asked.values().entrySet()) {
            boolean standard = named.getKey() == Dimension.SERVICE_TIER && random.nextInt(3) == 0;
            served = served.with(named.getKey(), standard ? "default" : named.getValue());
        }
        return served;
    }

    private Map<MeterKind, BigDecimal> randomRates(Set<MeterKind> meters, int skipOneIn) {
        Map<MeterKind, BigDecimal> rates = new EnumMap<>(MeterKind.class);
        for (MeterKind meter : meters) {
            if (skipOneIn == 0 || random.nextInt(skipOneIn) == 0) {
                rates.put(
                        meter,
                        new BigDecimal(random.nextInt(10_000))
                                .movePointLeft(random.nextInt(5) * 2 + 2));
            }
        }
        return rates;
    }

    private Usage randomUsage(Set<MeterKind> meters, long most) {
        Usage.Builder usage = Usage.builder();
        for (MeterKind meter : meters) {
            if (random.nextInt(3) > 0) {
                usage.set(meter, random.nextLong(most));
            }
        }
        return usage.build();
    }

    private String any(List<String> values) {
        return values.get(random.nextInt(values.size()));
    }
}
