package dev.sluice.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The files of the repository, as Git knows them.
final class Checkout {

    private Checkout() {}

    /// The directory that holds `.mvn`, above the module whose tests run.
    static Path root() {
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

    /// Tracked files, and new ones that are not ignored, by their paths from the root.
    static List<String> files() {
        try {
            Process git =
                    new ProcessBuilder(
                                    "git",
                                    "-c",
                                    "safe.directory=*",
                                    "ls-files",
                                    "-z",
                                    "--cached",
                                    "--others",
                                    "--exclude-standard")
                            .directory(root().toFile())
                            .start();
            String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (git.waitFor() != 0) {
                throw new IllegalStateException("git ls-files failed");
            }
            return List.of(names.split("\0", -1)).stream()
                    .filter(name -> !name.isEmpty() && Files.isRegularFile(root().resolve(name)))
                    .distinct()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
