package dev.sluice.bench;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// The load generator: one event loop, prepared requests, kept connections. Every call it begins
/// is waited for, so that providers and books can be compared to the last one.
final class Load implements AutoCloseable {

    private static final long DRAIN_MILLIS = 30_000;

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    private final NetClient client =
            vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
    private final Context loop = vertx.getOrCreateContext();

    /// What came of one phase.
    ///
    /// @param measured calls that ended while the gauge was on
    /// @param good all that were answered 200 to their end
    /// @param whole from the intended start to the last byte
    /// @param firstByte from the intended start to the first byte
    record Outcome(int measured, int good, int errors, Latencies whole, Latencies firstByte) {}

    /// Called around the measured part of a phase, from the calling thread.
    interface Gauge {
        void begin();

        void end();

        Gauge NONE =
                new Gauge() {
                    @Override
                    public void begin() {}

                    @Override
                    public void end() {}
                };
    }

    /// Each connection sends its next call when the last was answered.
    ///
    /// @param rampMillis over which connections begin; not measured by the gauge
    Outcome closed(
            int port, byte[] request, int connections, long rampMillis, long millis, Gauge gauge) {
        Phase phase = new Phase(port, request);
        for (int i = 0; i < connections; i++) {
            long delay = 1 + rampMillis * i / connections;
            loop.runOnContext(_ -> vertx.setTimer(delay, _ -> phase.again(new Caller(phase))));
        }
        Pause.millis(rampMillis);
        gauge.begin();
        int before = phase.answered.get();
        Pause.millis(millis);
        int measured = phase.answered.get() - before;
        gauge.end();
        return phase.finish(measured);
    }

    /// Calls begin at their own times, whatever became of earlier ones.
    ///
    /// @param connections the most that are opened; calls beyond wait, and their wait counts
    Outcome open(
            int port, byte[] request, int connections, int perSecond, long millis, Gauge gauge) {
        Phase phase = new Phase(port, request);
        phase.most = connections;
        gauge.begin();
        long start = System.nanoTime();
        long calls = millis * perSecond / 1000;
        long gap = TimeUnit.SECONDS.toNanos(1) / perSecond;
        for (long i = 0; i < calls; i++) {
            long due = start + i * gap;
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
                if (Thread.currentThread().isInterrupted()) {
                    throw new IllegalStateException("interrupted");
                }
            }
            loop.runOnContext(_ -> phase.due(due));
        }
        Outcome outcome = phase.finish((int) calls);
        gauge.end();
        return outcome;
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /// One run of load. All of it but [#finish] runs on the loop.
    private final class Phase {

        final int port;
        final Buffer request;
        final Latencies whole = new Latencies();
        final Latencies firstByte = new Latencies();
        final Deque<Caller> idle = new ArrayDeque<>();
        final Deque<Long> waiting = new ArrayDeque<>();
        final CountDownLatch quiet = new CountDownLatch(1);
        int most = Integer.MAX_VALUE;
        int opened;
        int busy;
        int errors;
        final AtomicInteger answered = new AtomicInteger();
        boolean open;
        boolean ending;

        Phase(int port, byte[] request) {
            this.port = port;
            this.request = Buffer.buffer(request);
        }

        /// The closed loop's next call.
        void again(Caller caller) {
            if (ending) {
                caller.leave();
            } else {
                busy++;
                caller.call(System.nanoTime());
            }
        }

        void due(long at) {
            open = true;
            busy++;
            Caller free = idle.poll();
            if (free != null) {
                free.call(at);
            } else if (opened < most) {
                opened++;
                new Caller(this).call(at);
            } else {
                waiting.add(at);
            }
        }

        void answered(Caller caller, boolean good) {
            busy--;
            answered.incrementAndGet();
            if (!good) {
                errors++;
            }
            if (!open) {
                again(caller);
            } else if (waiting.isEmpty()) {
                idle.add(caller);
            } else {
                caller.call(waiting.poll());
            }
            settle();
        }

        private void settle() {
            if (ending && busy == 0) {
                idle.forEach(Caller::leave);
                quiet.countDown();
            }
        }

        Outcome finish(int measured) {
            loop.runOnContext(_ -> {
                ending = true;
                settle();
            });
            boolean drained = Pause.await(quiet, DRAIN_MILLIS);
            // an unanswered call is an error; the loop is read after the latch, or given up
            int lost = drained ? 0 : busy;
            return new Outcome(measured, whole.count(), errors + lost, whole, firstByte);
        }
    }

    /// One connection, at most one call at a time.
    private final class Caller {

        private final Phase phase;
        private final ResponseScan scan = new ResponseScan();
        private @org.jspecify.annotations.Nullable NetSocket socket;
        private long began;
        private boolean waits;
        private boolean silent;

        Caller(Phase phase) {
            this.phase = phase;
        }

        void call(long at) {
            began = at;
            waits = true;
            silent = true;
            scan.reset();
            NetSocket to = socket;
            if (to != null) {
                to.write(phase.request);
                return;
            }
            client.connect(phase.port, "127.0.0.1")
                    .onSuccess(made -> {
                        socket = made;
                        made.handler(this::bytes);
                        made.exceptionHandler(_ -> gone());
                        made.closeHandler(_ -> gone());
                        made.write(phase.request);
                    })
                    .onFailure(_ -> gone());
        }

        private void bytes(Buffer bytes) {
            long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began);
            if (silent) {
                silent = false;
                phase.firstByte.add(micros);
            }
            if (scan.push(bytes)) {
                boolean good = scan.status() == 200;
                if (good) {
                    phase.whole.add(micros);
                }
                waits = false;
                phase.answered(this, good);
            }
        }

        private void gone() {
            socket = null;
            if (waits) {
                waits = false;
                // not at once, or a dead target is asked in a tight loop
                vertx.setTimer(10, _ -> phase.answered(this, false));
            }
        }

        void leave() {
            NetSocket to = socket;
            if (to != null) {
                to.close();
            }
        }
    }
}
