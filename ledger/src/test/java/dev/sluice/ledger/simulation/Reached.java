package dev.sluice.ledger.simulation;

import java.util.Map;
import java.util.TreeMap;

/// Counts the rare states a run has met: one that met too few proves nothing.
public final class Reached {

    private final Map<String, Long> counts = new TreeMap<>();

    void mark(String state) {
        counts.merge(state, 1L, Long::sum);
    }

    long count(String state) {
        return counts.getOrDefault(state, 0L);
    }

    void addTo(Reached sum) {
        counts.forEach((state, count) -> sum.counts.merge(state, count, Long::sum));
    }

    @Override
    public String toString() {
        return counts.toString();
    }
}
