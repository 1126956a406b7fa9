package dev.sluice.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Waiting that an interrupt ends with a failure, so that Ctrl-C is never swallowed.
final class Pause {

    private Pause() {}

    static void millis(long millis) {
        await(new CountDownLatch(1), millis);
    }

    /// Waits at most so long.
    ///
    /// @return whether the latch opened in time
    static boolean await(CountDownLatch latch, long millis) {
        try {
            return latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
