package dev.sluice.policy;

import dev.sluice.catalog.PriceBook;
import dev.sluice.catalog.PriceRow;
import dev.sluice.catalog.ProviderEntry;
import dev.sluice.catalog.Providers;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Prices as one organization pays them: its own rows and the installation's over the price book.
public final class PriceList {

    private final Map<String, List<Own>> own;
    private final Map<String, List<Own>> ownFirstParty;
    private final PriceBook book;
    private final Providers providers;

    /// A row of the organization or the installation.
    ///
    /// @param version names this row on usage rows
    /// @param effectiveAt from when it holds; the newest one in force wins
    public record Own(PriceRow row, String version, Instant effectiveAt) {}

    /// A price and the version it came from.
    public record Listed(PriceRow row, String version) {}

    /// Over the shipped providers' sections of the book.
    public PriceList(List<Own> own, PriceBook book) {
        this(own, book, Providers.shipped());
    }

    /// Over some providers' sections of the book.
    ///
    /// @param providers whose price providers say which rows apply
    public PriceList(List<Own> own, PriceBook book, Providers providers) {
        this.own = grouped(own, row -> name(row.row().provider(), row.row().model()));
        this.ownFirstParty =
                grouped(
                        own.stream().filter(row -> row.row().firstParty()).toList(),
                        row -> row.row().model());
        this.book = book;
        this.providers = providers;
    }

    /// Oldest first within a name.
    private static Map<String, List<Own>> grouped(List<Own> rows, Function<Own, String> name) {
        return Map.copyOf(
                rows.stream()
                        .sorted(Comparator.comparing(Own::effectiveAt))
                        .collect(Collectors.groupingBy(name, Collectors.toUnmodifiableList())));
    }

    private static String name(String provider, String model) {
        return provider + "/" + model;
    }

    /// The price of a model at a provider (an id of the catalogue, or any other name that own rows
    /// use). Rows of imported books stand under the book's own provider ids, as the book's do.
    public Optional<Listed> find(String provider, String model, Instant now) {
        Optional<Listed> ofProvider = inForce(own, name(provider, model), now);
        if (ofProvider.isPresent()) {
            return ofProvider;
        }
        Optional<ProviderEntry> entry = providers.find(provider);
        if (entry.isPresent()) {
            for (String id : entry.get().priceProviders()) {
                Optional<Listed> listed = listed(id, model, now);
                if (listed.isPresent()) {
                    return listed;
                }
            }
        }
        return Optional.empty();
    }

    /// The price of a target: the provider's for the upstream model, else for the public name, else
    /// the vendor's own for the public name.
    public Optional<Listed> ofTarget(
            String provider, String upstreamModel, String publicName, Instant now) {
        return find(provider, upstreamModel, now)
                .or(() -> find(provider, publicName, now))
                .or(() -> firstParty(publicName, now));
    }

    private Optional<Listed> listed(String priceProvider, String model, Instant now) {
        return inForce(own, name(priceProvider, model), now)
                .or(() -> book.find(priceProvider, model).map(this::ofBook));
    }

    /// The price at the API of the vendor that makes the model.
    public Optional<Listed> firstParty(String publicName, Instant now) {
        return inForce(ownFirstParty, publicName, now)
                .or(() ->
                        book.firstParty(publicName)
                                .flatMap(row -> listed(row.provider(), row.model(), now)));
    }

    private static Optional<Listed> inForce(Map<String, List<Own>> rows, String name, Instant now) {
        for (Own row : rows.getOrDefault(name, List.of()).reversed()) {
            if (!row.effectiveAt().isAfter(now)) {
                return Optional.of(new Listed(row.row(), row.version()));
            }
        }
        return Optional.empty();
    }

    private Listed ofBook(PriceRow row) {
        return new Listed(row, book.version());
    }

    public PriceBook book() {
        return book;
    }
}
