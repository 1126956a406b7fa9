package dev.sluice.bench;

import java.util.Arrays;

/// Durations in microseconds, kept one by one. Used by one thread.
final class Latencies {

    private long[] values = new long[1024];
    private int size;

    void add(long micros) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = micros;
    }

    int count() {
        return size;
    }

    /// The nearest rank: the least value that at least `percent` of all do not exceed.
    ///
    /// @return 0 when nothing was measured
    long percentile(double percent) {
        if (size == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(values, size);
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(percent / 100 * size);
        return sorted[Math.clamp(rank - 1L, 0, size - 1)];
    }
}
