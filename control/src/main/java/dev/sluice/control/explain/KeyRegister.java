package dev.sluice.control.explain;

import dev.sluice.policy.KeyEntry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The gateway keys of an organization, those that no longer work included.
public interface KeyRegister {

    /// One key.
    ///
    /// @param reference id or label
    Optional<Known> find(String organizationId, String reference);

    /// Keys of an owner (`user:<name>`, `service:<name>`), newest first.
    List<Known> ofOwner(String organizationId, String owner);

    /// A key and whether it works.
    ///
    /// @param since when it was revoked or expired; null while it works
    record Known(KeyEntry entry, State state, @Nullable Instant since) {}

    /// Whether a key works.
    enum State {
        ACTIVE,
        EXPIRED,
        REVOKED
    }
}
