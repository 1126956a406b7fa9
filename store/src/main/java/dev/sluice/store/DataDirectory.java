package dev.sluice.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/// The directory of one Sluice process (`SLUICE_DATA_DIR`): 0711 itself, so that the database's
/// account can pass through, with folders of 0700 inside. Held by an exclusive lock while open; the
/// kernel frees it however the process ends.
public final class DataDirectory implements AutoCloseable {

    private final Path path;
    private final FileChannel lockFile;

    private DataDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /// Creates the directory where needed and locks it.
    ///
    /// @throws IllegalStateException when another process holds it, or it cannot be written
    public static DataDirectory open(Path directory) {
        try {
            boolean created = !Files.exists(directory);
            Files.createDirectories(directory);
            Path real = directory.toRealPath();
            if (created) { // the mode of a directory that somebody else made is theirs
                setMode(real, "rwx--x--x");
            }
            return new DataDirectory(real, lock(real));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The data directory %s cannot be used: %s. Set SLUICE_DATA_DIR to another."
                            .formatted(directory, e),
                    e);
        }
    }

    public Path path() {
        return path;
    }

    /// A folder inside, 0700, created at first use.
    public Path folder(String name) {
        Path folder = path.resolve(name);
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder);
                setMode(folder, "rwx------");
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The lock file stays when the process ends: deleting it would let two processes lock two
    /// files of the same name.
    private static FileChannel lock(Path directory) throws IOException {
        Path file = directory.resolve("lock");
        FileChannel channel =
                FileChannel.open(
                        file,
                        java.util.Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException _) {
            // held by this very process: the same answer
        }
        channel.close();
        throw new IllegalStateException(
                ("The data directory %s is in use by another Sluice process. Stop that one,"
                                + " or give this one its own SLUICE_DATA_DIR.")
                        .formatted(directory));
    }

    private static void setMode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
