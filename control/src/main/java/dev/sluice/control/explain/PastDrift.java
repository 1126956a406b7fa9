package dev.sluice.control.explain;

import dev.sluice.ledger.reading.EstimateDrift;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// What a model's calls of the last days cost as a share of what was held for them.
public final class PastDrift implements Estimator.PastShare {

    private static final Duration STRETCH = Duration.ofDays(7);

    /// Fewer calls say little.
    private static final long FEWEST_CALLS = 20;

    private static final int DECIMALS = 12;

    private final EstimateDrift drift;
    private final InstantSource clock;

    public PastDrift(EstimateDrift drift, InstantSource clock) {
        this.drift = drift;
        this.clock = clock;
    }

    @Override
    public Optional<BigDecimal> of(String organizationId, String model) {
        Instant now = clock.instant();
        return drift.perModel(organizationId, now.minus(STRETCH), now).stream()
                .filter(past -> past.model().equals(model))
                .filter(past -> past.calls() >= FEWEST_CALLS)
                .filter(past -> past.estimateUsd().signum() > 0)
                .map(past ->
                        past.finalUsd()
                                .divide(past.estimateUsd(), DECIMALS, RoundingMode.HALF_EVEN)
                                .min(BigDecimal.ONE))
                .findFirst();
    }
}
