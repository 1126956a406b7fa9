package dev.sluice.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// One target under Jazzer for a while, in a process of its own. What was found is kept below
/// `.cifuzz-corpus`, outside version control, and is where the next run goes on: inputs that reach
/// new code, and under `findings` those that broke something.
///
/// @param executions inputs that were tried
/// @param coverage edges of the code that were reached, as Jazzer counts them
/// @param findings files of inputs that broke something, those of earlier runs included
record FuzzRun(
        FuzzTarget target, Duration took, long executions, long coverage, List<Path> findings) {

    /// The system property that names the target in the process.
    static final String TARGET = "sluice.fuzz.target";

    private static final String ENTRY = FuzzEntry.class.getName();
    private static final int MOST_INPUT_BYTES = 8_192;

    /// The first input waits for every class to be instrumented.
    private static final int HANG_SECONDS = 60;

    private static final Duration START_AND_END = Duration.ofMinutes(5);
    private static final Pattern DONE = Pattern.compile("(?m)^Done (\\d+) runs in");
    private static final Pattern PULSE = Pattern.compile("(?m)^#(\\d+)\\s.*cov: (\\d+)");

    /// Inputs that are kept in version control.
    static Path kept(FuzzTarget target) {
        return root().resolve("gateway/src/test/resources/fuzz").resolve(target.folder());
    }

    private static Path grown() {
        return root().resolve(".cifuzz-corpus");
    }

    /// The sums of all runs on this machine.
    static Path totals() {
        return grown().resolve("totals.tsv");
    }

    static FuzzRun of(FuzzTarget target, Duration time) throws IOException, InterruptedException {
        Path corpus = Files.createDirectories(grown().resolve(target.folder()));
        Path findings = Files.createDirectories(grown().resolve("findings/" + target.folder()));
        Path log = grown().resolve(target.folder() + ".log");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+EnableDynamicAgentLoading",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-XX:+UseSerialGC",
                                "-Xmx600m",
                                "-D" + TARGET + "=" + target.name(),
                                "-cp",
                                classPath(),
                                "com.code_intelligence.jazzer.Jazzer",
                                "--target_class=" + ENTRY,
                                "--instrumentation_includes=dev.sluice.**",
                                "--custom_hook_includes=dev.sluice.**",
                                "--reproducer_path=" + findings,
                                "-artifact_prefix=" + findings + "/",
                                "-max_total_time=" + time.toSeconds(),
                                "-timeout=" + HANG_SECONDS,
                                "-max_len=" + MOST_INPUT_BYTES,
                                "-rss_limit_mb=4096",
                                corpus.toString(),
                                kept(target).toString()));
        long began = System.nanoTime();
        Process process =
                new ProcessBuilder(command)
                        .directory(grown().toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            Duration most = time.plus(START_AND_END);
            if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the fuzzer of " + target.folder() + " does not end");
            }
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(log);
        FuzzRun run =
                new FuzzRun(
                        target,
                        Duration.ofNanos(System.nanoTime() - began),
                        last(said, DONE, PULSE, 1),
                        last(said, PULSE, PULSE, 2),
                        files(findings));
        if (run.executions == 0) {
            throw new AssertionError("the fuzzer did not run; " + log + " says why:\n" + said);
        }
        FuzzTotals.add(run);
        return run;
    }

    private static long last(String said, Pattern pattern, Pattern otherwise, int group) {
        for (Pattern one : List.of(pattern, otherwise)) {
            long found = 0;
            Matcher line = one.matcher(said);
            while (line.find()) {
                found = Long.parseLong(line.group(group));
            }
            if (found > 0) {
                return found;
            }
        }
        return 0;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    /// Surefire starts tests with a jar that only names the others.
    private static String classPath() {
        return System.getProperty(
                "surefire.test.class.path", System.getProperty("java.class.path", ""));
    }

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(at.resolve(".mvn"))) {
            Path parent = at.getParent();
            if (parent == null) {
                throw new IllegalStateException("not inside a checkout");
            }
            at = parent;
        }
        return at;
    }
}
