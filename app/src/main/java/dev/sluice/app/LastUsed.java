package dev.sluice.app;

import dev.sluice.domain.Attribution;
import dev.sluice.gateway.telemetry.CallObserver;
import dev.sluice.ledger.call.CallRecord;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Notes when each key was used last, in memory, and hands the notes on once in a while: a key's
/// row is not written for every call.
final class LastUsed implements CallObserver {

    private final Map<String, Instant> newest = new ConcurrentHashMap<>();
    private final Consumer<Map<String, Instant>> store;

    LastUsed(Consumer<Map<String, Instant>> store) {
        this.store = store;
    }

    @Override
    public void ended(CallRecord call) {
        Attribution attribution = call.attribution();
        if (attribution != null && attribution.keyId() != null) {
            newest.put(attribution.keyId(), call.timings().admittedAt());
        }
    }

    void flush() {
        Map<String, Instant> noted = Map.copyOf(newest);
        if (!noted.isEmpty()) {
            store.accept(noted);
            noted.forEach(newest::remove);
        }
    }
}
