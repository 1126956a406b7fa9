package dev.sluice.simulator;

import dev.sluice.domain.KeyDigest;
import dev.sluice.domain.Secret;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whose key a call carries. Keys are looked up by digest and never kept.
final class Accounts {

    private static final String BEARER = "bearer ";

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

    /// The key a request carries; empty for none.
    ///
    /// @param headers where it may stand beside `authorization`
    static String key(HttpServerRequest request, Set<String> headers) {
        String bearer = bearer(request.getHeader("authorization"));
        return headers.stream()
                .map(request::getHeader)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(bearer)
                .strip();
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
