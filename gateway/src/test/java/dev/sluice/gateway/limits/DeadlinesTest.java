package dev.sluice.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private void onLoop(Runnable run) throws Exception {
        CompletableFuture<Void> ran = new CompletableFuture<>();
        loop.runOnContext(_ -> {
            try {
                run.run();
                ran.complete(null);
            } catch (Throwable e) {
                ran.completeExceptionally(e);
            }
        });
        ran.get(10, TimeUnit.SECONDS);
    }

    @Test
    void comeNeitherEarlyNorNeverAndNotWhenCancelled() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("DeadlinesTest seed " + seed);
        Random random = new Random(seed);
        AtomicInteger early = new AtomicInteger();
        AtomicInteger cancelledCame = new AtomicInteger();
        CompletableFuture<Void> all = new CompletableFuture<>();
        AtomicInteger left = new AtomicInteger(1_000);
        onLoop(() -> {
            Deadlines deadlines = new Deadlines(vertx, System::nanoTime);
            List<Deadlines.Deadline> cancelled = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                long millis = random.nextInt(400);
                long due = System.nanoTime() + millis * 1_000_000;
                if (i % 2 == 0) {
                    cancelled.add(deadlines.in(millis, cancelledCame::incrementAndGet));
                    continue;
                }
                deadlines.in(
                        millis,
                        () -> {
                            if (System.nanoTime() < due) {
                                early.incrementAndGet();
                            }
                            // what comes may set another
                            deadlines.in(
                                    random.nextInt(50),
                                    () -> {
                                        if (left.decrementAndGet() == 0) {
                                            all.complete(null);
                                        }
                                    });
                        });
            }
            cancelled.forEach(Deadlines.Deadline::cancel);
            cancelled.forEach(Deadlines.Deadline::cancel);
        });
        all.get(30, TimeUnit.SECONDS);
        assertThat(early).hasValue(0);
        assertThat(cancelledCame).hasValue(0);
    }

    @Test
    void oneFartherThanATurnOfTheWheelWaitsForItsOwn() throws Exception {
        long[] nanos = {0};
        List<String> came = new ArrayList<>();
        CompletableFuture<Void> far = new CompletableFuture<>();
        onLoop(() -> {
            // each look at the clock takes long, but is no pause
            Deadlines deadlines = new Deadlines(vertx, () -> nanos[0] += 400_000_000L);
            deadlines.in(100, () -> came.add("near"));
            deadlines.in(
                    45_000,
                    () -> {
                        came.add("far at " + (nanos[0] >= 45_000_000_000L));
                        far.complete(null);
                    });
        });
        far.get(30, TimeUnit.SECONDS);
        assertThat(came).containsExactly("near", "far at true");
    }

    @Test
    void aPauseOfTheProcessCountsForAMomentOnly() throws Exception {
        SetTime time = new SetTime();
        AtomicInteger came = new AtomicInteger();
        onLoop(() -> time.deadlines().in(3_000, came::incrementAndGet));
        time.pass(3_600_000);
        time.pass(400);
        time.pass(400);
        time.pass(400);
        time.pass(400);
        time.pass(400);
        assertThat(came).as("after two and a half seconds and an hour").hasValue(0);
        time.pass(400);
        time.pass(400);
        assertThat(came).hasValue(1);
    }

    @Test
    void whatArrivedInAPauseIsReadBeforeADeadlineComes() throws Exception {
        SetTime time = new SetTime();
        List<Integer> looks = new ArrayList<>();
        onLoop(() -> time.deadlines().in(300, () -> looks.add(time.looks)));
        time.pass(60_000);
        // the turn that saw the pause, and the one after it
        assertThat(looks).containsExactly(2);
    }

    @Test
    void comesAlthoughEveryTurnLooksLikeAPause() throws Exception {
        long[] nanos = {0};
        CompletableFuture<Void> came = new CompletableFuture<>();
        onLoop(() ->
                new Deadlines(vertx, () -> nanos[0] += 2_000_000_000L)
                        .in(5_000, () -> came.complete(null)));
        came.get(10, TimeUnit.SECONDS);
    }

    /// A time that is set, and counts how often it was looked at since. Of one event loop.
    private final class SetTime implements LongSupplier {
        private long nanos;
        private int looks;

        @Override
        public long getAsLong() {
            looks++;
            return nanos;
        }

        /// With one that never comes, so that they are looked after.
        Deadlines deadlines() {
            Deadlines deadlines = new Deadlines(vertx, this);
            deadlines.in(1_000_000_000, () -> {});
            return deadlines;
        }

        /// Lets some pass, and the deadlines see it.
        void pass(long millis) throws Exception {
            onLoop(() -> {
                nanos += millis * 1_000_000;
                looks = 0;
            });
            long deadline = System.nanoTime() + 10_000_000_000L;
            int[] seen = {0};
            while (seen[0] < 3) {
                assertThat(System.nanoTime()).as("turns").isLessThan(deadline);
                LockSupport.parkNanos(2_000_000);
                onLoop(() -> seen[0] = looks);
            }
        }
    }
}
