package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The kept inputs, changed by chance for some seconds: what breaks easily is seen in every run.
/// Targets share nothing, so they run at once.
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class FuzzMutationTest {

    private static final long SEED = Long.getLong("sluice.seed", System.nanoTime());
    private static final Duration TIME = Duration.ofSeconds(20);

    /// Longer than any pause of a busy machine.
    private static final Duration HANG = Duration.ofSeconds(10);

    private static final int MOST_EDITS = 4;

    @ParameterizedTest
    @EnumSource(FuzzTarget.class)
    void nothingBreaksIt(FuzzTarget target) throws IOException {
        System.out.println(target + ": -Dsluice.seed=" + SEED);
        FuzzMutations mutations = new FuzzMutations(kept(target), new Random(SEED));
        long began = System.nanoTime();
        long tried = 0;
        long now = began;
        while (now - began < TIME.toNanos()) {
            byte[] input = mutations.next(MOST_EDITS);
            feed(target, input);
            tried++;
            long before = now;
            now = System.nanoTime();
            assertThat(Duration.ofNanos(now - before)).as(shown(input)).isLessThan(HANG);
        }
        assertThat(tried).as("inputs tried").isGreaterThan(1_000);
    }

    private static void feed(FuzzTarget target, byte[] input) {
        try {
            target.feed(input);
        } catch (RuntimeException | Error broken) {
            throw new AssertionError("seed " + SEED + " breaks it: " + shown(input), broken);
        }
    }

    private static String shown(byte[] input) {
        return Base64.getEncoder().encodeToString(input)
                + "\n"
                + new String(input, StandardCharsets.UTF_8);
    }

    private static List<byte[]> kept(FuzzTarget target) throws IOException {
        try (Stream<Path> files = Files.list(FuzzRun.kept(target))) {
            List<Path> sorted = files.sorted().toList();
            List<byte[]> inputs = new java.util.ArrayList<>();
            for (Path file : sorted) {
                inputs.add(Files.readAllBytes(file));
            }
            return inputs;
        }
    }
}
