package dev.sluice.control.prices;

import dev.sluice.catalog.Price;
import dev.sluice.control.config.Configured;
import dev.sluice.control.config.Head;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One version of an own price; its id is the price version on usage rows.
///
/// @param shared whether it holds for every organization
public record OwnPrice(
        Head head,
        String provider,
        String model,
        Price price,
        @Nullable String source,
        Instant effectiveAt,
        boolean shared)
        implements Configured {}
