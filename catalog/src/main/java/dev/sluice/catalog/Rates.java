package dev.sluice.catalog;

import dev.sluice.domain.MeterKind;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// Prices by meter, each in the unit of its price key: per million tokens, per image, per second.
/// Never negative, at most 12 decimals; `0` is a price, an absent meter has none.
public record Rates(Map<MeterKind, BigDecimal> byMeter) {

    public static final Rates NONE = new Rates(Map.of());

    public Rates {
        Map<MeterKind, BigDecimal> copy = new EnumMap<>(MeterKind.class);
        byMeter.forEach((meter, rate) -> {
            BigDecimal canonical = canonical(rate);
            if (canonical.signum() < 0 || canonical.scale() > 12) {
                throw new IllegalArgumentException(
                        meter.priceKey()
                                + " must be a decimal from 0 with at most 12 decimals: "
                                + rate);
            }
            copy.put(meter, canonical);
        });
        byMeter = Collections.unmodifiableMap(copy);
    }

    /// One representation per number, so that equal prices are equal objects.
    private static BigDecimal canonical(BigDecimal rate) {
        if (rate.signum() == 0) {
            return BigDecimal.ZERO;
        }
        BigDecimal stripped = rate.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    boolean isEmpty() {
        return byMeter.isEmpty();
    }

    boolean prices(MeterKind meter) {
        return byMeter.containsKey(meter);
    }

    /// These rates, and the other's where it has one.
    Rates overlaidBy(Rates other) {
        if (other.isEmpty()) {
            return this;
        }
        Map<MeterKind, BigDecimal> merged = new EnumMap<>(MeterKind.class);
        merged.putAll(byMeter);
        merged.putAll(other.byMeter);
        return new Rates(merged);
    }
}
