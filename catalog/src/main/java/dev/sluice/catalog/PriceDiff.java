package dev.sluice.catalog;

import dev.sluice.domain.Decimals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/// What changes when one price book replaces another, by provider and model.
public record PriceDiff(List<PriceRow> added, List<PriceRow> removed, List<Changed> changed) {

    public PriceDiff {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
        changed = List.copyOf(changed);
    }

    /// A row that both books have with different facts.
    public record Changed(String provider, String model, List<Fact> facts) {
        public Changed {
            facts = List.copyOf(facts);
        }
    }

    /// One rate, bound or state before and after; empty where the book says nothing.
    ///
    /// @param name the price key, with where it holds: `output_per_mtok`,
    ///     `above 200000: output_per_mtok`, `service_tier=flex: output_per_mtok`; else a row field
    public record Fact(String name, Optional<String> before, Optional<String> after) {}

    public static PriceDiff between(PriceBook before, PriceBook after) {
        Map<String, PriceRow> old = byKey(before);
        Map<String, PriceRow> young = byKey(after);
        List<PriceRow> added = new ArrayList<>();
        List<PriceRow> removed = new ArrayList<>();
        List<Changed> changed = new ArrayList<>();
        old.forEach((key, row) -> {
            PriceRow now = young.get(key);
            if (now == null) {
                removed.add(row);
                return;
            }
            List<Fact> facts = facts(facts(row), facts(now));
            if (!facts.isEmpty()) {
                changed.add(new Changed(row.provider(), row.model(), facts));
            }
        });
        young.forEach((key, row) -> {
            if (!old.containsKey(key)) {
                added.add(row);
            }
        });
        return new PriceDiff(added, removed, changed);
    }

    public boolean isEmpty() {
        return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
    }

    private static Map<String, PriceRow> byKey(PriceBook book) {
        Map<String, PriceRow> rows = new TreeMap<>();
        book.rows().forEach(row -> rows.put(row.provider() + '\n' + row.model(), row));
        return rows;
    }

    private static List<Fact> facts(Map<String, String> before, Map<String, String> after) {
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        return names.stream()
                .map(name ->
                        new Fact(
                                name,
                                Optional.ofNullable(before.get(name)),
                                Optional.ofNullable(after.get(name))))
                .filter(fact -> !fact.before().equals(fact.after()))
                .toList();
    }

    /// Everything a call's cost or hold depends on; sources and dates alone are no change.
    private static Map<String, String> facts(PriceRow row) {
        Map<String, String> facts = new TreeMap<>();
        put(facts, "", row.price().base(), row.price().tiers());
        for (Price.By by : row.price().by()) {
            StringBuilder where = new StringBuilder();
            by.conditions()
                    .forEach((dimension, value) ->
                            where.append(where.isEmpty() ? "" : " ")
                                    .append(dimension.key())
                                    .append('=')
                                    .append(value));
            put(facts, where + ": ", by.rates(), by.tiers());
        }
        put(facts, "context_window", row.bounds().contextWindow());
        put(facts, "max_input_tokens", row.bounds().maxInputTokens());
        put(facts, "max_output_tokens", row.bounds().maxOutputTokens());
        put(facts, "max_tokens_per_image", row.bounds().maxTokensPerImage());
        row.unpricedReason().ifPresent(reason -> facts.put("unpriced", reason));
        row.retiresOn().ifPresent(day -> facts.put("retires_on", day.toString()));
        facts.put("first_party", Boolean.toString(row.firstParty()));
        facts.put("mode", row.mode());
        return facts;
    }

    private static void put(
            Map<String, String> facts, String where, Rates rates, List<Price.Tier> tiers) {
        rates.byMeter()
                .forEach((meter, rate) ->
                        facts.put(where + meter.priceKey(), Decimals.canonical(rate)));
        for (Price.Tier tier : tiers) {
            String deeper = where + "above " + tier.aboveInputTokens() + ": ";
            put(facts, deeper, tier.rates(), List.of());
        }
    }

    private static void put(Map<String, String> facts, String name, OptionalLong value) {
        value.ifPresent(number -> facts.put(name, Long.toString(number)));
    }
}
