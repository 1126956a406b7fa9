package dev.sluice.app;

import dev.sluice.policy.SnapshotSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What readiness is made of. Liveness depends on nothing: the process answers.
final class Health {

    /// Beyond this a replica that cannot confirm its configuration is worth taking out of rotation,
    /// well before it refuses calls.
    private static final Duration CONFIGURATION_AGE = Duration.ofSeconds(30);

    /// Configuration is confirmed each second: later than this the database is told to be away.
    private static final Duration CONFIRMED_WITHIN = Duration.ofSeconds(3);

    /// Who has asked for readiness within this time is taken for a load balancer that asks on.
    private static final Duration WATCHED_WITHIN = Duration.ofMinutes(1);

    private final SnapshotSource snapshots;
    private final Supplier<@Nullable String> moneyMissing;
    private final LongSupplier nanoTime;
    private volatile boolean draining;
    private volatile boolean databaseEnded;
    private volatile long askedNanos;

    /// @param moneyMissing why this replica admits no call, or null
    /// @param nanoTime a monotonic clock
    Health(
            SnapshotSource snapshots,
            Supplier<@Nullable String> moneyMissing,
            LongSupplier nanoTime) {
        this.snapshots = snapshots;
        this.moneyMissing = moneyMissing;
        this.nanoTime = nanoTime;
        this.askedNanos = nanoTime.getAsLong() - WATCHED_WITHIN.toNanos();
    }

    /// @param ready whether calls should come here
    /// @param missing what is not there, in words; a replica may be ready without it for a while
    record Report(boolean ready, List<String> missing) {
        String json() {
            StringBuilder json = new StringBuilder("{\"ready\":").append(ready);
            json.append(",\"missing\":[");
            for (int i = 0; i < missing.size(); i++) {
                json.append(i == 0 ? "\"" : ",\"").append(missing.get(i)).append('"');
            }
            return json.append("]}").toString();
        }
    }

    /// Answers somebody who decides by it whether to send calls here.
    Report asked() {
        askedNanos = nanoTime.getAsLong();
        return report();
    }

    /// Whether somebody has to hear that this replica goes before it goes.
    boolean isWatched() {
        return nanoTime.getAsLong() - askedNanos < WATCHED_WITHIN.toNanos();
    }

    private Report report() {
        List<String> missing = new ArrayList<>();
        if (draining) {
            missing.add("draining");
        }
        if (databaseEnded) {
            missing.add("embedded PostgreSQL has ended");
        }
        if (snapshots.current().version() == 0) {
            missing.add("configuration not loaded");
        }
        String money = moneyMissing.get();
        if (money != null) {
            missing.add(money);
        }
        Duration age = snapshots.age();
        boolean ready = missing.isEmpty() && age.compareTo(CONFIGURATION_AGE) <= 0;
        if (age.compareTo(CONFIRMED_WITHIN) > 0) {
            missing.add("PostgreSQL not reached for " + age.toSeconds() + " s");
        }
        return new Report(ready, List.copyOf(missing));
    }

    void draining() {
        draining = true;
    }

    void databaseEnded() {
        databaseEnded = true;
    }
}
