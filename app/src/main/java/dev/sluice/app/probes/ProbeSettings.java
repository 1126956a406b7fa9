package dev.sluice.app.probes;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What the operator says of probes.
///
/// @param every how often a model is probed whose upstream says nothing itself; null: never
/// @param usdPerDay what the probes of a day may cost at the providers, over all replicas
public record ProbeSettings(@Nullable Duration every, BigDecimal usdPerDay) {

    /// Off, unless an upstream says otherwise.
    public static final ProbeSettings OFF = new ProbeSettings(null, BigDecimal.ONE);
}
