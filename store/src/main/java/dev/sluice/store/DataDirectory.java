package dev.sluice.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The directory of one Sluice process (`SLUICE_DATA_DIR`): 0711 itself, so that the database's
/// account can pass through, with folders of 0700 inside. Held by an exclusive lock while open; the
/// kernel frees it however the process ends.
public final class DataDirectory implements AutoCloseable {

    /// What this very process holds. Opening the lock file once more and closing it would free the
    /// lock: POSIX locks belong to the process, not to the channel.
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

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
            if (!HELD.add(real)) {
                throw inUse(real);
            }
            boolean locked = false;
            try {
                DataDirectory opened = new DataDirectory(real, lock(real));
                locked = true;
                return opened;
            } finally {
                if (!locked) {
                    HELD.remove(real);
                }
            }
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    private static IllegalStateException unusable(Path directory, IOException e) {
        return new IllegalStateException(
                "The data directory %s cannot be used: %s. Set SLUICE_DATA_DIR to another."
                        .formatted(directory, reason(e)),
                e);
    }

    /// In words, where Java says it by the name of a class.
    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied ->
                    "the account that runs Sluice may not write %s%s"
                            .formatted(denied.getFile(), owner(denied.getFile()));
            case FileAlreadyExistsException inTheWay -> inTheWay.getFile() + " is no directory";
            case FileSystemException other when other.getReason() != null ->
                    other.getFile() + ": " + other.getReason();
            default -> e.toString();
        };
    }

    /// Whose it is, or whose the nearest folder above it is.
    private static String owner(String file) {
        for (Path at = Path.of(file); at != null; at = at.getParent()) {
            try {
                return ", which belongs to " + Files.getOwner(at);
            } catch (IOException _) {
                // not there, or not to be seen
            }
        }
        return "";
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
            throw unusable(path, e);
        }
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD.remove(path);
        }
    }

    /// The lock file stays when the process ends: deleting it would let two processes lock two
    /// files of the same name.
    private static FileChannel lock(Path directory) throws IOException {
        Path file = directory.resolve("lock");
        FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        if (channel.tryLock() != null) {
            return channel;
        }
        channel.close();
        throw inUse(directory);
    }

    private static IllegalStateException inUse(Path directory) {
        return new IllegalStateException(
                ("The data directory %s is in use by another Sluice process. Stop that one,"
                                + " or give this one its own SLUICE_DATA_DIR.")
                        .formatted(directory));
    }

    private static void setMode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
