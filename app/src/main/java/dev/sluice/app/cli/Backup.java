package dev.sluice.app.cli;

import dev.sluice.ledger.journal.JournalFolder;
import dev.sluice.store.ArchiveManifest;
import dev.sluice.store.DatabaseArchive;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The file of a back-up, a zip: `sluice-backup` (what it is), `database.zip` (every row of one
/// moment), `secrets/` (the master key and what else the data directory keeps secret) and
/// `journal/` (calls that ended before that moment and were not in the database yet). Whoever has
/// the file has the upstream credentials: it is readable by its owner alone.
final class Backup {

    private static final String ABOUT = "sluice-backup";
    private static final String DATABASE = "database.zip";
    private static final String SECRETS = "secrets/";
    private static final String JOURNAL = "journal/";
    private static final String MASTER_KEY = "master-key";
    private static final int FORMAT = 1;

    /// Of one cluster: a restored Sluice makes its own.
    private static final Set<String> NOT_KEPT = Set.of("postgres-password");

    private Backup() {}

    /// What was written or read.
    record Contents(ArchiveManifest database, boolean masterKey) {

        /// Of the installation when the back-up was taken.
        long generation() {
            return database.generation();
        }

        long rows() {
            return database.tables().stream().mapToLong(ArchiveManifest.Table::rows).sum();
        }
    }

    /// Writes the file; it appears when it is whole.
    static Contents write(Storage storage, Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path fresh =
                Files.createTempFile(
                        folder,
                        ".sluice-backup",
                        "",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        boolean done = false;
        try {
            Contents contents;
            try (OutputStream out = Files.newOutputStream(fresh);
                    ZipOutputStream zip = new ZipOutputStream(out)) {
                contents = writeEntries(storage, zip);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            done = true;
            return contents;
        } finally {
            if (!done) {
                Files.deleteIfExists(fresh);
            }
        }
    }

    private static Contents writeEntries(Storage storage, ZipOutputStream zip) throws IOException {
        List<Path> secrets = secrets(storage.directory());
        boolean masterKey = secrets.stream().anyMatch(path -> path.endsWith(MASTER_KEY));
        zip.putNextEntry(new ZipEntry(ABOUT));
        String about = Json.write(Json.object().put("format", FORMAT).put("master_key", masterKey));
        zip.write((about + "\n").getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
        for (Path secret : secrets) {
            zip.putNextEntry(new ZipEntry(SECRETS + secret.getFileName()));
            Files.copy(secret, zip);
            zip.closeEntry();
        }
        // before the database: what is put away meanwhile is in it
        for (Path segment : JournalFolder.unbooked(storage.directory().resolve("journal"))) {
            copyIfThere(segment, zip);
        }
        zip.setLevel(Deflater.NO_COMPRESSION); // it is compressed already
        zip.putNextEntry(new ZipEntry(DATABASE));
        ArchiveManifest manifest = DatabaseArchive.write(storage.database(), zip);
        zip.closeEntry();
        return new Contents(manifest, masterKey);
    }

    private static void copyIfThere(Path segment, ZipOutputStream zip) throws IOException {
        try (InputStream in = Files.newInputStream(segment)) {
            zip.putNextEntry(new ZipEntry(JOURNAL + segment.getFileName()));
            in.transferTo(zip);
            zip.closeEntry();
        } catch (NoSuchFileException _) {
            // put away since it was listed: its calls are in the database by now
        }
    }

    private static List<Path> secrets(Path directory) throws IOException {
        Path folder = directory.resolve("secrets");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(path -> !NOT_KEPT.contains(String.valueOf(path.getFileName())))
                    .sorted()
                    .toList();
        }
    }

    /// Checks that the file is a back-up that this build can read.
    static void check(Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            JsonNode about = Json.parseOrNull(new String(read(zip, ABOUT), StandardCharsets.UTF_8));
            JsonNode format = about == null ? null : about.get("format");
            if (format == null || format.asInt() != FORMAT || zip.getEntry(DATABASE) == null) {
                throw CliException.refused(
                        "%s is of another format than this build reads.".formatted(file));
            }
        } catch (IOException e) {
            throw CliException.usage(
                    "%s is no back-up of Sluice: %s".formatted(file, e.getMessage()));
        }
    }

    /// Fills an empty database and an empty folder of secrets. When the database refuses, the
    /// secrets are taken away again.
    static Contents restore(Storage storage, Path file) throws IOException {
        List<Path> written = new ArrayList<>();
        Path journal = storage.directory().resolve("journal");
        // the journal that is there knows what the back-up's knows, and more
        boolean journalToo = JournalFolder.isEmpty(journal);
        Path extracted = Files.createTempFile(storage.directory(), ".restore", ".zip");
        boolean done = false;
        try (ZipFile zip = new ZipFile(file.toFile())) {
            try (InputStream in = zip.getInputStream(entry(zip, DATABASE))) {
                Files.copy(in, extracted, StandardCopyOption.REPLACE_EXISTING);
            }
            boolean masterKey = false;
            for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
                if (entry.getName().startsWith(SECRETS)) {
                    String name = entry.getName().substring(SECRETS.length());
                    masterKey |= name.equals(MASTER_KEY);
                    Path made = writeSecret(storage.directory(), name, read(zip, entry.getName()));
                    if (made != null) {
                        written.add(made);
                    }
                } else if (entry.getName().startsWith(JOURNAL) && journalToo) {
                    written.add(writeSegment(zip, entry, journal));
                }
            }
            ArchiveManifest manifest = DatabaseArchive.restore(storage.database(), extracted);
            done = true;
            return new Contents(manifest, masterKey);
        } finally {
            Files.deleteIfExists(extracted);
            if (!done) {
                for (Path path : written) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }

    private static Path writeSegment(ZipFile zip, ZipEntry entry, Path journal) throws IOException {
        String name = entry.getName().substring(JOURNAL.length());
        if (!name.matches("[0-9]+\\.log")) {
            throw CliException.refused("The back-up holds a strange segment: " + name);
        }
        PrivateFile.directory(journal);
        Path target = journal.resolve(name);
        try (InputStream in = zip.getInputStream(entry)) {
            Files.copy(in, target);
        }
        return target;
    }

    /// Puts one secret in its place; null when the same one is there already.
    private static @Nullable Path writeSecret(Path directory, String name, byte[] content)
            throws IOException {
        if (!name.matches("[a-z0-9][a-z0-9.-]*")) {
            throw CliException.refused("The back-up holds a secret with a strange name: " + name);
        }
        Path target = directory.resolve("secrets").resolve(name);
        if (Files.exists(target)) {
            if (Arrays.equals(Files.readAllBytes(target), content)) {
                return null;
            }
            throw CliException.refused(
                    "%s is another one than the back-up's. Restore into an empty data directory."
                            .formatted(target));
        }
        PrivateFile.write(target, new String(content, StandardCharsets.UTF_8));
        return target;
    }

    private static ZipEntry entry(ZipFile zip, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new IOException("its entry '" + name + "' is missing");
        }
        return entry;
    }

    private static byte[] read(ZipFile zip, String name) throws IOException {
        try (InputStream in = zip.getInputStream(entry(zip, name))) {
            return in.readAllBytes();
        }
    }
}
