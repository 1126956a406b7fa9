package dev.sluice.gateway.offloop;

import dev.sluice.policy.KeyEntry;
import dev.sluice.protocol.Dialect;

/// What is served to keys beside the models, without a provider: files, batches. Runs on a virtual
/// thread and may block; what it throws as a fault is answered as one.
public interface KeyedRoutes {

    boolean serves(String path);

    /// Whether clients of a dialect are served in its own shapes; to others there is nothing.
    default boolean speaks(Dialect dialect) {
        return dialect == Dialect.OPENAI;
    }

    /// Serves one request; blocks.
    ///
    /// @param key whose request it is
    /// @param ask its path as [#serves] saw it
    OffLoop.Answer handle(KeyEntry key, OffLoop.Ask ask);
}
