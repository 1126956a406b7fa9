package dev.sluice.gateway.offloop;

import dev.sluice.policy.KeyEntry;

/// What is served to keys beside the models, without a provider: files, batches. Runs on a virtual
/// thread and may block; what it throws as a fault is answered as one.
public interface KeyedRoutes {

    boolean serves(String path);

    /// Serves one request; blocks.
    ///
    /// @param key whose request it is
    /// @param ask its path as [#serves] saw it
    OffLoop.Answer handle(KeyEntry key, OffLoop.Ask ask);
}
