package dev.sluice.gateway.spool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/// A folder for uploads, and how much is in it.
public final class Spool {

    private final Path folder;
    private final SpoolLimits limits;
    private final AtomicLong taken = new AtomicLong();

    private Spool(Path folder, SpoolLimits limits) {
        this.folder = folder;
        this.limits = limits;
    }

    /// Empties the folder of what an earlier process may have left, and makes it where it is not.
    ///
    /// @param folder of this process alone
    public static Spool open(Path folder, SpoolLimits limits) {
        try {
            Files.createDirectories(folder);
            try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
                for (Path file : left) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the folder for uploads: " + folder, e);
        }
        return new Spool(folder, limits);
    }

    public SpoolLimits limits() {
        return limits;
    }

    /// Bytes of all files that are not closed.
    public long taken() {
        return taken.get();
    }

    /// A new file, empty. It comes to be on the disk with its first bytes.
    public SpooledFile file() {
        return new SpooledFile(this, folder);
    }

    /// Takes the bytes, or nothing.
    boolean take(long bytes) {
        if (taken.addAndGet(bytes) > limits.spoolBytes()) {
            taken.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void give(long bytes) {
        taken.addAndGet(-bytes);
    }
}
