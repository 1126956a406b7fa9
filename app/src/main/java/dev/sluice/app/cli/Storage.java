package dev.sluice.app.cli;

import dev.sluice.store.DataDirectory;
import dev.sluice.store.Database;
import dev.sluice.store.DatabaseSettings;
import dev.sluice.store.PostgresUrl;
import dev.sluice.store.embedded.EmbeddedPostgres;
import dev.sluice.store.embedded.PostgresSettings;
import dev.sluice.store.embedded.RunningServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The database and the data directory themselves, without a server in between: an external
/// database, the embedded one of a running Sluice, or the embedded one started for this command.
final class Storage implements AutoCloseable {

    /// Where the database is.
    enum Kind {
        EXTERNAL("the database of SLUICE_DATABASE_URL"),
        RUNNING("the embedded database of the running Sluice"),
        STARTED("the embedded database, started for this");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    private final Deque<AutoCloseable> stops = new ArrayDeque<>();
    private final Path directory;
    private final Kind kind;
    private final Database database;

    private Storage(Path directory, @Nullable String external, boolean alone) {
        this.directory = directory;
        PostgresUrl url;
        boolean opened = false;
        try {
            Optional<PostgresUrl> running =
                    external == null && !alone ? running(directory) : Optional.empty();
            if (external != null) {
                kind = Kind.EXTERNAL;
                url = PostgresUrl.parse(external);
                if (alone) {
                    stopping(DataDirectory.open(directory));
                }
            } else if (running.isPresent()) {
                kind = Kind.RUNNING;
                url = running.get();
            } else {
                kind = Kind.STARTED;
                DataDirectory data = stopping(DataDirectory.open(directory));
                url = stopping(EmbeddedPostgres.start(data, PostgresSettings.production())).url();
            }
            database = stopping(Database.open(url, settings()));
            opened = true;
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    private static DatabaseSettings settings() {
        return DatabaseSettings.standard()
                .withPoolSize(2)
                .withConnectTimeout(Duration.ofSeconds(5))
                .withApplicationName("sluice-cli");
    }

    /// For reading, beside a running Sluice or without one.
    static Storage beside(CliContext context) {
        Path directory = context.dataDirectory();
        String external = context.variable("SLUICE_DATABASE_URL");
        if (external == null && !Files.isDirectory(cluster(directory))) {
            throw CliException.usage(
                    "There is no database in %s: set SLUICE_DATA_DIR or SLUICE_DATABASE_URL."
                            .formatted(directory));
        }
        return new Storage(directory, external, false);
    }

    /// For this command alone: no Sluice may run in the data directory.
    static Storage alone(CliContext context) {
        return new Storage(context.dataDirectory(), context.variable("SLUICE_DATABASE_URL"), true);
    }

    static Path cluster(Path directory) {
        return directory.resolve("postgres").resolve("cluster");
    }

    /// The embedded database of a Sluice that runs in the directory.
    static Optional<PostgresUrl> running(Path directory) {
        try {
            return RunningServer.find(directory);
        } catch (IOException e) {
            throw CliException.refused(
                    "The files of %s cannot be read: run this as the account that runs Sluice."
                            .formatted(directory));
        }
    }

    Database database() {
        return database;
    }

    Kind kind() {
        return kind;
    }

    Path directory() {
        return directory;
    }

    private <T extends AutoCloseable> T stopping(T part) {
        stops.push(part);
        return part;
    }

    @Override
    public void close() {
        while (!stops.isEmpty()) {
            try {
                stops.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("stopping: " + e.getMessage(), e);
            }
        }
    }
}
