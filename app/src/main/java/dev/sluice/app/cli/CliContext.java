package dev.sluice.app.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a command finds around it. Tests make their own.
///
/// @param environment the process's variables
/// @param directory where relative paths start
/// @param home where the profile lives
/// @param interactive whether a person can answer questions on `in`
public record CliContext(
        Map<String, String> environment,
        Path directory,
        Path home,
        InputStream in,
        PrintWriter out,
        PrintWriter err,
        InstantSource clock,
        boolean interactive) {

    /// This process's own surroundings.
    public static CliContext ofProcess(InstantSource clock) {
        return new CliContext(
                System.getenv(),
                Path.of("").toAbsolutePath(),
                Path.of(System.getProperty("user.home", ".")),
                System.in,
                writer(FileDescriptor.out),
                writer(FileDescriptor.err),
                clock,
                isTerminal());
    }

    /// Null only where the JDK's own console is switched off.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        java.io.Console console = System.console();
        return console != null && console.isTerminal();
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /// A variable, or what the file named by its `_FILE` variant holds.
    ///
    /// @return null when neither is set, or blank
    @Nullable String variable(String name) {
        String file = environment.get(name + "_FILE");
        String value =
                file == null || file.isBlank()
                        ? environment.get(name)
                        : PrivateFile.read(directory.resolve(file), name + "_FILE");
        return value == null || value.isBlank() ? null : value.strip();
    }

    /// `SLUICE_DATA_DIR`, else `./data`.
    Path dataDirectory() {
        String set = variable("SLUICE_DATA_DIR");
        return directory.resolve(set == null ? "data" : set).normalize();
    }
}
