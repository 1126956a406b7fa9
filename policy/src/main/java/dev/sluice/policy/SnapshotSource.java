package dev.sluice.policy;

import java.time.Duration;

/// Where the data plane finds the newest published configuration. Reading it never blocks.
public interface SnapshotSource {

    Snapshot current();

    /// How long ago the configuration was last confirmed to be the newest. A replica that is cut
    /// off from the database refuses all calls once this passes `stale_after`.
    Duration age();
}
