package dev.sluice.ledger.journal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A folder of a real file system, readable by its owner alone and locked by one process.
public final class FileDisk implements Disk {

    private static final String LOCK = "lock";
    private static final int ZEROS_BYTES = 64 * 1024;
    private static final FileAttribute<Set<PosixFilePermission>> FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;
    private final FileChannel lock;

    private FileDisk(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /// Makes the folder where it is missing and locks it until [#close()] or the process ends.
    ///
    /// @throws IOException when another process has it
    public static FileDisk open(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            Files.createDirectories(folder, FOLDER);
        }
        FileChannel lock =
                FileChannel.open(
                        folder.resolve(LOCK),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        FILE);
        if (tryLock(lock) == null) {
            lock.close();
            throw new IOException(
                    "%s is in use by another process: give each replica a folder of its own"
                            .formatted(folder));
        }
        return new FileDisk(folder, lock);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            // this very process has it
            return null;
        }
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(LOCK))
                    .toList();
        }
    }

    @Override
    public Segment create(String name, long bytes) throws IOException {
        Path file = folder.resolve(name);
        FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        FILE);
        try {
            ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
            for (long left = bytes; left > 0; left -= zeros.position()) {
                zeros.clear().limit((int) Math.min(left, ZEROS_BYTES));
                writeAll(channel, zeros);
            }
            // with its length: later forces need not touch the file's metadata
            channel.force(true);
            channel.position(0);
            forceFolder();
            return new FileSegment(channel);
        } catch (IOException e) {
            channel.close();
            Files.deleteIfExists(file);
            throw e;
        }
    }

    @Override
    public Reader reader(String name) throws IOException {
        return new FileReader(FileChannel.open(folder.resolve(name), StandardOpenOption.READ));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(folder.resolve(from), folder.resolve(to), StandardCopyOption.ATOMIC_MOVE);
        forceFolder();
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(folder.resolve(name));
        forceFolder();
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private void forceFolder() throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private record FileReader(FileChannel channel) implements Reader {

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void read(long at, ByteBuffer into) throws IOException {
            long from = at;
            while (into.hasRemaining()) {
                int bytes = channel.read(into, from);
                if (bytes < 0) {
                    throw new EOFException("nothing at byte " + from);
                }
                from += bytes;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private record FileSegment(FileChannel channel) implements Segment {

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            writeAll(channel, bytes);
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
