package dev.sluice.simulator;

import dev.sluice.domain.KeyDigest;
import dev.sluice.domain.Secret;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Whose key a call carries. Keys are looked up by digest and never kept.
final class Accounts {

    private final Map<KeyDigest, String> labels = new HashMap<>();

    Accounts(Map<String, Secret> keys) {
        keys.forEach((label, key) -> labels.put(KeyDigest.of(key.reveal()), label));
    }

    /// Empty for a key that is not known, or missing where keys are asked for.
    Optional<String> label(String key) {
        if (labels.isEmpty()) {
            return Optional.of(key.isEmpty() ? "anonymous" : unknown(key));
        }
        return Optional.ofNullable(labels.get(KeyDigest.of(key)));
    }

    /// How the journal names a key without a label.
    static String unknown(String key) {
        return key.isEmpty() ? "none" : "key-" + KeyDigest.of(key).hex().substring(0, 12);
    }
}
