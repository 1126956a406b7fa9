package dev.sluice.ledger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread that takes whatever waits, up to a limit, and hands it over as one batch:
/// what waits together shares one transaction, and so one flush to disk. What nobody waits for may
/// be given a moment to become more.
final class Committer<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final BlockingQueue<T> queue;
    private final int mostPerBatch;
    private final Duration gather;
    private final Consumer<List<T>> work;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final Thread thread;

    /// @param gather how long the first of a batch waits for others; not at all when closing
    /// @param work must not throw
    Committer(
            String name, int capacity, int mostPerBatch, Duration gather, Consumer<List<T>> work) {
        this.queue = new LinkedBlockingQueue<>(capacity);
        this.mostPerBatch = mostPerBatch;
        this.gather = gather;
        this.work = work;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// False when the queue is full or closed.
    boolean offer(T item) {
        return open.get() && queue.offer(item);
    }

    int waiting() {
        return queue.size();
    }

    /// Takes no more, works off what is queued, and waits for that up to the limit.
    ///
    /// @return true when everything was worked off
    boolean close(Duration limit) {
        open.set(false);
        try {
            return thread.join(limit);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void run() {
        List<T> batch = new ArrayList<>();
        while (true) {
            try {
                T first = queue.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                if (first == null) {
                    if (!open.get() && queue.isEmpty()) {
                        return;
                    }
                    continue;
                }
                batch.add(first);
                if (!gather.isZero() && open.get() && queue.size() < mostPerBatch - 1) {
                    LockSupport.parkNanos(gather.toNanos());
                }
                queue.drainTo(batch, mostPerBatch - 1);
                work.accept(List.copyOf(batch));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.error("A batch of {} was not worked off", batch.size(), e);
            }
            batch.clear();
        }
    }
}
