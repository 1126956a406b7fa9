package dev.sluice.control.models;

import dev.sluice.catalog.Price;
import dev.sluice.control.config.Configured;
import dev.sluice.control.config.Head;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A public model name of an organization.
///
/// @param price its own price, or null
/// @param maxOutputTokens the route's limit of output tokens per choice, or null
/// @param contextWindow tokens, where the book does not know or knows worse, or null
public record PublicModel(
        Head head,
        List<Target> targets,
        boolean weighted,
        @Nullable Price price,
        @Nullable Long maxOutputTokens,
        @Nullable Long contextWindow)
        implements Configured {

    /// One place a call may be sent to; a lower priority is tried first.
    public record Target(
            String upstreamId,
            String upstream,
            String provider,
            String model,
            int priority,
            int weight) {}
}
