package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// One round of one second of everything but the slow streams: whether the bench runs, leaves its
/// results, finds the books equal, and leaves no process.
@Tag("slow")
@Timeout(300)
class QuickRunTest {

    @TempDir private Path out;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final Path root = Path.of("..").toAbsolutePath().normalize();

    @Test
    void aQuickRunLeavesResultsAndNoProcess() throws Exception {
        Path jar = root.resolve("app/target/sluice.jar");
        assumeTrue(Files.exists(jar), "skipped: the server's jar is not built in this suite");

        int code =
                bench("--quick", "--only", "plain,stream,open_20", "--gateway-jar", jar.toString());
        assumeTrue(code != 3, () -> "skipped: " + text());

        assertThat(code).as(text()).isZero();
        assertThat(text()).contains("equal", "PLAIN, round 1, SLUICE").doesNotContain("NOT EQUAL");
        assertThat(Files.readString(out.resolve("bench.md")))
                .contains("| sluice |", "fdatasync p50");
        assertThat(Files.readString(out.resolve("bench.json"))).contains("\"OPEN_20\"");
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .as("everything that was started is stopped")
                .isEmpty();
    }

    @Test
    void figuresOutOfBoundsAreWrongUse() {
        for (List<String> wrong : List.of(List.of("--rounds", "0"), List.of("--seconds", "601"))) {
            assertThat(bench(wrong.toArray(String[]::new))).isEqualTo(2);
        }
    }

    private int bench(String... arguments) {
        PrintStream print = new PrintStream(printed, true, StandardCharsets.UTF_8);
        CommandLine line =
                new CommandLine(new Bench(print, InstantSource.system()))
                        .setCaseInsensitiveEnumValuesAllowed(true);
        String[] all = new String[arguments.length + 4];
        all[0] = "--root";
        all[1] = root.toString();
        all[2] = "--out";
        all[3] = out.toString();
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        return line.execute(all);
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
