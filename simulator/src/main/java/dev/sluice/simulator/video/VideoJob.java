package dev.sluice.simulator.video;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.simulator.answer.Seed;
import dev.sluice.simulator.journal.TrueUsage;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// One job. It takes its time, whoever looks.
///
/// @param takes from the call that began it to its end
/// @param fails the provider's code of its failure, null for one that succeeds
/// @param of the job it is another version of, null for none
record VideoJob(
        String id,
        String model,
        String prompt,
        int seconds,
        int width,
        int height,
        Instant begun,
        Duration takes,
        @Nullable String fails,
        @Nullable String of) {

    private static final int FRAMES = 24;
    private static final int TOKEN_PIXELS = 1_024;
    private static final int NOISE_BYTES = 4_096;

    enum State {
        QUEUED,
        IN_PROGRESS,
        COMPLETED,
        FAILED
    }

    State at(Instant now) {
        Duration since = Duration.between(begun, now);
        if (since.compareTo(takes) >= 0) {
            return fails == null ? State.COMPLETED : State.FAILED;
        }
        return since.compareTo(takes.dividedBy(4)) < 0 ? State.QUEUED : State.IN_PROGRESS;
    }

    int progress(Instant now) {
        long since = Duration.between(begun, now).toMillis();
        return takes.isZero() ? 100 : Math.clamp(since * 100 / takes.toMillis(), 0, 100);
    }

    String size() {
        return width + "x" + height;
    }

    String lines() {
        return Math.min(width, height) + "p";
    }

    long tokens() {
        return (long) width * height * FRAMES * seconds / TOKEN_PIXELS;
    }

    /// A job that fails uses nothing.
    TrueUsage usage(String resolution, boolean inTokens) {
        if (fails != null) {
            return TrueUsage.NONE;
        }
        Usage counts =
                Usage.builder()
                        .set(MeterKind.VIDEO_MILLISECONDS, seconds * 1_000L)
                        .set(MeterKind.VIDEO_JOBS, 1)
                        .build();
        TrueUsage used = inTokens ? TrueUsage.NONE.withCompletion(tokens(), 0, 0) : TrueUsage.NONE;
        return used.counting(counts, Map.of("resolution", resolution));
    }

    /// The same for the same job.
    Buffer film() {
        return Film.of(width, height, seconds, Seed.of(id).number());
    }

    /// What is beside the film: noise, the same for the same job.
    Buffer noise(String variant) {
        byte[] noise = new byte[NOISE_BYTES];
        new Random(Seed.of(id + '/' + variant).number()).nextBytes(noise);
        return Buffer.buffer(noise);
    }
}
