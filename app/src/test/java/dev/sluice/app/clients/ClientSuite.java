package dev.sluice.app.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/// One language's suite: installs the pinned clients once, runs it, reads its report.
///
/// What was installed stays beside the suite until the file with its versions changes. A machine
/// without the language skips the suite; with `CI` or `SLUICE_REQUIRE_CLIENTS` set `true` that is
/// a failure.
final class ClientSuite {

    private static final Duration INSTALL = Duration.ofMinutes(10);
    private static final Duration RUN = Duration.ofMinutes(40);
    private static final Duration ASK = Duration.ofSeconds(20);

    private final boolean python;
    private final String folder;
    private final Path directory;
    private final Path log;
    private final Path report;
    private final ChildProcess child;

    private ClientSuite(boolean python, String folder, String run) {
        this(python, folder, run, "clients/" + folder);
    }

    private ClientSuite(boolean python, String folder, String run, String path) {
        this.python = python;
        this.folder = folder;
        Path root = checkout();
        this.directory = root.resolve(path);
        Path target = root.resolve("app/target/clients");
        this.log = target.resolve(folder + "-" + run + ".log");
        this.report = target.resolve(folder + "-" + run + ".report");
        this.child = new ChildProcess(directory, log);
        try {
            Files.createDirectories(target);
            Files.deleteIfExists(log);
            Files.deleteIfExists(report);
            Files.createFile(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @param run names the log and the report of this run
    /// @param tests files or directories of tests; none for those that every target has to pass
    static Tally python(String run, SuiteTarget target, String... tests)
            throws IOException, InterruptedException {
        return pythonIn("python", run, target, tests);
    }

    /// The same for another folder of `clients`, with other clients.
    static Tally pythonIn(String folder, String run, SuiteTarget target, String... tests)
            throws IOException, InterruptedException {
        ClientSuite suite = new ClientSuite(true, folder, run);
        Path interpreter = suite.interpreter();
        List<String> command =
                new ArrayList<>(
                        List.of(
                                interpreter.toString(),
                                "-m",
                                "pytest",
                                "--color=no",
                                "--durations=5",
                                "--junitxml=" + suite.report));
        command.addAll(List.of(tests));
        suite.run(target, command);
        return Tally.ofJunitXml(suite.report);
    }

    /// @param run names the log and the report of this run
    static Tally node(String run, SuiteTarget target) throws IOException, InterruptedException {
        return nodeIn("node", run, target);
    }

    /// The same for another folder of `clients`, with other clients.
    ///
    /// @param options of Node's runner
    static Tally nodeIn(String folder, String run, SuiteTarget target, String... options)
            throws IOException, InterruptedException {
        ClientSuite suite = new ClientSuite(false, folder, run);
        suite.modules();
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "node",
                                "--test",
                                "--test-reporter=spec",
                                "--test-reporter-destination=stdout",
                                "--test-reporter=tap",
                                "--test-reporter-destination=" + suite.report));
        command.addAll(List.of(options));
        suite.run(target, command);
        return Tally.ofTap(suite.report);
    }

    /// The SDKs for Java, as a project of its own: Maven brings them and runs their tests.
    ///
    /// @param run names the log and the report of this run
    static Tally java(String run, SuiteTarget target) throws IOException, InterruptedException {
        ClientSuite suite = new ClientSuite(false, "java", run);
        Path reports = suite.directory.resolve("target/surefire-reports");
        deleteTree(reports);
        suite.needs(List.of("mvn", "--version"), "Maven 3.8.6");
        Map<String, String> environment = new HashMap<>(target.environment());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        suite.mustPass(environment, List.of("mvn", "-B", "-ntp", "test"));
        return Tally.ofSurefire(reports);
    }

    /// The interpreter that has the clients of the suite `python`.
    static Path installedPython() throws IOException, InterruptedException {
        return new ClientSuite(true, "python", "install").interpreter();
    }

    /// The folder with the clients of the suite `node`.
    static Path installedNode() throws IOException, InterruptedException {
        return new ClientSuite(false, "node", "install").modules();
    }

    private Path interpreter() throws IOException, InterruptedException {
        Path installed = directory.resolve(".venv");
        Path interpreter = installed.resolve("bin/python");
        Path versions = directory.resolve("requirements.txt");
        needs("import sys; sys.exit(sys.version_info < (3, 10))", "Python 3.10");
        installOnce(
                installed,
                versions,
                List.of("python3", "-m", "venv", ".venv"),
                List.of(
                        interpreter.toString(),
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "--disable-pip-version-check",
                        "-r",
                        versions.toString()));
        return interpreter;
    }

    private Path modules() throws IOException, InterruptedException {
        Path installed = directory.resolve("node_modules");
        needs("process.exit(process.versions.node.split('.')[0] < 20 ? 1 : 0)", "Node 20");
        installOnce(
                installed,
                directory.resolve("package-lock.json"),
                // not "ci", which refuses a lock without the packages of other machines
                List.of("npm", "install", "--no-audit", "--no-fund", "--no-save"));
        return installed;
    }

    /// The console's sources: their types, the house rules and their unit tests.
    static void console() throws IOException, InterruptedException {
        ofConsole("check").mustPass(Map.of(), List.of("npm", "run", "--silent", "check"));
    }

    /// Builds the console as `./sluice build` does; returns the folder of its pages.
    static Path builtConsole() throws IOException, InterruptedException {
        ClientSuite suite = ofConsole("build");
        suite.mustPass(Map.of(), List.of("npm", "run", "--silent", "build"));
        return suite.directory.resolve("dist");
    }

    /// Walks through the console in a browser.
    ///
    /// @param name of the walks, `walks/<name>.test.mjs`
    static Tally walks(String name, Map<String, String> environment)
            throws IOException, InterruptedException {
        ClientSuite suite = ofConsole("walks-" + name);
        suite.mustPass(
                environment,
                List.of(
                        "node",
                        "--test",
                        "--test-reporter=spec",
                        "--test-reporter-destination=stdout",
                        "--test-reporter=tap",
                        "--test-reporter-destination=" + suite.report,
                        "walks/" + name + ".test.mjs"));
        return Tally.ofTap(suite.report);
    }

    private static ClientSuite ofConsole(String run) throws IOException, InterruptedException {
        ClientSuite suite = new ClientSuite(false, "console", run, "console");
        suite.needs(
                "const [a, b] = process.versions.node.split('.').map(Number);"
                        + " process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)",
                "Node 20.19");
        suite.installOnce(
                suite.directory.resolve("node_modules"),
                suite.directory.resolve("package-lock.json"),
                List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
        return suite;
    }

    private void needs(String check, String what) throws InterruptedException {
        needs(List.of(python ? "python3" : "node", python ? "-c" : "-e", check), what);
    }

    private void needs(List<String> ask, String what) throws InterruptedException {
        try {
            if (child.run(ASK, Map.of(), ask) == 0) {
                return;
            }
        } catch (IOException absent) {
            // The same as one that is too old.
        }
        String message = "no " + what + " or newer on the PATH";
        if (isTrue("CI") || isTrue("SLUICE_REQUIRE_CLIENTS")) {
            throw new AssertionError(message);
        }
        throw new TestAbortedException(message);
    }

    private static boolean isTrue(String variable) {
        return "true".equals(System.getenv(variable));
    }

    @SafeVarargs
    private void installOnce(Path installed, Path versions, List<String>... commands)
            throws IOException, InterruptedException {
        Path stamp = installed.resolve(".versions");
        // An environment does not work from another place than where it was made.
        String wanted = directory + "\n" + Files.readString(versions);
        if (Files.exists(stamp) && Files.readString(stamp).equals(wanted)) {
            return;
        }
        deleteTree(installed);
        for (List<String> command : commands) {
            child.mustRun(INSTALL, command);
        }
        Files.writeString(stamp, wanted);
    }

    private void run(SuiteTarget target, List<String> command)
            throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(target.environment());
        environment.put("PYTHONDONTWRITEBYTECODE", "1");
        environment.put("PYTHONIOENCODING", "utf-8");
        mustPass(environment, command);
    }

    private void mustPass(Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        int code = child.run(RUN, environment, command);
        if (code != 0) {
            throw new AssertionError(
                    "the %s suite ended with %d; all of it in %s%s"
                            .formatted(folder, code, log, child.tail()));
        }
    }

    /// The directory that holds `.mvn`, above the module whose tests run.
    static Path checkout() {
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

    private static void deleteTree(Path top) throws IOException {
        if (!Files.exists(top)) {
            return;
        }
        try (Stream<Path> all = Files.walk(top)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
