package dev.sluice.testkit;

import dev.sluice.store.DataDirectory;
import dev.sluice.store.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Folders of this JVM alone, each held by a lock: the next run tells by it what a killed one left
/// behind from what a run beside it uses.
final class RunFolders {

    private RunFolders() {}

    /// The folder of this kind for this JVM, without those that killed runs left.
    static DataDirectory open(String kind) {
        Path parent = parent();
        sweep(parent, kind + "-");
        return DataDirectory.open(parent.resolve(kind + "-" + ProcessHandle.current().pid()));
    }

    /// Under `target/` of the whole build, so that all modules share one copy of the programs. A
    /// checkout that the database's account cannot reach (below a closed home directory) uses the
    /// temporary directory instead.
    static Path parent() {
        Path here = Path.of("").toAbsolutePath();
        Path top = here;
        for (Path at = here; at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve(".mvn"))) {
                top = at;
            }
        }
        try {
            Path folder = top.resolve("target").resolve("test-postgres");
            if (!EmbeddedPostgres.canUse(top)) {
                String user = System.getProperty("user.name", "unknown");
                folder = Path.of(System.getProperty("java.io.tmpdir"), "sluice-test-" + user);
                requireOwn(folder);
            }
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Programs are run from there: a folder that somebody else prepared is not to be trusted.
    private static void requireOwn(Path folder) throws IOException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)
                && !Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS)
                        .equals(Files.getOwner(Path.of("/proc/self")))) {
            throw new IllegalStateException(folder + " belongs to another user");
        }
    }

    private static void sweep(Path parent, String prefix) {
        List<Path> left;
        try (Stream<Path> entries = Files.list(parent)) {
            left = entries.filter(e -> e.getFileName().toString().startsWith(prefix)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (Path entry : left) {
            try (DataDirectory _ = DataDirectory.open(entry)) {
                delete(entry);
            } catch (IllegalStateException _) {
                // in use by a test run beside this one
            }
        }
    }

    static void delete(Path root) {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException _) {
            // the next run sweeps
        }
    }
}
