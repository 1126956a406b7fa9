package dev.sluice.control.models;

import dev.sluice.catalog.Price;
import dev.sluice.catalog.PriceBook;
import dev.sluice.domain.MeterKind;
import dev.sluice.policy.Organization;
import dev.sluice.policy.PriceList;
import dev.sluice.policy.Snapshot;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What the prices say of a model, found by the rule of the policy: the model's own price, else the
/// provider's row for the upstream model, else for the public name, else the vendor's own.
public final class ModelPrices {

    /// What calls are for that are charged by one of these meters. The modes are the price book's.
    private static final Map<String, Set<MeterKind>> CHARGED_BY = new LinkedHashMap<>();

    static {
        CHARGED_BY.put("chat", EnumSet.of(MeterKind.OUTPUT));
        CHARGED_BY.put("image_generation", EnumSet.of(MeterKind.IMAGES, MeterKind.IMAGE_OUTPUT));
        CHARGED_BY.put("audio_speech", EnumSet.of(MeterKind.CHARACTERS, MeterKind.AUDIO_OUTPUT));
        CHARGED_BY.put("audio_transcription", EnumSet.of(MeterKind.AUDIO_MILLISECONDS));
        CHARGED_BY.put(
                "video_generation", EnumSet.of(MeterKind.VIDEO_MILLISECONDS, MeterKind.VIDEO_JOBS));
    }

    private final Supplier<Snapshot> snapshots;
    private final PriceBook book;
    private final InstantSource clock;

    public ModelPrices(Supplier<Snapshot> snapshots, PriceBook book, InstantSource clock) {
        this.snapshots = snapshots;
        this.book = book;
        this.clock = clock;
    }

    /// Why the calls of a model cannot be priced now; empty when they can.
    Optional<String> unpriced(PublicModel model) {
        if (model.price() != null) {
            return Optional.empty();
        }
        PriceList prices = prices(model);
        return model.targets().stream()
                .flatMap(target -> why(prices, model.head().name(), target).stream())
                .findFirst();
    }

    /// What a model is for, by the rows of its targets; by what its own price charges where there
    /// is no row. Empty where nothing tells.
    List<String> modes(PublicModel model) {
        PriceList prices = prices(model);
        List<String> listed =
                model.targets().stream()
                        .flatMap(target -> row(prices, model.head().name(), target).stream())
                        .map(listedRow -> listedRow.row().mode())
                        .distinct()
                        .toList();
        Price own = model.price();
        return !listed.isEmpty() || own == null ? listed : chargedFor(own).toList();
    }

    private static Stream<String> chargedFor(Price price) {
        return CHARGED_BY.entrySet().stream()
                .filter(mode -> mode.getValue().stream().anyMatch(price::prices))
                .map(Map.Entry::getKey);
    }

    private PriceList prices(PublicModel model) {
        Organization organization =
                snapshots.get().organizations().get(model.head().organizationId());
        return organization == null ? new PriceList(List.of(), book) : organization.prices();
    }

    private Optional<PriceList.Listed> row(
            PriceList prices, String name, PublicModel.Target target) {
        return prices.ofTarget(target.provider(), target.model(), name, clock.instant());
    }

    private Optional<String> why(PriceList prices, String name, PublicModel.Target target) {
        Optional<PriceList.Listed> row = row(prices, name, target);
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
