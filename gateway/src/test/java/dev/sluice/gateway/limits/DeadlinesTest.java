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
        // a time that is set, so that hours pass between two ticks
        long[] nanos = {0};
        List<String> came = new ArrayList<>();
        CompletableFuture<Void> far = new CompletableFuture<>();
        onLoop(() -> {
            Deadlines deadlines = new Deadlines(vertx, () -> nanos[0]);
            deadlines.in(100, () -> came.add("near"));
            deadlines.in(
                    3_600_000,
                    () -> {
                        came.add("far");
                        far.complete(null);
                    });
        });
        onLoop(() -> nanos[0] = 3_599_990_000_000L);
        Thread.sleep(60);
        onLoop(() -> assertThat(came).containsExactly("near"));
        onLoop(() -> nanos[0] = 3_600_020_000_000L);
        far.get(10, TimeUnit.SECONDS);
        assertThat(came).containsExactly("near", "far");
    }
}
