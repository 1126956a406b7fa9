package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The watch over event loops sees what it is for.
class LoopWatchTest {

    private static void run(Vertx vertx, Runnable task, int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            CountDownLatch done = new CountDownLatch(1);
            vertx.runOnContext(_ -> {
                task.run();
                done.countDown();
            });
            if (!done.await(5, TimeUnit.SECONDS)) {
                throw new AssertionError("the task did not run");
            }
        }
    }

    private static Vertx vertx() {
        return Vertx.vertx(
                new VertxOptions()
                        .setBlockedThreadCheckInterval(5)
                        .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
                        .setMaxEventLoopExecuteTime(LoopWatch.LIMIT_MILLIS)
                        .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS));
    }

    private static void sleep() {
        LockSupport.parkNanos(Duration.ofMillis(120).toNanos());
    }

    private static void work() {
        long end = System.nanoTime() + Duration.ofMillis(300).toNanos();
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sleep", "work"})
    void threeLongTasksOfOursAreAFailure(String how) throws Exception {
        Vertx vertx = vertx();
        try {
            LoopWatch watch = LoopWatch.of(vertx, 0);
            run(vertx, how.equals("sleep") ? LoopWatchTest::sleep : LoopWatchTest::work, 5);
            assertThatThrownBy(watch::check).hasMessageContaining("holds an event loop");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void shortTasksAreFine() throws Exception {
        Vertx vertx = vertx();
        try {
            LoopWatch watch = LoopWatch.of(vertx, 0);
            run(vertx, () -> {}, 200);
            assertThatCode(watch::check).doesNotThrowAnyException();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
