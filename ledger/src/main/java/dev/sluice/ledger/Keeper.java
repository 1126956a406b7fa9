package dev.sluice.ledger;

import dev.sluice.ledger.escrow.Treasury;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread that keeps a replica's slices in order: answers recalls at once, sees to the rest
/// every second.
final class Keeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final int LOOKS_PER_TICK = 5;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final Treasury treasury;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("ledger-keeper").unstarted(this::run);

    Keeper(Treasury treasury) {
        this.treasury = treasury;
    }

    void start() {
        thread.start();
    }

    private void run() {
        int looks = 0;
        boolean reachable = true;
        while (!closed()) {
            try {
                treasury.answerRecalls();
                if (++looks >= LOOKS_PER_TICK) {
                    looks = 0;
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

    private boolean closed() {
        try {
            return closing.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(CLOSE_LIMIT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
