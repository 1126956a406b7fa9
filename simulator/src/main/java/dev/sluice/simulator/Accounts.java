package dev.sluice.simulator;

import dev.sluice.domain.KeyDigest;
import dev.sluice.domain.Secret;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Whose key a call carries. Keys are looked up by digest and never kept.
final class Accounts {

    private static final String BEARER = "bearer ";

    private final Map<KeyDigest, String> labels = new HashMap<>();

    Accounts(Map<String, Secret> keys) {
        keys.forEach((label, key) -> labels.put(KeyDigest.of(key.reveal()), label));
    }

    /// Empty for a key that is not known, or missing where keys are asked for.
    Optional<String> label(@Nullable String authorization) {
        String key = bearer(authorization);
        if (labels.isEmpty()) {
            return Optional.of(key.isEmpty() ? "anonymous" : unknown(key));
        }
        return Optional.ofNullable(labels.get(KeyDigest.of(key)));
    }

    /// How the journal names a key without a label.
    static String unknown(String key) {
        return key.isEmpty() ? "none" : "key-" + KeyDigest.of(key).hex().substring(0, 12);
    }

    static String bearer(@Nullable String authorization) {
        boolean bearer =
                authorization != null
                        && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
        return bearer && authorization != null
                ? authorization.substring(BEARER.length()).strip()
                : "";
    }
}
