package dev.sluice.policy;

import dev.sluice.catalog.Price;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A public model name of one organization and where its calls may go.
///
/// @param price the model's own price, which wins over the book, or null
/// @param priceVersion names that price's version on usage rows; null when `price` is
/// @param maxOutputTokens the route's limit of output tokens per choice, or null
/// @param contextWindow tokens, where the book does not know or knows worse, or null
public record Model(
        String id,
        String name,
        Strategy strategy,
        List<Target> targets,
        @Nullable Price price,
        @Nullable String priceVersion,
        @Nullable Long maxOutputTokens,
        @Nullable Long contextWindow) {

    /// How the order of targets of equal priority is chosen.
    public enum Strategy {
        PRIORITY,
        WEIGHTED
    }

    /// One place a call may be sent to. A lower `priority` is tried first.
    public record Target(String upstreamId, String upstreamModel, int priority, int weight) {}
}
