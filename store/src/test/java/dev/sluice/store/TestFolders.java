package dev.sluice.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/// Folders for servers under test. JUnit's own temporary folders are 0700, which the database's
/// account cannot enter.
public final class TestFolders {

    private static final Path ROOT = make();

    private TestFolders() {}

    /// A name that does not exist yet, in a folder that everybody may search.
    public static Path fresh(String name) {
        try {
            return open(Files.createTempDirectory(ROOT, name)).resolve("data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// One copy of the unpacked programs for all servers of this JVM.
    public static Path binaries() {
        return ROOT;
    }

    private static Path make() {
        try {
            Path root = open(Files.createTempDirectory("sluice-store-test-"));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(root)));
            return root;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path open(Path folder) throws IOException {
        return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void delete(Path root) {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException _) {
            // a server that is still stopping may be writing; the folder is a temporary one
        }
    }
}
