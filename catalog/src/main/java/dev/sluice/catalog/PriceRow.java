package dev.sluice.catalog;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/// One model at one provider.
///
/// @param provider the price provider's id, as in the book's file names and provider entries
/// @param model the name the provider's API takes
/// @param vendor who makes the model, as far as its name tells; else the provider
/// @param mode what it does: `chat`, `responses`, `embedding`, `image_generation`, …
/// @param price in US dollars; may be empty when unpriced
/// @param capabilities sorted names such as `vision`, `tools`
/// @param retiresOn the day the provider announced as its last
/// @param source where price and bounds come from
/// @param sourceVersion version or commit of that source
/// @param checkedOn the day the source was read
/// @param firstParty whether this provider is the vendor's own API: the price of a public name
/// @param unpricedReason why a call is refused although the row exists
public record PriceRow(
        String provider,
        String model,
        String vendor,
        String mode,
        Price price,
        Bounds bounds,
        List<String> capabilities,
        Optional<LocalDate> retiresOn,
        String source,
        String sourceVersion,
        LocalDate checkedOn,
        boolean firstParty,
        Optional<String> unpricedReason) {

    public PriceRow {
        capabilities = List.copyOf(capabilities);
    }

    /// Whether calls may be priced by it.
    public boolean priced() {
        return unpricedReason.isEmpty();
    }
}
