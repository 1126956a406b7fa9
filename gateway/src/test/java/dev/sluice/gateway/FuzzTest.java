package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Coverage-guided fuzzing of everything that reads foreign bytes. Some seconds for each target
/// here, so that a change that breaks easily is seen; `./sluice fuzz` gives it minutes and adds to
/// the same totals.
@Tag("slow")
class FuzzTest {

    private static final Duration TIME =
            Duration.ofSeconds(Long.getLong("sluice.fuzz.seconds", 8));

    @ParameterizedTest
    @EnumSource(FuzzTarget.class)
    void nothingBreaksIt(FuzzTarget target) throws IOException, InterruptedException {
        FuzzRun run = FuzzRun.of(target, TIME);
        assertThat(run.findings())
                .as("inputs that break %s; mend it and keep them in %s", target, FuzzRun.kept(target))
                .isEmpty();
        assertThat(run.coverage()).as("edges of the code it reached").isGreaterThan(100);
    }

    @AfterAll
    static void tell() throws IOException {
        Files.writeString(FuzzRun.totals().resolveSibling("totals.txt"), FuzzTotals.shown());
    }
}
