package dev.sluice.control.prices;

import dev.sluice.catalog.Price;
import dev.sluice.catalog.PriceRow;
import dev.sluice.control.config.Configured;
import dev.sluice.control.config.Head;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One version of an own price.
///
/// @param shared whether it holds for every organization
/// @param imported where the row came with a price book: the book's row and version; null for a
///     price set by itself
public record OwnPrice(
        Head head,
        String provider,
        String model,
        Price price,
        @Nullable String source,
        Instant effectiveAt,
        boolean shared,
        @Nullable Imported imported)
        implements Configured {

    /// A row of an imported book, whose bounds and source are its own.
    public record Imported(PriceRow row, String version) {}

    /// The price version on usage rows: the book's, else this row's id.
    public String version() {
        return imported == null ? head.id() : imported.version();
    }
}
