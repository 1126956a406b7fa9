package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Coverage-guided fuzzing of everything that reads foreign bytes, for `./sluice fuzz` and the long
/// suite: Jazzer instruments the code at every start, which is too dear for seconds.
@Tag("long")
class FuzzTest {

    private static final Duration TIME =
            Duration.ofSeconds(Long.getLong("sluice.fuzz.seconds", 60));

    @ParameterizedTest
    @MethodSource("chosen")
    void nothingBreaksIt(FuzzTarget target) throws IOException, InterruptedException {
        FuzzRun run = FuzzRun.of(target, TIME);
        assertThat(run.findings())
                .as(
                        "inputs that break %s; mend it and keep them in %s",
                        target, FuzzRun.kept(target))
                .isEmpty();
        assertThat(run.coverage()).as("edges of the code it reached").isGreaterThan(100);
    }

    /// Every target, or the one that is asked for by its folder's name.
    static List<FuzzTarget> chosen() {
        String only = System.getProperty("sluice.fuzz.only", "");
        return Arrays.stream(FuzzTarget.values())
                .filter(target -> only.isEmpty() || target.folder().equals(only))
                .toList();
    }

    @AfterAll
    static void tell() throws IOException {
        Files.writeString(FuzzRun.totals().resolveSibling("totals.txt"), FuzzTotals.shown());
    }
}
