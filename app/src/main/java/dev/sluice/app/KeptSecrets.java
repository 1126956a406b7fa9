package dev.sluice.app;

import dev.sluice.control.secrets.MasterKey;
import dev.sluice.domain.Ids;
import dev.sluice.domain.Secret;
import dev.sluice.store.DataDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Small files of the data directory that outlive the process: the replica's id, the key of the
/// demonstration and how far its past is written. Each is readable by this account alone.
final class KeptSecrets {

    private static final int KEY_BYTES = 32;

    private final Path folder;
    private final SecureRandom random = new SecureRandom();

    KeptSecrets(DataDirectory data) {
        this.folder = data.folder("secrets");
    }

    /// A management credential for this process alone; never written down.
    Secret passingAdminKey() {
        return new Secret(randomHex());
    }

    /// The installation's key of keys.
    ///
    /// @param given by the operator; null when the data directory keeps it
    MasterKey masterKey(@Nullable Secret given) {
        return given == null ? MasterKey.ofDirectory(folder, random) : MasterKey.of(given, random);
    }

    String replica(Ids ids) {
        return kept("replica-id", () -> ids.next("replica"));
    }

    Optional<Secret> demoKey() {
        Path file = folder.resolve("demo-key");
        return Files.exists(file) ? Optional.of(new Secret(read(file))) : Optional.empty();
    }

    void keepDemoKey(Secret key) {
        write(folder.resolve("demo-key"), key.reveal());
    }

    /// How far the demonstration's past is written, as [DemoPast] puts it.
    Optional<String> demoPast() {
        Path file = folder.resolve("demo-past");
        return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
    }

    void keepDemoPast(String state) {
        write(folder.resolve("demo-past"), state);
    }

    private String kept(String name, Supplier<String> first) {
        Path file = folder.resolve(name);
        if (Files.exists(file)) {
            return read(file);
        }
        String value = first.get();
        write(file, value);
        return value;
    }

    private String randomHex() {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static void write(Path file, String value) {
        try {
            Files.deleteIfExists(file);
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.write(file, value.getBytes(StandardCharsets.UTF_8), StandardOpenOption.SYNC);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
