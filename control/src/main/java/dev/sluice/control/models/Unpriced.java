package dev.sluice.control.models;

import dev.sluice.catalog.PriceBook;
import dev.sluice.policy.Organization;
import dev.sluice.policy.PriceList;
import dev.sluice.policy.Snapshot;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// Whether calls of a model could be priced now, by the rule of the policy: the model's own price,
/// else the provider's row for the upstream model, else for the public name, else the vendor's own.
public final class Unpriced implements Function<PublicModel, Optional<String>> {

    private final Supplier<Snapshot> snapshots;
    private final PriceBook book;
    private final InstantSource clock;

    public Unpriced(Supplier<Snapshot> snapshots, PriceBook book, InstantSource clock) {
        this.snapshots = snapshots;
        this.book = book;
        this.clock = clock;
    }

    @Override
    public Optional<String> apply(PublicModel model) {
        if (model.price() != null) {
            return Optional.empty();
        }
        Organization organization =
                snapshots.get().organizations().get(model.head().organizationId());
        PriceList prices =
                organization == null ? new PriceList(List.of(), book) : organization.prices();
        return model.targets().stream()
                .flatMap(target -> why(prices, model.head().name(), target).stream())
                .findFirst();
    }

    private Optional<String> why(PriceList prices, String name, PublicModel.Target target) {
        Optional<PriceList.Listed> row =
                prices.ofTarget(target.provider(), target.model(), name, clock.instant());
        if (row.isEmpty()) {
            return Optional.of(
                    "no price is known for "
                            + target.model()
                            + " at "
                            + target.provider()
                            + ": give the model a price, or post one to /admin/v1/prices");
        }
        return row.get().row().unpricedReason();
    }
}
