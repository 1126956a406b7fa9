package dev.sluice.catalog;

import dev.sluice.domain.MeterKind;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What one model costs: rates, rates for long inputs, and rates that depend on the kind of call.
///
/// How a call's rates are found ([Rating]): the base rates; over them the highest of `tiers` that
/// the call's whole input (cache included) exceeds, which then prices the whole call; over them
/// every `by` row whose conditions all hold, rows with more conditions last, each followed by its
/// own tiers. A `by` row without tiers of its own holds for inputs of every size. A meter that is
/// still absent is priced as its parent ([MeterKind#pricedAs]).
///
/// @param tiers ascending by threshold
/// @param by in the order in which they were written
public record Price(Rates base, List<Tier> tiers, List<By> by) {

    public static final Price NONE = new Price(Rates.NONE, List.of(), List.of());

    public Price {
        tiers = ascending(tiers);
        by = List.copyOf(by);
    }

    /// A price that depends on nothing but the meter.
    public static Price of(Map<MeterKind, BigDecimal> rates) {
        return new Price(new Rates(rates), List.of(), List.of());
    }

    /// Whether no meter has a rate.
    public boolean isEmpty() {
        return base.isEmpty()
                && tiers.stream().allMatch(tier -> tier.rates().isEmpty())
                && by.stream()
                        .allMatch(row ->
                                row.rates().isEmpty()
                                        && row.tiers().stream().allMatch(t -> t.rates().isEmpty()));
    }

    /// Whether some call is charged for this meter by a rate of its own.
    public boolean prices(MeterKind meter) {
        return base.prices(meter)
                || anyPrices(tiers, meter)
                || by.stream()
                        .anyMatch(row -> row.rates().prices(meter) || anyPrices(row.tiers, meter));
    }

    private static boolean anyPrices(List<Tier> tiers, MeterKind meter) {
        return tiers.stream().anyMatch(tier -> tier.rates().prices(meter));
    }

    private static List<Tier> ascending(List<Tier> tiers) {
        List<Tier> sorted =
                tiers.stream().sorted(Comparator.comparingLong(Tier::aboveInputTokens)).toList();
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).aboveInputTokens == sorted.get(i - 1).aboveInputTokens) {
                throw new IllegalArgumentException(
                        "two tiers start above "
                                + sorted.get(i).aboveInputTokens
                                + " input tokens");
            }
        }
        return sorted;
    }

    /// Rates of calls whose whole input is larger than the threshold.
    public record Tier(long aboveInputTokens, Rates rates) {
        public Tier {
            if (aboveInputTokens < 0) {
                throw new IllegalArgumentException("above_input_tokens is negative");
            }
        }
    }

    /// Rates of calls for which all conditions hold.
    public record By(Map<Dimension, String> conditions, Rates rates, List<Tier> tiers) {
        public By {
            if (conditions.isEmpty()) {
                throw new IllegalArgumentException("a by row needs at least one condition");
            }
            Map<Dimension, String> copy = new EnumMap<>(Dimension.class);
            copy.putAll(conditions);
            conditions = Collections.unmodifiableMap(copy);
            tiers = ascending(tiers);
        }
    }
}
