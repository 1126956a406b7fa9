package dev.sluice.gateway.callers;

import dev.sluice.domain.Secret;
import dev.sluice.policy.KeyEntry;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Credentials by which this process calls its own listener for the owner of a key, whose
/// credential it does not have. Known to this process alone, and good for as long as the one call.
public final class Passes {

    private static final int BYTES = 32;

    private final RandomGenerator random;
    private final Map<String, KeyEntry> issued = new ConcurrentHashMap<>();

    /// @param random a cryptographic one
    public Passes(RandomGenerator random) {
        this.random = random;
    }

    /// A new one; to be given to [#revoke] after its call.
    public Secret issue(KeyEntry key) {
        byte[] bits = new byte[BYTES];
        random.nextBytes(bits);
        String pass = "pass-" + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
        issued.put(pass, key);
        return new Secret(pass);
    }

    public void revoke(Secret pass) {
        issued.remove(pass.reveal());
    }

    /// Whose it is; null for everything that is no pass.
    @Nullable KeyEntry key(String presented) {
        return issued.get(presented);
    }
}
