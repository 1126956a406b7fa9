package dev.sluice.app.smoke;

import dev.sluice.domain.Secret;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An endpoint that is asked.
///
/// @param name of the column in reports: `gateway`, `direct`
/// @param base as the wire format's own SDK takes it, without a slash at its end
/// @param key null when none is sent
/// @param keyHeader carries the key bare; null for the wire format's own way
public record SmokeTarget(
        String name,
        String base,
        String dialect,
        String model,
        @Nullable Secret key,
        @Nullable String keyHeader) {

    /// Whether smoke speaks the wire format.
    public static boolean knows(String dialect) {
        return Speech.of(dialect).isPresent();
    }

    Speech speech() {
        return Speech.of(dialect)
                .orElseThrow(() -> new IllegalArgumentException("no such dialect: " + dialect));
    }

    /// The header that shows the key.
    Map.Entry<String, String> credential(String secret) {
        if (keyHeader != null) {
            return Map.entry(keyHeader, secret);
        }
        Map.Entry<String, String> way = speech().credential();
        return Map.entry(way.getKey(), way.getValue() + secret);
    }
}
