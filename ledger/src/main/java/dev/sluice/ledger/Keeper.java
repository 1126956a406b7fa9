package dev.sluice.ledger;

import dev.sluice.ledger.escrow.Treasury;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread that keeps a replica's slices in order: answers recalls as soon as it is woken, asks
/// for them by itself in case nobody wakes it, and sees to the rest every second.
final class Keeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final Treasury treasury;
    private final Duration poll;
    private final Semaphore woken = new Semaphore(0);
    private final Thread thread = Thread.ofVirtual().name("ledger-keeper").unstarted(this::run);
    private volatile boolean closing;

    /// @param poll how often it asks for recalls by itself
    Keeper(Treasury treasury, Duration poll) {
        this.treasury = treasury;
        this.poll = poll;
    }

    void start() {
        thread.start();
    }

    /// Slices may have been asked back.
    void wake() {
        woken.release();
    }

    private void run() {
        long nextLook = System.nanoTime() + poll.toNanos();
        long nextTick = System.nanoTime() + TICK.toNanos();
        boolean reachable = true;
        while (true) {
            long now = System.nanoTime();
            boolean called = isWokenWithin(Math.min(nextLook - now, nextTick - now));
            if (closing) {
                return;
            }
            now = System.nanoTime();
            boolean look = called || now - nextLook >= 0;
            boolean tick = now - nextTick >= 0;
            nextLook = look ? now + poll.toNanos() : nextLook;
            nextTick = tick ? now + TICK.toNanos() : nextTick;
            try {
                if (look) {
                    treasury.answerRecalls();
                }
                if (tick) {
                    treasury.tick();
                }
                reachable = true;
            } catch (RuntimeException e) {
                if (reachable) {
                    LOG.warn("The money authority does not answer: {}", e.toString());
                }
                reachable = false;
            }
        }
    }

    private boolean isWokenWithin(long nanos) {
        try {
            boolean called = woken.tryAcquire(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            // one look serves all
            woken.drainPermits();
            return called;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            closing = true;
            return true;
        }
    }

    @Override
    public void close() {
        closing = true;
        wake();
        try {
            thread.join(CLOSE_LIMIT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
