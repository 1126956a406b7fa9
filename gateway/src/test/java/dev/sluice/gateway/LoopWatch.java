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
/// A task counts when it has run for more than the limit, its stack is ours, and the thread really
/// worked or waited meanwhile: on a busy machine a thread that merely was not scheduled blocks
/// nobody by its own doing.
final class LoopWatch {

    static final long LIMIT_MILLIS = 20;
    private static final int ALLOWED = 2;
    private static final long WARM_UP_MILLIS = 8_000;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final long warmUpMillis;
    private final Map<Long, Seen> running = new HashMap<>();
    private final Map<String, List<String>> blocks = new HashMap<>();

    /// When the task began that was counted last, by thread: a task counts once.
    private final Map<Long, Long> lastCounted = new HashMap<>();

    private record Seen(long startedMillis, long cpuNanos, long atNanos) {}

    private LoopWatch(long warmUpMillis) {
        this.warmUpMillis = warmUpMillis;
    }

    static LoopWatch of(Vertx vertx) {
        return of(vertx, WARM_UP_MILLIS);
    }

    /// @param warmUpMillis of the life of the JVM in which nothing counts
    static LoopWatch of(Vertx vertx, long warmUpMillis) {
        LoopWatch watch = new LoopWatch(warmUpMillis);
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
        if (!sameTask || ManagementFactory.getRuntimeMXBean().getUptime() < warmUpMillis) {
            return;
        }
        boolean works = 2 * (cpu - before.cpuNanos) > now - before.atNanos;
        boolean waits = thread.getState() != Thread.State.RUNNABLE;
        Long counted = lastCounted.get(thread.threadId());
        boolean another = counted == null || Math.abs(counted - started) > 2;
        if (another && (works || waits) && !loadsClasses(thread.getStackTrace())) {
            lastCounted.put(thread.threadId(), started);
            ours(thread.getStackTrace(), event.duration() / 1_000_000);
        }
    }

    /// The first use of a class is nobody's habit.
    private static boolean loadsClasses(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            String name = frame.getClassName();
            if (name.startsWith("java.lang.ClassLoader")
                    || name.startsWith("java.lang.invoke.")
                    || name.startsWith("jdk.internal.loader.")
                    || frame.getMethodName().equals("<clinit>")) {
                return true;
            }
        }
        return false;
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
