package dev.sluice.ledger.reading;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How fast an organization spends: the charges of the last days, from the first of them on. Calls
/// block.
public final class BurnRate {

    /// What the pace is measured over.
    static final Duration STRETCH = Duration.ofDays(7);

    /// A first hour says little: nothing shorter is taken for a pace.
    private static final Duration LEAST = Duration.ofHours(1);

    private static final BigDecimal DAY = BigDecimal.valueOf(Duration.ofDays(1).toSeconds());
    private static final int DECIMALS = 12;

    /// Beyond this a date is no forecast.
    private static final BigDecimal MOST_DAYS = BigDecimal.valueOf(3_650);

    /// A pace in US dollars.
    ///
    /// @param from null when nothing was spent
    public record Pace(@Nullable Instant from, BigDecimal spent, BigDecimal perDay) {

        /// When so much is gone at this pace; null for never, or not within ten years.
        public @Nullable Instant runsOut(BigDecimal left, Instant now) {
            if (perDay.signum() <= 0) {
                return null;
            }
            if (left.signum() <= 0) {
                return now;
            }
            BigDecimal days = left.divide(perDay, DECIMALS, RoundingMode.HALF_EVEN);
            return days.compareTo(MOST_DAYS) > 0
                    ? null
                    : now.plusSeconds(days.multiply(DAY).longValue());
        }
    }

    private final UsageReport report;

    public BurnRate(UsageReport report) {
        this.report = report;
    }

    public Pace of(String organizationId, Instant now) {
        Instant from = now.minus(STRETCH);
        List<UsageReport.UsageRow> hours =
                report.rows(
                        new UsageReport.Query(
                                organizationId,
                                from,
                                now,
                                List.of(),
                                Map.of(),
                                UsageReport.Interval.HOUR,
                                ZoneOffset.UTC));
        BigDecimal spent = BigDecimal.ZERO;
        Instant first = null;
        for (UsageReport.UsageRow hour : hours) {
            BigDecimal usd = hour.units().getOrDefault("usd", BigDecimal.ZERO);
            if (usd.signum() > 0 && first == null) {
                first = hour.start().isBefore(from) ? from : hour.start();
            }
            spent = spent.add(usd);
        }
        if (first == null) {
            return new Pace(null, BigDecimal.ZERO, BigDecimal.ZERO);
        }
        Duration measured = Duration.between(first, now);
        long seconds = Math.max(measured.toSeconds(), LEAST.toSeconds());
        return new Pace(
                first,
                spent,
                spent.multiply(DAY)
                        .divide(BigDecimal.valueOf(seconds), DECIMALS, RoundingMode.HALF_EVEN));
    }
}
