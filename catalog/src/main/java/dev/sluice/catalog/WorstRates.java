package dev.sluice.catalog;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The dearest rates a call may meet, in whole picodollars per single unit, rounded up.
///
/// Sound for any split: a bound on input tokens counts each of them at the dearest possible input
/// meter (a cache write costs more than plain input), output likewise. Rounding each unit up makes
/// the bound hold for every way in which a provider's report may split it into lines.
public final class WorstRates {

    /// The meters of a call that neither takes nor gives anything but text.
    public static final Set<MeterKind> TEXT =
            Collections.unmodifiableSet(
                    EnumSet.of(
                            MeterKind.INPUT,
                            MeterKind.CACHE_READ,
                            MeterKind.CACHE_WRITE_5M,
                            MeterKind.OUTPUT,
                            MeterKind.REASONING));

    private static final Set<MeterKind> INPUT_TOKENS =
            EnumSet.of(
                    MeterKind.INPUT,
                    MeterKind.CACHE_READ,
                    MeterKind.CACHE_WRITE_5M,
                    MeterKind.CACHE_WRITE_1H,
                    MeterKind.AUDIO_INPUT,
                    MeterKind.IMAGE_INPUT);

    private static final Set<MeterKind> OUTPUT_TOKENS =
            EnumSet.of(
                    MeterKind.OUTPUT,
                    MeterKind.REASONING,
                    MeterKind.AUDIO_OUTPUT,
                    MeterKind.IMAGE_OUTPUT);

    private final Map<MeterKind, Long> picosPerUnit;
    private final Optional<MeterKind> unpriced;

    private WorstRates(Map<MeterKind, Long> picosPerUnit, Optional<MeterKind> unpriced) {
        this.picosPerUnit = picosPerUnit;
        this.unpriced = unpriced;
    }

    static WorstRates of(
            Price price,
            PricingContext asked,
            long inputBound,
            Set<MeterKind> possible,
            BigDecimal multiply) {
        Map<MeterKind, Long> picos = new EnumMap<>(MeterKind.class);
        for (MeterKind meter : possible) {
            Dearest dearest = new Dearest(price, asked, inputBound);
            dearest.of(meter)
                    .ifPresent(rate -> picos.put(meter, picosPerUnit(meter, rate, multiply)));
        }
        Optional<MeterKind> unpriced =
                possible.stream()
                        .filter(meter -> !picos.containsKey(meter))
                        .filter(meter -> !Rating.needsNoPrice(meter, picos.keySet()))
                        .sorted()
                        .findFirst();
        return new WorstRates(picos, unpriced);
    }

    /// The first possible meter that has no price: a call that may use it must be refused.
    public Optional<MeterKind> unpriced() {
        return unpriced;
    }

    /// Picodollars for one token, image, millisecond …, rounded up; empty when not priced.
    public Optional<Long> picosPerUnit(MeterKind meter) {
        return Optional.ofNullable(picosPerUnit.get(meter));
    }

    /// Picodollars for one token of any input the call may have, rounded up; 0 when none is priced.
    public long picosPerInputToken() {
        return dearest(INPUT_TOKENS);
    }

    /// Picodollars for one token of any output the call may give, rounded up; 0 when none is
    /// priced.
    public long picosPerOutputToken() {
        return dearest(OUTPUT_TOKENS);
    }

    private long dearest(Set<MeterKind> meters) {
        long dearest = 0;
        for (Map.Entry<MeterKind, Long> entry : picosPerUnit.entrySet()) {
            if (meters.contains(entry.getKey())) {
                dearest = Math.max(dearest, entry.getValue());
            }
        }
        return dearest;
    }

    private static long picosPerUnit(MeterKind meter, BigDecimal rate, BigDecimal multiply) {
        return rate.multiply(multiply)
                .movePointRight(Money.SCALE)
                .divide(BigDecimal.valueOf(meter.unitsPerPrice()), 0, RoundingMode.CEILING)
                .longValueExact();
    }

    /// The dearest rate of a meter over everything the request leaves open.
    private record Dearest(Price price, PricingContext asked, long inputBound) {

        Optional<BigDecimal> of(MeterKind meter) {
            Optional<BigDecimal> dearest =
                    dearer(rate(price.base(), meter), inTiers(price.tiers(), meter));
            for (Price.By row : price.by()) {
                if (mayHold(row)) {
                    dearest = dearer(dearest, rate(row.rates(), meter));
                    dearest = dearer(dearest, inTiers(row.tiers(), meter));
                }
            }
            boolean alwaysItsOwn = price.base().prices(meter);
            return alwaysItsOwn ? dearest : dearer(dearest, meter.pricedAs().flatMap(this::of));
        }

        private Optional<BigDecimal> inTiers(List<Price.Tier> tiers, MeterKind meter) {
            Optional<BigDecimal> dearest = Optional.empty();
            for (Price.Tier tier : tiers) {
                if (inputBound > tier.aboveInputTokens()) {
                    dearest = dearer(dearest, rate(tier.rates(), meter));
                }
            }
            return dearest;
        }

        private boolean mayHold(Price.By row) {
            return row.conditions().entrySet().stream()
                    .allMatch(condition -> {
                        Dimension dimension = condition.getKey();
                        boolean anyWhenSilent =
                                dimension.unknownUnlessReported()
                                        || dimension == Dimension.SERVICE_TIER;
                        return asked.get(dimension)
                                .map(condition.getValue()::equals)
                                .orElse(anyWhenSilent);
                    });
        }

        private static Optional<BigDecimal> rate(Rates rates, MeterKind meter) {
            return Optional.ofNullable(rates.byMeter().get(meter));
        }

        private static Optional<BigDecimal> dearer(
                Optional<BigDecimal> one, Optional<BigDecimal> other) {
            if (one.isEmpty()) {
                return other;
            }
            return other.isPresent() && other.get().compareTo(one.get()) > 0 ? other : one;
        }
    }
}
