package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The inputs that are kept, once more: good ones, and all that ever broke something.
class FuzzCorpusTest {

    private static final Duration HANG = Duration.ofSeconds(20);

    @ParameterizedTest
    @EnumSource(FuzzTarget.class)
    void everyKeptInputIsReadOrRefused(FuzzTarget target) throws IOException {
        List<Path> kept = kept(target);
        assertThat(kept).as("inputs of " + target.folder()).isNotEmpty();
        for (Path input : kept) {
            byte[] bytes = Files.readAllBytes(input);
            Assertions.assertTimeoutPreemptively(HANG, () -> target.feed(bytes), input::toString);
        }
    }

    /// Seeds that nothing reads would be none.
    @ParameterizedTest
    @EnumSource(FuzzTarget.class)
    void someKeptInputIsTakenWhole(FuzzTarget target) throws IOException {
        assertThat(kept(target)).anyMatch(input -> isTaken(target, input));
    }

    private static boolean isTaken(FuzzTarget target, Path input) {
        try {
            target.run(Files.readAllBytes(input));
            return true;
        } catch (dev.sluice.domain.FaultException e) {
            return false;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<Path> kept(FuzzTarget target) throws IOException {
        try (Stream<Path> files = Files.list(FuzzRun.kept(target))) {
            return files.sorted().toList();
        }
    }
}
