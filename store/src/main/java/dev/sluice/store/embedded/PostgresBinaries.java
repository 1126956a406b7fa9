package dev.sluice.store.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/// The PostgreSQL programs inside our jar (`io.zonky.test.postgres`), and their unpacked form.
final class PostgresBinaries {

    private PostgresBinaries() {}

    /// For example `18.6.0`; the build writes it from the pom.
    static String version() {
        Properties properties = new Properties();
        try (InputStream in = resource("/dev/sluice/store/embedded/binaries.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version", "unknown");
    }

    /// For example `18`, as PostgreSQL writes into `PG_VERSION`.
    static String majorVersion() {
        return version().substring(0, version().indexOf('.'));
    }

    /// The directory that holds `bin/postgres`, unpacked into `folder` where it is not there yet.
    /// Safe with several processes at once: each unpacks beside and the first rename wins.
    static Path unpackedIn(Path folder) throws IOException {
        Path home = folder.resolve("bin-" + version());
        if (Files.isDirectory(home)) {
            return home;
        }
        Path fresh = Files.createTempDirectory(folder, "unpacking-");
        try {
            unpack(fresh);
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException _) {
            deleteTree(fresh); // another process was first, with the same content
        }
        return home;
    }

    /// Removes other versions and what an interrupted start left behind.
    static void removeOthers(Path folder) throws IOException {
        String keep = "bin-" + version();
        List<Path> old;
        try (Stream<Path> entries = Files.list(folder)) {
            old =
                    entries.filter(
                                    entry -> {
                                        String name = entry.getFileName().toString();
                                        return name.startsWith("unpacking-")
                                                || (name.startsWith("bin-") && !name.equals(keep));
                                    })
                            .toList();
        }
        for (Path entry : old) {
            deleteTree(entry);
        }
    }

    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static void unpack(Path target) throws IOException {
        String platform =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT)
                        + "-"
                        + System.getProperty("os.arch", "");
        String name =
                switch (platform) {
                    case "linux-amd64" -> "/postgres-linux-x86_64.txz";
                    case "linux-aarch64" -> "/postgres-linux-arm_64.txz";
                    default -> "/postgres-" + platform + ".txz";
                };
        try (InputStream in = resource(name)) {
            if (in == null) {
                throw new IllegalStateException(
                        "No PostgreSQL for %s comes with this build. Set SLUICE_DATABASE_URL."
                                .formatted(platform));
            }
            new TarReader(new XZInputStream(in), target).unpack();
        }
    }

    private static @Nullable InputStream resource(String name) {
        return PostgresBinaries.class.getResourceAsStream(name);
    }
}
