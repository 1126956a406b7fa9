package dev.sluice.app;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/// Sends calls to replicas as a load balancer does: in turn to those that said at their last health
/// check that they are ready, over connections that it keeps. It never tries a call again.
final class Balancer implements AutoCloseable {

    private static final Duration EVERY = Duration.ofMillis(500);

    private final int size;
    private final IntFunction<Api> replicas;
    private final ConcurrentHashMap<Integer, Api> ready = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread checks = Thread.ofVirtual().unstarted(this::checkOnAndOn);

    /// @param replicas where each of them is now
    Balancer(int size, IntFunction<Api> replicas) {
        this.size = size;
        this.replicas = replicas;
        check();
        checks.start();
    }

    Api next() {
        List<Api> all = List.copyOf(ready.values());
        if (all.isEmpty()) {
            throw new AssertionError("no replica is ready");
        }
        return all.get(Math.floorMod(turn.getAndIncrement(), all.size()));
    }

    boolean isReady(int number) {
        return ready.containsKey(number);
    }

    private void checkOnAndOn() {
        while (!over.get()) {
            LockSupport.parkNanos(EVERY.toNanos());
            check();
        }
    }

    private void check() {
        for (int i = 0; i < size; i++) {
            Api replica = replicas.apply(i);
            if (saysReady(replica)) {
                ready.put(i, replica);
            } else {
                ready.remove(i);
            }
        }
    }

    private static boolean saysReady(Api replica) {
        try {
            return replica.get("/readyz", Duration.ofSeconds(1)).statusCode() == 200;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        over.set(true);
        checks.interrupt();
    }
}
