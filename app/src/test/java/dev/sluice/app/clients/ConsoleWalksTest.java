package dev.sluice.app.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Main;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// People walk through the console in a real browser, on a server that was never used before, with
/// its demonstration. `console/walks` has the walks; the pictures they make of every page stay in
/// `console/target/shots`.
@Tag("slow")
@Timeout(900)
class ConsoleWalksTest {

    private static final Pattern READY = Pattern.compile("Sluice is ready at (http://\\S+)");
    private static final String WRITTEN = "are written (seed";

    private Path folder = Path.of(".");

    @BeforeEach
    void freshFolder() throws IOException {
        folder = Files.createTempDirectory("sluice-walks");
        // the embedded database's account has to pass through
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    }

    @AfterEach
    void cleanUp() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    @Test
    void everyWalkArrives() throws IOException, InterruptedException {
        Path chromium = Chromium.find();
        Path pages = folder.resolve("classes/console");
        copy(ClientSuite.builtConsole(), pages);
        Path log = folder.resolve("server.log");
        Process server = start(log);
        try {
            String url = await(server, log, READY).group(1);
            await(server, log, Pattern.compile(Pattern.quote(WRITTEN)));
            Tally tally =
                    ClientSuite.walks(
                            Map.of(
                                    "SLUICE_URL",
                                    url,
                                    "SLUICE_SETUP_TOKEN",
                                    Files.readString(folder.resolve("data/setup-token")).strip(),
                                    "SLUICE_CHROMIUM",
                                    chromium.toString(),
                                    "SLUICE_SHOTS",
                                    ClientSuite.checkout()
                                            .resolve("console/target/shots")
                                            .toString()));
            assertThat(tally.failed()).isZero();
            assertThat(tally.skipped()).isZero();
            assertThat(tally.tests()).isGreaterThanOrEqualTo(18);
        } finally {
            server.destroy();
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private Process start(Path log) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
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
                                Main.class.getName(),
                                "run",
                                "--port",
                                "0",
                                "--data",
                                folder.resolve("data").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
        // somebody adds the simulator as a provider of their own
        builder.environment().put("SLUICE_EGRESS_ALLOW", "127.0.0.0/8");
        return builder.start();
    }

    private static Matcher await(Process server, Path log, Pattern line)
            throws IOException, InterruptedException {
        while (true) {
            Matcher found = line.matcher(Files.readString(log));
            if (found.find()) {
                return found;
            }
            if (server.waitFor(100, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the server ended: " + Files.readString(log));
            }
        }
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
