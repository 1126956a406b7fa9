package dev.sluice.bench;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Every process this run has started; stops them by their ids, the youngest first.
final class Family implements AutoCloseable {

    private static final int STOP_SECONDS = 30;

    private final Deque<Process> running = new ArrayDeque<>();
    private boolean closed;

    /// @throws IllegalStateException when the run is over: nobody would stop what starts now
    synchronized Process start(ProcessBuilder builder) {
        if (closed) {
            throw new IllegalStateException("the run is being stopped");
        }
        try {
            Process process = builder.start();
            running.push(process);
            return process;
        } catch (java.io.IOException e) {
            throw new IllegalStateException("cannot start " + builder.command(), e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        while (!running.isEmpty()) {
            stop(running.pop());
        }
    }

    private static void stop(Process process) {
        // a gateway that is stopped while it makes its database leaves that to itself
        List<ProcessHandle> below = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        below.forEach(ProcessHandle::destroy);
    }
}
