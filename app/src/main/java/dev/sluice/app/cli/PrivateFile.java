package dev.sluice.app.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/// Small text files that people name, and those that nobody else may read.
final class PrivateFile {

    private PrivateFile() {}

    /// Reads a file that the user named.
    ///
    /// @param what how the user named it: the variable or parameter
    static String read(Path file, String what) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException _) {
            throw CliException.usage(what + ": there is no file " + file + ".");
        } catch (IOException _) {
            throw CliException.usage(what + ": cannot read " + file + " as UTF-8 text.");
        }
    }

    /// Makes the folder, 0700, unless it is there.
    static void directory(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
    }

    /// Replaces the file at once, readable by its owner alone, in a folder of 0700.
    static void write(Path file, String text) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            directory(folder);
        }
        Path fresh =
                Files.createTempFile(
                        folder,
                        ".sluice",
                        "",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, text, StandardCharsets.UTF_8);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
