package dev.sluice.domain;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/// What one attempt used, by disjoint meter. Immutable; counts are never negative.
///
/// An absent meter is zero. A usage that was never reported is not this type's zero but the
/// absence of a `Usage`: callers keep the two apart.
// Counts are added up on every call: an array by ordinal, never stored, costs a tenth of a map.
@SuppressWarnings("EnumOrdinal")
public final class Usage {

    public static final Usage NONE = new Usage(new long[MeterKind.values().length]);

    private final long[] counts;

    private Usage(long[] counts) {
        this.counts = counts;
    }

    public static Usage of(Map<MeterKind, Long> counts) {
        Builder builder = new Builder();
        counts.forEach(builder::set);
        return builder.build();
    }

    public static Usage of(MeterKind kind, long count) {
        return new Builder().set(kind, count).build();
    }

    public static Builder builder() {
        return new Builder();
    }

    public long count(MeterKind kind) {
        return counts[kind.ordinal()];
    }

    /// All input tokens, cached and cache writes included: the unit `input_tokens` of quotas.
    public long allInputTokens() {
        return count(MeterKind.INPUT)
                + count(MeterKind.CACHE_READ)
                + count(MeterKind.CACHE_WRITE_5M)
                + count(MeterKind.CACHE_WRITE_1H)
                + count(MeterKind.AUDIO_INPUT)
                + count(MeterKind.IMAGE_INPUT);
    }

    /// All output tokens, reasoning included: the unit `output_tokens` of quotas.
    public long allOutputTokens() {
        return count(MeterKind.OUTPUT)
                + count(MeterKind.REASONING)
                + count(MeterKind.AUDIO_OUTPUT)
                + count(MeterKind.IMAGE_OUTPUT);
    }

    public long allTokens() {
        return Math.addExact(allInputTokens(), allOutputTokens());
    }

    public Usage plus(Usage other) {
        long[] sum = counts.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] = Math.addExact(sum[i], other.counts[i]);
        }
        return new Usage(sum);
    }

    /// The meters that were used, in the order of [MeterKind].
    public Map<MeterKind, Long> toMap() {
        Map<MeterKind, Long> map = new EnumMap<>(MeterKind.class);
        for (MeterKind kind : MeterKind.values()) {
            if (count(kind) > 0) {
                map.put(kind, count(kind));
            }
        }
        return map;
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof Usage usage && Arrays.equals(counts, usage.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return "Usage" + toMap();
    }

    /// Collects counts; rejects negative ones.
    public static final class Builder {
        private final long[] counts = new long[MeterKind.values().length];

        private Builder() {}

        public Builder set(MeterKind kind, long count) {
            if (count < 0) {
                throw new IllegalArgumentException(kind.wireName() + " is negative: " + count);
            }
            counts[kind.ordinal()] = count;
            return this;
        }

        public Usage build() {
            return new Usage(counts.clone());
        }
    }
}
