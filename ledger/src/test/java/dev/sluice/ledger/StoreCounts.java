package dev.sluice.ledger;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How often each kind of step and answer was met by histories of two stores.
final class StoreCounts {

    static final List<String> STATES =
            List.of(
                    "held",
                    "held less output",
                    "refused",
                    "recalling",
                    "late",
                    "epoch over",
                    "over the limit",
                    "returned",
                    "return too late",
                    "recalled",
                    "restarted",
                    "ended",
                    "written off",
                    "not written off",
                    "shipped EXACT",
                    "shipped ESTIMATED",
                    "shipped ABANDONED",
                    "more than held",
                    "shipped again",
                    "shipped to books that were put back",
                    "shipped by an epoch that is over");

    private final Map<String, Long> counts = new TreeMap<>();

    void add(String state) {
        counts.merge(state, 1L, Long::sum);
    }

    long of(String state) {
        return counts.getOrDefault(state, 0L);
    }

    @Override
    public String toString() {
        return counts.toString();
    }
}
