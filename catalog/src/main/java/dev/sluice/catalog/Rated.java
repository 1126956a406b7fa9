package dev.sluice.catalog;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Money;
import java.util.List;

/// What pricing a usage gives: cost lines, or the meter that has no price.
public sealed interface Rated {

    /// The usage is priced; the total is the sum of the lines.
    record Priced(List<CostLine> lines, Money total) implements Rated {
        public Priced {
            lines = List.copyOf(lines);
        }
    }

    /// A used meter has no price; nothing may be charged from this, least of all zero.
    record Unpriced(MeterKind meter) implements Rated {}
}
