package dev.sluice.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.threadchecker.BlockedThreadEvent;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Notices when the data plane's own code holds an event loop.
///
/// A sample counts when one task has run for more than the limit, its stack is ours, and the thread
/// really worked or waited meanwhile: on a busy machine a thread that merely was not scheduled
/// blocks nobody by its own doing.
final class LoopWatch {

    static final long LIMIT_MILLIS = 20;
    private static final int ALLOWED = 2;
    private static final long WARM_UP_MILLIS = 8_000;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Map<Long, Seen> running = new HashMap<>();
    private final Map<String, List<String>> blocks = new HashMap<>();

    private record Seen(long startedMillis, long cpuNanos, long atNanos) {}

    static LoopWatch of(Vertx vertx) {
        LoopWatch watch = new LoopWatch();
        ((VertxInternal) vertx).blockedThreadChecker().setThreadBlockedHandler(watch::sampled);
        return watch;
    }

    private synchronized void sampled(BlockedThreadEvent event) {
        Thread thread = event.thread();
        long now = System.nanoTime();
        long started = now / 1_000_000 - event.duration() / 1_000_000;
        long cpu = threads.getThreadCpuTime(thread.threadId());
        Seen before = running.put(thread.threadId(), new Seen(started, cpu, now));
        boolean sameTask = before != null && Math.abs(before.startedMillis - started) <= 2;
        if (!sameTask || ManagementFactory.getRuntimeMXBean().getUptime() < WARM_UP_MILLIS) {
            return;
        }
        boolean works = 2 * (cpu - before.cpuNanos) > now - before.atNanos;
        boolean waits = thread.getState() != Thread.State.RUNNABLE;
        if (works || waits) {
            ours(thread.getStackTrace(), event.duration() / 1_000_000);
        }
    }

    private void ours(StackTraceElement[] stack, long millis) {
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().startsWith("dev.sluice.")
                    && !frame.getClassName().startsWith("dev.sluice.simulator.")) {
                String method = frame.getClassName() + "." + frame.getMethodName();
                blocks.computeIfAbsent(method, _ -> new ArrayList<>())
                        .add(millis + " ms in " + stack[0]);
                return;
            }
        }
    }

    /// Fails when one method of ours held a loop more often than chance explains.
    synchronized void check() {
        blocks.forEach((method, samples) -> {
            if (samples.size() > ALLOWED) {
                throw new AssertionError(
                        method
                                + " holds an event loop for more than "
                                + LIMIT_MILLIS
                                + " ms: "
                                + samples);
            }
        });
    }
}
