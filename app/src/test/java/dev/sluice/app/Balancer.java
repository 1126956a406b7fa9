package dev.sluice.app;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/// Sends calls to replicas as a load balancer does: in turn to those that said at their last health
/// check that they are ready, over connections that it keeps. A check that gets no answer counts
/// from its second time on. It never tries a call again.
final class Balancer implements AutoCloseable {

    private static final Duration EVERY = Duration.ofMillis(500);

    private final int size;
    private final IntFunction<Api> replicas;
    private final ConcurrentHashMap<Integer, Api> ready = new ConcurrentHashMap<>();
    private final Set<Integer> silent = ConcurrentHashMap.newKeySet();
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

    Api next() throws IOException {
        List<Api> all = List.copyOf(ready.values());
        if (all.isEmpty()) {
            throw new IOException("no replica is ready");
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
            check(i, replicas.apply(i));
        }
    }

    private void check(int number, Api replica) {
        try {
            if (replica.get("/readyz", Duration.ofSeconds(1)).statusCode() == 200) {
                ready.put(number, replica);
            } else {
                ready.remove(number);
            }
            silent.remove(number);
        } catch (IOException _) {
            if (!silent.add(number)) {
                ready.remove(number);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        over.set(true);
        checks.interrupt();
    }
}
