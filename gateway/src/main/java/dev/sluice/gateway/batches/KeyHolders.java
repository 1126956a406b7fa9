package dev.sluice.gateway.batches;

import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Snapshot;
import dev.sluice.policy.SnapshotSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The keys whose batches are run, as they are at the moment.
final class KeyHolders {

    /// What calls of a batch are put down to where the key says nothing else.
    private static final String TRAFFIC = "batch";

    private static final Duration SKEW = Duration.ofSeconds(5);

    private final SnapshotSource snapshots;
    private final InstantSource clock;

    KeyHolders(SnapshotSource snapshots, InstantSource clock) {
        this.snapshots = snapshots;
        this.clock = clock;
    }

    Snapshot snapshot() {
        return snapshots.current();
    }

    /// Whether this replica knows the keys there were at that moment, as another one may tell it.
    boolean isKnown(Instant moment) {
        return clock.instant().minus(snapshots.age()).minus(SKEW).isAfter(moment);
    }

    /// The key, unless it was revoked or has expired. A rotated one has two credentials for a
    /// while: the one that lasts longer counts.
    Optional<KeyEntry> find(String keyId) {
        Instant now = clock.instant();
        return snapshot().keys().values().stream()
                .filter(key -> key.id().equals(keyId))
                .filter(key -> key.notAfter() == null || now.isBefore(key.notAfter()))
                .max(Comparator.comparing(key -> end(key.notAfter())))
                .map(KeyHolders::asBatch);
    }

    private static Instant end(@Nullable Instant notAfter) {
        return notAfter == null ? Instant.MAX : notAfter;
    }

    private static KeyEntry asBatch(KeyEntry key) {
        return new KeyEntry(
                key.id(),
                key.organizationId(),
                key.label(),
                key.teamId(),
                key.owner(),
                key.environment(),
                key.workflow(),
                key.customer(),
                key.productArea(),
                key.plan(),
                key.trafficClass() == null ? TRAFFIC : key.trafficClass(),
                key.models(),
                key.endpointFamilies(),
                key.actions(),
                key.allowedIps(),
                key.notAfter(),
                key.upstreamId(),
                null);
    }
}
