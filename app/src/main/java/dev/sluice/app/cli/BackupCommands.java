package dev.sluice.app.cli;

import dev.sluice.store.DatabaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// `sluice backup` and `sluice restore`: they work on the database and the data directory, not over
/// HTTP.
final class BackupCommands {

    private BackupCommands() {}

    static Verb backup() {
        return Verb.named(
                        "backup",
                        "Write database, journal and secrets, as of one moment, into a file.")
                .disconnected()
                .argument("FILE", "what to write; it must not exist yet")
                .note(
                        "Works on SLUICE_DATABASE_URL or the data directory, while Sluice runs or"
                                + " not.")
                .note(
                        "Of several replicas it holds the journal of the one whose data directory"
                                + " this is; the others keep theirs and book it again by"
                                + " themselves.")
                .note("The file holds the master key: keep it as safe as the key itself.")
                .example("sluice backup monday.sluice")
                .runs(in -> guarded(() -> write(in)));
    }

    static Verb restore() {
        return Verb.named("restore", "Fill an empty data directory or database from a backup.")
                .disconnected()
                .argument("FILE", "a file of 'sluice backup'")
                .note("Sluice must not run. What comes back begins a new generation.")
                .example("SLUICE_DATA_DIR=/srv/sluice sluice restore monday.sluice")
                .runs(in -> guarded(() -> restore(in)));
    }

    @FunctionalInterface
    private interface Work {
        int run() throws IOException;
    }

    /// What stands in the way is told by its own words.
    private static int guarded(Work work) {
        try {
            return work.run();
        } catch (IOException | IllegalStateException | DatabaseException e) {
            throw CliException.refused(String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
    }

    private static int write(Invocation in) throws IOException {
        Path file = in.context().directory().resolve(in.argument(0));
        if (Files.exists(file)) {
            throw CliException.usage(file + " exists already: name a new file.");
        }
        try (Storage storage = Storage.beside(in.context())) {
            Backup.Contents contents = Backup.write(storage, file);
            report(in, file, contents, contents.generation(), "Wrote " + storage.kind().words());
            if (!contents.masterKey()) {
                in.context()
                        .err()
                        .println("The master key is not in it: keep SLUICE_MASTER_KEY beside it.");
            }
        }
        return ExitCode.OK;
    }

    private static int restore(Invocation in) throws IOException {
        Path file = in.context().directory().resolve(in.argument(0));
        if (!Files.isReadable(file)) {
            throw CliException.usage("There is no readable file " + file + ".");
        }
        Backup.check(file);
        try (Storage storage = Storage.alone(in.context())) {
            Backup.Contents contents = Backup.restore(storage, file);
            long generation = contents.generation() + 1;
            report(in, file, contents, generation, "Filled " + storage.kind().words());
            if (!contents.masterKey() && in.context().variable("SLUICE_MASTER_KEY") == null) {
                in.context()
                        .err()
                        .println(
                                "The master key was not in it: start Sluice with the"
                                        + " SLUICE_MASTER_KEY it had.");
            }
        }
        return ExitCode.OK;
    }

    private static void report(
            Invocation in, Path file, Backup.Contents contents, long generation, String words) {
        var node =
                Json.object()
                        .put("file", file.toString())
                        .put("tables", contents.database().tables().size())
                        .put("rows", contents.rows())
                        .put("taken_at", contents.database().takenAt().toString())
                        .put("schema_version", contents.database().schemaVersion())
                        .put("generation", generation)
                        .put("master_key", contents.masterKey());
        if (!in.isForPrograms()) {
            in.context().out().println(words + ".");
        }
        in.show(node, java.util.List.of());
    }
}
