package dev.sluice.policy;

import dev.sluice.catalog.PriceBook;
import dev.sluice.catalog.PriceRow;
import dev.sluice.catalog.ProviderEntry;
import dev.sluice.catalog.Providers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Prices as one organization pays them: its own rows and the installation's over the price book.
public final class PriceList {

    private final Map<String, List<Own>> own;
    private final PriceBook book;

    /// A row of the organization or the installation.
    ///
    /// @param version names this row on usage rows
    /// @param effectiveAt from when it holds; the newest one in force wins
    public record Own(PriceRow row, String version, Instant effectiveAt) {}

    /// A price and the version it came from.
    public record Listed(PriceRow row, String version) {}

    public PriceList(List<Own> own, PriceBook book) {
        Map<String, java.util.ArrayList<Own>> grouped = new java.util.HashMap<>();
        for (Own row : own) {
            grouped.computeIfAbsent(
                            name(row.row().provider(), row.row().model()),
                            _ -> new java.util.ArrayList<>())
                    .add(row);
        }
        Map<String, List<Own>> sorted = new java.util.HashMap<>();
        grouped.forEach((name, rows) -> {
            rows.sort(java.util.Comparator.comparing(Own::effectiveAt));
            sorted.put(name, List.copyOf(rows));
        });
        this.own = Map.copyOf(sorted);
        this.book = book;
    }

    private static String name(String provider, String model) {
        return provider + "/" + model;
    }

    /// The price of a model at a provider (an id of the catalogue, or any other name that own rows
    /// use).
    public Optional<Listed> find(String provider, String model, Instant now) {
        Optional<Listed> ofOwn =
                own.getOrDefault(name(provider, model), List.of()).stream()
                        .filter(row -> !row.effectiveAt().isAfter(now))
                        .reduce((_, later) -> later)
                        .map(row -> new Listed(row.row(), row.version()));
        if (ofOwn.isPresent()) {
            return ofOwn;
        }
        Optional<ProviderEntry> entry = Providers.shipped().find(provider);
        return entry.flatMap(known -> book.find(known, model)).map(this::ofBook);
    }

    /// The price at the API of the vendor that makes the model.
    public Optional<Listed> firstParty(String publicName) {
        return book.firstParty(publicName).map(this::ofBook);
    }

    private Listed ofBook(PriceRow row) {
        return new Listed(row, book.version());
    }

    public PriceBook book() {
        return book;
    }
}
