package dev.sluice.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// Folders for servers under test. JUnit's own temporary folders are 0700, which the database's
/// account cannot enter.
public final class TestFolders {

    private static final String PREFIX = "sluice-store-test-";

    private static final List<Runnable> STOPS = new CopyOnWriteArrayList<>();

    /// Its lock tells those that killed runs left from those of runs beside this one.
    private static final DataDirectory ROOT = make();

    private TestFolders() {}

    /// What still writes into the folders when the tests are over; it ends before they are removed.
    static void stopBeforeRemoval(Runnable stop) {
        STOPS.add(stop);
    }

    /// A name that does not exist yet, in a folder that everybody may search.
    public static Path fresh(String name) {
        try {
            return open(Files.createTempDirectory(ROOT.path(), name)).resolve("data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// One copy of the unpacked programs for all servers of this JVM.
    public static Path binaries() {
        return ROOT.path();
    }

    private static DataDirectory make() {
        try {
            sweep();
            DataDirectory root = DataDirectory.open(open(Files.createTempDirectory(PREFIX)));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(root)));
            return root;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void sweep() throws IOException {
        List<Path> left;
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            left =
                    all.filter(path -> path.getFileName().toString().startsWith(PREFIX))
                            .filter(path -> Files.exists(path.resolve("lock")))
                            .toList();
        }
        for (Path root : left) {
            try (DataDirectory _ = DataDirectory.open(root)) {
                delete(root);
            } catch (IllegalStateException _) {
                // of a run beside this one, or somebody else's
            }
        }
    }

    private static void remove(DataDirectory root) {
        STOPS.forEach(Runnable::run);
        delete(root.path());
        root.close();
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
            // a server that outlives its test may be writing; the next run sweeps
        }
    }
}
