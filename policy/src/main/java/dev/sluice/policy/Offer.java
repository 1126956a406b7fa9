package dev.sluice.policy;

import dev.sluice.catalog.Bounds;
import dev.sluice.catalog.Price;
import dev.sluice.catalog.PriceRow;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A model as a reader of a catalogue sees it: what its first target can do and costs, before any
/// price rule.
///
/// @param price [Price#NONE] where calls cannot be priced
/// @param row what the price list says of it, or null
public record Offer(Model model, Price price, Bounds bounds, @Nullable PriceRow row) {

    /// What is offered at this moment.
    public static Offer of(Organization organization, Model model, Snapshot snapshot, Instant now) {
        List<Model.Target> targets =
                model.targets().stream()
                        .sorted(Comparator.comparingInt(Model.Target::priority))
                        .toList();
        for (Model.Target target : targets) {
            Upstream upstream = snapshot.upstreams().get(target.upstreamId());
            if (upstream == null) {
                continue;
            }
            Optional<PriceRow> row =
                    organization
                            .prices()
                            .ofTarget(
                                    upstream.provider(), target.upstreamModel(), model.name(), now)
                            .map(PriceList.Listed::row);
            Optional<Price> price =
                    Optional.ofNullable(model.price())
                            .or(() -> row.filter(PriceRow::priced).map(PriceRow::price));
            if (price.isPresent()) {
                Bounds bounds = row.map(PriceRow::bounds).orElse(Bounds.NONE);
                return new Offer(model, price.get(), bounds, row.orElse(null));
            }
        }
        return new Offer(model, Price.NONE, Bounds.NONE, null);
    }
}
