package dev.sluice.testkit;

import dev.sluice.store.DataDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// A folder of one test. Unlike JUnit's own, it also serves what is made outside of a test class,
/// and the account of an embedded database may pass through it.
///
/// Who makes one closes it. Where that does not happen, because a test failed on the way, it goes
/// with the JVM; where the JVM is killed, the next run removes it.
public final class TestFolder implements AutoCloseable {

    private final Path path;

    private TestFolder(Path path) {
        this.path = path;
    }

    /// An empty one, whose name starts so.
    public static TestFolder create(String name) {
        try {
            Path path = Files.createTempDirectory(OfThisJvm.ALL.path(), name + "-");
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx--x--x"));
            return new TestFolder(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path path() {
        return path;
    }

    /// Nobody writes into it any more.
    @Override
    public void close() {
        RunFolders.delete(path);
    }

    /// Made at first use.
    private static final class OfThisJvm {

        static final DataDirectory ALL = open();

        private static DataDirectory open() {
            DataDirectory all = RunFolders.open("folders");
            Runtime.getRuntime()
                    .addShutdownHook(
                            Thread.ofPlatform()
                                    .name("test-folders-stop")
                                    .unstarted(() -> {
                                        RunFolders.delete(all.path());
                                        all.close();
                                    }));
            return all;
        }
    }
}
