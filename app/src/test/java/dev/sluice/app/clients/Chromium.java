package dev.sluice.app.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/// The browser of the machine, else Debian's, with fonts to draw with.
final class Chromium {

    private static final List<Path> PLACES =
            Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(name -> Path.of("/usr/bin", name))
                    .toList();
    private static final List<String> PACKAGES = List.of("chromium", "fonts-dejavu-core");
    private static final int FETCH_MINUTES = 5;

    private Chromium() {}

    /// Where it is. Root gets it from Debian where it is missing, and fails when that fails;
    /// anybody else skips.
    static Path find() throws IOException, InterruptedException {
        Optional<Path> found = installed();
        boolean root = System.getProperty("user.name").equals("root");
        if (found.isEmpty() && root) {
            if (!install() && run("apt-get", "update")) {
                install();
            }
            found = installed();
        }
        String message =
                "no Chromium; install it (apt-get install " + String.join(" ", PACKAGES) + ")";
        if (found.isEmpty() && root) {
            throw new AssertionError(message);
        }
        return found.orElseThrow(() -> new TestAbortedException(message));
    }

    private static Optional<Path> installed() {
        return PLACES.stream().filter(Files::isExecutable).findFirst();
    }

    private static boolean install() throws IOException, InterruptedException {
        return run(
                Stream.concat(
                                Stream.of("apt-get", "install", "--yes", "--no-install-recommends"),
                                PACKAGES.stream())
                        .toArray(String[]::new));
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        Process process;
        try {
            process = builder.start();
        } catch (IOException _) {
            // no apt on this machine
            return false;
        }
        if (!process.waitFor(FETCH_MINUTES, TimeUnit.MINUTES)) {
            process.destroy();
            return false;
        }
        return process.exitValue() == 0;
    }
}
