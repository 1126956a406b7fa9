package dev.sluice.catalog;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What is known of a call that its price may depend on. Before the call: what the request names.
/// After it: what the provider reported, else what the request named.
///
/// Values are compared in lower case. `auto` says nothing and is dropped. A named service tier that
/// has no row (`default`, `standard`, or one the provider sells by contract) has the base rates.
public record PricingContext(Map<Dimension, String> values) {

    public static final PricingContext NONE = new PricingContext(Map.of());

    public PricingContext {
        Map<Dimension, String> known = new EnumMap<>(Dimension.class);
        values.forEach((dimension, value) -> {
            String text = value.strip().toLowerCase(Locale.ROOT);
            if (!text.isEmpty() && !text.equals("auto")) {
                known.put(dimension, text);
            }
        });
        values = Collections.unmodifiableMap(known);
    }

    public static PricingContext of(Dimension dimension, String value) {
        return new PricingContext(Map.of(dimension, value));
    }

    public PricingContext with(Dimension dimension, String value) {
        Map<Dimension, String> more = new EnumMap<>(Dimension.class);
        more.putAll(values);
        more.put(dimension, value);
        return new PricingContext(more);
    }

    public Optional<String> get(Dimension dimension) {
        return Optional.ofNullable(values.get(dimension));
    }
}
