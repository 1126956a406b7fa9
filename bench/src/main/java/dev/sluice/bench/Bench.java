package dev.sluice.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileStore;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./sluice bench`.
@Command(
        name = "sluice bench",
        description = {
            "Measures the gateway against nginx and against no gateway, alternated.",
            "Exit codes: 0 done; 1 failed, or the books do not agree; 2 wrong use;"
                    + " 3 this machine lacks something."
        },
        mixinStandardHelpOptions = true)
public final class Bench implements Callable<Integer> {

    private static final int FAILED = 1;
    private static final int CANNOT_RUN_HERE = 3;
    private static final int ROUNDS_MAX = 100;
    private static final int SECONDS_MAX = 600;
    private static final long IDLE_MILLIS = 5000;
    private static final Set<String> MEMORY_DISKS = Set.of("tmpfs", "ramfs");

    @Option(names = "--rounds", description = "alternated rounds; default ${DEFAULT-VALUE}")
    private int rounds = 5;

    @Option(names = "--seconds", description = "of each measurement; default ${DEFAULT-VALUE}")
    private int seconds = 8;

    @Option(
            names = "--warm-up",
            description = "seconds of each kind of call per target; default ${DEFAULT-VALUE}")
    private int warmUp = 30;

    @Option(names = "--quick", description = "one round of one second: whether it works at all")
    private boolean quick;

    @Option(names = "--only", split = ",", description = "of ${COMPLETION-CANDIDATES}; default all")
    private List<Work> only = List.of(Work.values());

    @Option(names = "--out", description = "results; default bench/target/results")
    private @Nullable Path out;

    @Option(
            names = "--work",
            description = "data and logs of the run, on a disk; default ${DEFAULT-VALUE}")
    private Path work = Path.of("/var/tmp");

    @Option(names = "--keep", description = "do not remove data and logs of the run")
    private boolean keep;

    @Option(names = "--jmh", description = "measure the hot functions one by one instead")
    private boolean jmh;

    @Option(names = "--gateway-jar", hidden = true, description = "instead of the launcher")
    private @Nullable Path gatewayJar;

    @Option(names = "--root", hidden = true, required = true, description = "the checkout")
    private Path root = Path.of("");

    private boolean ended;
    private final PrintStream print;
    private final InstantSource clock;

    Bench(PrintStream print, InstantSource clock) {
        this.print = print;
        this.clock = clock;
    }

    /// The command line.
    public static void main(String[] arguments) {
        Bench bench = new Bench(System.out, InstantSource.system());
        CommandLine line = new CommandLine(bench).setCaseInsensitiveEnumValuesAllowed(true);
        System.exit(line.execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        if (rounds < 1 || rounds > ROUNDS_MAX || seconds < 1 || seconds > SECONDS_MAX) {
            print.println(
                    "bench: --rounds is 1 to %d, --seconds 1 to %d"
                            .formatted(ROUNDS_MAX, SECONDS_MAX));
            return CommandLine.ExitCode.USAGE;
        }
        Path results = out == null ? root.resolve("bench/target/results") : out;
        if (jmh) {
            return Micro.run(results, quick);
        }
        Tools tools;
        try {
            tools = Tools.find(root.resolve("bench/target/tools"));
        } catch (Tools.Missing e) {
            print.println("bench: " + e.getMessage());
            return CANNOT_RUN_HERE;
        }
        Path folder = Files.createTempDirectory(work, "sluice-bench-");
        // the database server runs under an account of its own and must get through
        folder.toFile().setExecutable(true, false);
        Settings settings =
                new Settings(
                        quick ? 1 : rounds,
                        quick ? 1 : seconds,
                        quick ? 1 : warmUp,
                        only,
                        gateway(),
                        results,
                        folder);
        Family family = new Family();
        Thread onSignal = Thread.ofPlatform().unstarted(() -> end(family, folder));
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            Report report = run(family, tools, settings);
            report.write(results);
            print.println(report.markdown());
            print.println("kept in " + results);
            return report.exactness().holds() ? 0 : FAILED;
        } catch (IllegalStateException e) {
            print.println("bench: " + e.getMessage());
            return FAILED;
        } finally {
            end(family, folder);
        }
    }

    private Report run(Family family, Tools tools, Settings settings) throws IOException {
        FileStore disk = Files.getFileStore(settings.work());
        if (MEMORY_DISKS.contains(disk.type())) {
            print.println(
                    "bench: %s is memory, so flushes cost nothing; name a disk with --work"
                            .formatted(settings.work()));
        }
        Stage stage = Stage.start(family, tools, settings);
        Pause.millis(IDLE_MILLIS);
        Sample.Memory idle = stage.memory(Target.SLUICE);
        try (Load load = new Load()) {
            Measuring measuring =
                    new Measuring(stage, settings, new Wrk(family, tools, settings.work()), load);
            print.println("warm-up ...");
            measuring.warmUp();
            List<Sample> samples = new ArrayList<>();
            List<Pair.Measured> pairs = new ArrayList<>();
            for (Work kind : settings.works()) {
                if (kind == Work.TRANSLATED) {
                    pairs.addAll(translated(measuring, settings.rounds()));
                    continue;
                }
                for (int round = 1; round <= settings.rounds(); round++) {
                    for (Target target : Target.values()) {
                        print.println("%s, round %d, %s".formatted(kind, round, target));
                        samples.add(measuring.measure(kind, target, round));
                    }
                }
            }
            Exactness exactness = measuring.exactness();
            return new Report(
                    clock.instant().truncatedTo(ChronoUnit.SECONDS),
                    machine(disk),
                    settings,
                    Flush.measure(settings.work()).percentile(50),
                    idle,
                    exactness,
                    samples,
                    pairs);
        }
    }

    private List<Pair.Measured> translated(Measuring measuring, int rounds) {
        List<Pair.Measured> pairs = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            for (Pair pair : Pair.values()) {
                print.println("%s, round %d, %s".formatted(Work.TRANSLATED, round, pair));
                pairs.add(measuring.measure(pair, round));
            }
        }
        return pairs;
    }

    private List<String> gateway() {
        return gatewayJar == null
                ? List.of(root.resolve("sluice").toAbsolutePath().toString())
                : List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--sun-misc-unsafe-memory-access=allow",
                        "-jar",
                        gatewayJar.toAbsolutePath().toString());
    }

    private static String machine(FileStore disk) throws IOException {
        String cpu =
                Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                        .filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse(System.getProperty("os.arch"));
        return "%d × %s, Linux %s, JDK %s, %s, load average %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        cpu,
                        System.getProperty("os.version"),
                        Runtime.version(),
                        disk.type(),
                        Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0]);
    }

    /// Runs at the end and on a signal, whichever comes first; once.
    private synchronized void end(Family family, Path folder) {
        if (ended) {
            return;
        }
        ended = true;
        family.close();
        if (keep) {
            print.println("data and logs of the run: " + folder);
            return;
        }
        try {
            Files.walkFileTree(
                    folder,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                                throws IOException {
                            Files.deleteIfExists(file);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(
                                Path directory, @Nullable IOException e) throws IOException {
                            Files.deleteIfExists(directory);
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException _) {
            // it was removed already, or somebody looks into it; it lies in a temporary folder
        }
    }
}
