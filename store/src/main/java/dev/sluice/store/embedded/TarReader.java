package dev.sluice.store.embedded;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// Unpacks a ustar archive of files, directories and symbolic links into one directory. Source of
/// the layout: POSIX.1-2017, pax, "ustar Interchange Format". Everything unpacked is readable by
/// everybody and writable by its owner alone, whatever the archive says.
final class TarReader {

    private static final int BLOCK_BYTES = 512;

    private final InputStream in;
    private final Path root;

    TarReader(InputStream in, Path root) {
        this.in = in;
        this.root = root.toAbsolutePath().normalize();
    }

    void unpack() throws IOException {
        byte[] header = new byte[BLOCK_BYTES];
        while (readHeader(header)) {
            String prefix = text(header, 345, 155);
            String name = text(header, 0, 100);
            Path target = inside(prefix.isEmpty() ? name : prefix + "/" + name);
            long size = octal(header, 124, 12);
            switch (header[156]) {
                case '5' -> Files.createDirectories(target);
                case '2' -> link(target, text(header, 157, 100));
                case '0', 0 -> file(target, size, (octal(header, 100, 8) & 0100) != 0);
                default -> throw new IOException("tar entry of unknown type: " + name);
            }
        }
    }

    /// An archive ends with blocks of zeros.
    private boolean readHeader(byte[] header) throws IOException {
        int read = in.readNBytes(header, 0, BLOCK_BYTES);
        return read == BLOCK_BYTES && header[0] != 0;
    }

    private void file(Path target, long size, boolean executable) throws IOException {
        Files.createDirectories(parent(target));
        try (OutputStream out = Files.newOutputStream(target)) {
            copy(out, size);
        }
        Files.setPosixFilePermissions(
                target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        in.skipNBytes((BLOCK_BYTES - size % BLOCK_BYTES) % BLOCK_BYTES);
    }

    private void copy(OutputStream out, long size) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long left = size;
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new EOFException("tar archive ends inside a file");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    private void link(Path target, String to) throws IOException {
        Path parent = parent(target);
        inside(root.relativize(parent.resolve(to).normalize()).toString());
        Files.createDirectories(parent);
        Files.createSymbolicLink(target, Path.of(to));
    }

    private Path parent(Path target) {
        Path parent = target.getParent();
        return parent == null ? root : parent;
    }

    private Path inside(String name) throws IOException {
        Path target = root.resolve(name).normalize();
        if (!target.startsWith(root)) {
            throw new IOException("tar entry outside of the directory: " + name);
        }
        return target;
    }

    private static String text(byte[] header, int offset, int length) {
        int end = offset;
        while (end < offset + length && header[end] != 0) {
            end++;
        }
        return new String(header, offset, end - offset, StandardCharsets.UTF_8);
    }

    private static long octal(byte[] header, int offset, int length) {
        String digits = text(header, offset, length).trim();
        return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    }
}
