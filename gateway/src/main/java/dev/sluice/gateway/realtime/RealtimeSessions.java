package dev.sluice.gateway.realtime;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The sessions that are open, over all event loops: how many each key has, and their end before
/// that of the process.
public final class RealtimeSessions {

    private static final int POLL_MILLIS = 20;

    private final Map<String, Integer> byKey = new ConcurrentHashMap<>();
    private final Set<RealtimeSession> open = ConcurrentHashMap.newKeySet();
    private final RealtimeLimits limits;
    private volatile boolean draining;

    public RealtimeSessions(RealtimeLimits limits) {
        this.limits = limits;
    }

    boolean isDraining() {
        return draining;
    }

    /// Counts one more session of a key, unless it has as many as it may have.
    boolean enter(String keyId) {
        int most = limits.realtimeSessionsPerKey();
        boolean[] entered = new boolean[1];
        byKey.compute(
                keyId,
                (_, has) -> {
                    int now = has == null ? 0 : has;
                    entered[0] = now < most;
                    return entered[0] ? now + 1 : has;
                });
        return entered[0];
    }

    void leave(String keyId) {
        byKey.computeIfPresent(keyId, (_, has) -> has > 1 ? has - 1 : null);
    }

    void add(RealtimeSession session) {
        open.add(session);
    }

    void remove(RealtimeSession session) {
        open.remove(session);
    }

    public int count() {
        return open.size();
    }

    /// Takes no more sessions and ends those there are: each when the response it is making has
    /// ended, at the latest when the limit of that has passed.
    public Future<Void> drain(Vertx vertx) {
        draining = true;
        endAll(true);
        Promise<Void> done = Promise.promise();
        long patience = limits.realtimeDrain().toMillis();
        long most = patience + 2 * limits.realtimeCut().toMillis();
        long[] waited = {0};
        vertx.setPeriodic(
                POLL_MILLIS,
                timer -> {
                    long before = waited[0];
                    waited[0] += POLL_MILLIS;
                    if (before < patience && waited[0] >= patience) {
                        endAll(false);
                    }
                    if (open.isEmpty() || waited[0] >= most) {
                        vertx.cancelTimer(timer);
                        done.tryComplete();
                    }
                });
        return done.future();
    }

    private void endAll(boolean patience) {
        open.forEach(session -> session.context().runOnContext(_ -> session.drain(patience)));
    }
}
