package dev.sluice.ledger.simulation;

import dev.sluice.ledger.window.WindowKey;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// What calls really hold and used, counted beside the protocol: one figure for each call and
/// window, added up. Knows no slices.
final class Truth {

    private final Map<String, Map<WindowKey, Long>> calls = new LinkedHashMap<>();
    private final Map<WindowKey, Long> totals = new HashMap<>();

    /// Sets what a call counts for, in place of what it counted before.
    void count(String requestId, Map<WindowKey, Long> amounts) {
        forget(requestId);
        calls.put(requestId, amounts);
        amounts.forEach((key, amount) -> totals.merge(key, amount, Math::addExact));
    }

    void forget(String requestId) {
        Map<WindowKey, Long> before = calls.remove(requestId);
        if (before != null) {
            before.forEach((key, amount) -> totals.merge(key, -amount, Math::addExact));
        }
    }

    long total(WindowKey key) {
        return totals.getOrDefault(key, 0L);
    }

    Map<WindowKey, Long> of(String requestId) {
        return calls.getOrDefault(requestId, Map.of());
    }
}
