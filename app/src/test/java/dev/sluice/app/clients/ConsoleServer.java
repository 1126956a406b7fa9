package dev.sluice.app.clients;

import dev.sluice.app.Main;
import dev.sluice.testkit.TestFolder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A server with the built console, in a process of its own and a folder that goes with it.
final class ConsoleServer implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("Sluice is ready at (http://\\S+)");
    private static final Duration END = Duration.ofSeconds(60);

    private final TestFolder made = TestFolder.create("console");
    private final Path folder = made.path();
    private final Path log;
    private final Process process;
    private final String url;

    private ConsoleServer(List<String> more) throws IOException, InterruptedException {
        this.log = folder.resolve("server.log");
        copy(ClientSuite.builtConsole(), folder.resolve("classes/console"));
        List<String> arguments = new ArrayList<>(List.of("run", "--port", "0"));
        arguments.addAll(List.of("--data", folder.resolve("data").toString()));
        arguments.addAll(more);
        this.process = builder(arguments).redirectOutput(log.toFile()).start();
        this.url = await(READY).group(1);
    }

    /// Starts on an empty folder.
    ///
    /// @param more arguments of `run`
    static ConsoleServer start(String... more) throws IOException, InterruptedException {
        return new ConsoleServer(List.of(more));
    }

    private ProcessBuilder builder(List<String> arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx160m",
                                "--sun-misc-unsafe-memory-access=allow",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                folder.resolve("classes")
                                        + File.pathSeparator
                                        + System.getProperty("java.class.path"),
                                Main.class.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
        // somebody adds the simulator as a provider of their own
        builder.environment().put("SLUICE_EGRESS_ALLOW", "127.0.0.0/8");
        return builder;
    }

    /// Another command beside the server; its output is the answer.
    String command(Duration limit, String... arguments) throws IOException, InterruptedException {
        Path said = folder.resolve(arguments[0] + ".log");
        ProcessBuilder builder = builder(List.of(arguments)).redirectOutput(said.toFile());
        builder.environment().put("SLUICE_DATA_DIR", folder.resolve("data").toString());
        Process child = builder.start();
        try {
            if (!child.waitFor(limit.toSeconds(), TimeUnit.SECONDS) || child.exitValue() != 0) {
                throw new AssertionError(arguments[0] + " failed: " + Files.readString(said));
            }
            return Files.readString(said);
        } finally {
            child.destroyForcibly();
        }
    }

    /// Waits until the log has this.
    Matcher await(Pattern line) throws IOException, InterruptedException {
        while (true) {
            Matcher found = line.matcher(Files.readString(log));
            if (found.find()) {
                return found;
            }
            if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the server ended: " + Files.readString(log));
            }
        }
    }

    /// What walks start from.
    Map<String, String> environment() throws IOException, InterruptedException {
        return Map.of(
                "SLUICE_URL",
                url,
                "SLUICE_SETUP_TOKEN",
                Files.readString(folder.resolve("data/setup-token")).strip(),
                "SLUICE_CHROMIUM",
                Chromium.find().toString(),
                "SLUICE_SHOTS",
                ClientSuite.checkout().resolve("console/target/shots").toString());
    }

    /// Ends it in order, and removes the folder.
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the server does not end: " + Files.readString(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
        made.close();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
