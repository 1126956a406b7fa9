package dev.sluice.policy;

import dev.sluice.domain.KeyDigest;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// The whole configuration at one moment, immutable. A call uses one snapshot from start to end.
///
/// @param version grows with every published change; 0 is the empty snapshot before the first load
/// @param organizations by id
/// @param keys by the hex digest of the credential; a rotated key has two entries until its overlap
///     ends
/// @param upstreams by id, those of every organization and the shared ones
public record Snapshot(
        long version,
        Instant builtAt,
        Map<String, Organization> organizations,
        Map<String, KeyEntry> keys,
        Map<String, Upstream> upstreams) {

    public static final Snapshot EMPTY =
            new Snapshot(0, Instant.EPOCH, Map.of(), Map.of(), Map.of());

    public Optional<KeyEntry> key(KeyDigest digest) {
        return Optional.ofNullable(keys.get(digest.hex()));
    }

    public Organization organization(String id) {
        Organization organization = organizations.get(id);
        if (organization == null) {
            throw new IllegalStateException("the snapshot has no organization " + id);
        }
        return organization;
    }
}
