package dev.sluice.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// Waits until what goes on elsewhere has come as far as a test needs it.
public final class Await {

    private static final long AGAIN_NANOS = 20_000_000;

    private Await() {}

    /// What is looked at again and again.
    ///
    /// @param <E> what looking may throw
    @FunctionalInterface
    public interface Look<T, E extends Exception> {
        T look() throws E;
    }

    /// Looks until it is as wanted.
    ///
    /// @return what was seen last
    /// @throws AssertionError with what was seen last, when that is not in time
    public static <T, E extends Exception> T until(
            Look<T, E> look, Predicate<? super T> wanted, Duration patience) throws E {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            T seen = look.look();
            if (wanted.test(seen)) {
                return seen;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("still so after " + patience + ": " + seen);
            }
            LockSupport.parkNanos(AGAIN_NANOS);
        }
    }
}
