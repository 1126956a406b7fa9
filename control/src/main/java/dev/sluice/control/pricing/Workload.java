package dev.sluice.control.pricing;

import dev.sluice.catalog.Dimension;
import dev.sluice.catalog.PricingContext;
import dev.sluice.control.http.Fields;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// A described workload: what one call uses, how many there are, and how many results of them are
/// accepted.
///
/// @param calls in the period the caller has in mind
/// @param acceptedShare of the calls; above 0, at most 1
record Workload(long calls, Usage perCall, PricingContext context, BigDecimal acceptedShare) {

    private static final List<Dimension> DESCRIBED =
            List.of(
                    Dimension.QUALITY,
                    Dimension.SIZE,
                    Dimension.RESOLUTION,
                    Dimension.SERVICE_TIER);

    private static final long MOST_CALLS = 1_000_000_000L;
    private static final long MOST_UNITS = 100_000_000L;
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1_000);
    private static final BigDecimal MINUTE_MILLIS = BigDecimal.valueOf(60_000);

    static Workload read(Fields fields) {
        Map<MeterKind, Long> used = new EnumMap<>(MeterKind.class);
        long input = fields.whole("input_tokens", 0, MOST_UNITS).orElse(0L);
        long cached = share(fields, "cached_share", BigDecimal.ZERO, input);
        used.put(MeterKind.INPUT, input - cached);
        used.put(MeterKind.CACHE_READ, cached);
        used.put(MeterKind.OUTPUT, fields.whole("output_tokens", 0, MOST_UNITS).orElse(0L));
        used.put(MeterKind.REASONING, fields.whole("reasoning_tokens", 0, MOST_UNITS).orElse(0L));
        used.put(MeterKind.IMAGES, fields.whole("images", 0, 10_000).orElse(0L));
        used.put(MeterKind.VIDEO_MILLISECONDS, scaled(fields, "video_seconds", THOUSAND));
        used.put(MeterKind.AUDIO_MILLISECONDS, scaled(fields, "audio_minutes", MINUTE_MILLIS));
        used.put(MeterKind.CHARACTERS, fields.whole("characters", 0, MOST_UNITS).orElse(0L));
        used.put(MeterKind.SEARCHES, fields.whole("searches", 0, 10_000).orElse(0L));
        long calls = fields.whole("calls", 1, MOST_CALLS).orElse(1L);
        BigDecimal accepted = fields.amount("accepted_share").orElse(BigDecimal.ONE);
        if (accepted.signum() == 0 || accepted.compareTo(BigDecimal.ONE) > 0) {
            throw fields.wrong("accepted_share", "must be above 0 and at most 1.");
        }
        PricingContext context = context(fields);
        fields.done();
        Workload workload = new Workload(calls, Usage.of(used), context, accepted);
        if (workload.perCall.toMap().isEmpty()) {
            throw fields.wrong("input_tokens", "or another quantity must be above 0.");
        }
        return workload;
    }

    private static PricingContext context(Fields fields) {
        PricingContext context = PricingContext.NONE;
        for (Dimension dimension : DESCRIBED) {
            var given = fields.optionalText(dimension.key());
            if (given.isPresent()) {
                context = context.with(dimension, given.get());
            }
        }
        return context;
    }

    private static long share(Fields fields, String name, BigDecimal absent, long of) {
        BigDecimal share = fields.amount(name).orElse(absent);
        if (share.compareTo(BigDecimal.ONE) > 0) {
            throw fields.wrong(name, "must be at most 1.");
        }
        return share.multiply(BigDecimal.valueOf(of)).setScale(0, RoundingMode.DOWN).longValue();
    }

    private static long scaled(Fields fields, String name, BigDecimal factor) {
        BigDecimal quantity = fields.amount(name).orElse(BigDecimal.ZERO);
        if (quantity.compareTo(BigDecimal.valueOf(100_000)) > 0) {
            throw fields.wrong(name, "must be at most 100000.");
        }
        return quantity.multiply(factor).setScale(0, RoundingMode.UP).longValue();
    }
}
