package dev.sluice.ledger.booking;

import dev.sluice.ledger.call.CallRecord;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;

/// Ended calls that PostgreSQL does not have: how many, what they were charged, and since when.
/// What a lost disk would lose.
public final class Unshipped {

    /// So fine is the age, and so few are the entries of a long outage.
    private static final long GRAIN_MILLIS = 100;

    private final TreeMap<Long, Integer> callsByEnd = new TreeMap<>();
    private int calls;
    private BigDecimal usd = BigDecimal.ZERO;

    /// What was not shipped yet.
    ///
    /// @param age of the oldest of them, zero when there are none
    public record Figures(int calls, BigDecimal usd, Duration age) {}

    public synchronized void add(CallRecord call) {
        calls++;
        usd = usd.add(chargeOf(call));
        callsByEnd.merge(grain(call), 1, Integer::sum);
    }

    public synchronized void remove(CallRecord call) {
        calls--;
        usd = usd.subtract(chargeOf(call));
        callsByEnd.computeIfPresent(grain(call), (_, n) -> n == 1 ? null : n - 1);
    }

    public synchronized int calls() {
        return calls;
    }

    public synchronized Figures at(Instant now) {
        long waited =
                callsByEnd.isEmpty()
                        ? 0
                        : now.toEpochMilli() - callsByEnd.firstKey() * GRAIN_MILLIS;
        return new Figures(calls, usd, Duration.ofMillis(Math.max(0, waited)));
    }

    private static BigDecimal chargeOf(CallRecord call) {
        return Posting.sum(call.chargeLines()).toDecimal();
    }

    private static long grain(CallRecord call) {
        return call.timings().endedAt().toEpochMilli() / GRAIN_MILLIS;
    }
}
