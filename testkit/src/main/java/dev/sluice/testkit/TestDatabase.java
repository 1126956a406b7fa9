package dev.sluice.testkit;

import dev.sluice.store.DataDirectory;
import dev.sluice.store.Database;
import dev.sluice.store.DatabaseSettings;
import dev.sluice.store.Migrations;
import dev.sluice.store.PostgresUrl;
import dev.sluice.store.Sql;
import dev.sluice.store.embedded.EmbeddedPostgres;
import dev.sluice.store.embedded.PostgresSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A migrated database of its own for one test class, on a real PostgreSQL server that all classes
/// of one JVM share. The first takes about three seconds, every further one about a tenth of one.
///
/// The server keeps nothing on purpose (fsync is off) and ends with the JVM, however that ends.
public final class TestDatabase implements AutoCloseable {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private static @Nullable Server shared;

    private final String name;
    private final Database database;

    private TestDatabase(String name, Database database) {
        this.name = name;
        this.database = database;
    }

    public static TestDatabase create() {
        return create(DatabaseSettings.standard());
    }

    public static TestDatabase create(DatabaseSettings settings) {
        return create(settings, "base");
    }

    /// Without any table: what an archive is restored into.
    public static TestDatabase createEmpty() {
        return create(DatabaseSettings.standard(), "template1");
    }

    private static TestDatabase create(DatabaseSettings settings, String template) {
        Server server = server();
        String name = "t_" + COUNT.incrementAndGet();
        server.execute("CREATE DATABASE " + name + " TEMPLATE " + template);
        PostgresUrl url = server.postgres.url().withDatabase(name);
        return new TestDatabase(name, Database.open(url, settings));
    }

    public Database database() {
        return database;
    }

    /// Also for a second pool, or a second replica.
    public PostgresUrl url() {
        return database.url();
    }

    @Override
    public void close() {
        database.close();
        server().execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }

    private static synchronized Server server() {
        if (shared == null) {
            shared = Server.start();
        }
        return shared;
    }

    private record Server(DataDirectory directory, EmbeddedPostgres postgres, Database admin) {

        static Server start() {
            Path root = folder();
            sweep(root);
            DataDirectory directory =
                    DataDirectory.open(root.resolve("server-" + ProcessHandle.current().pid()));
            EmbeddedPostgres postgres =
                    EmbeddedPostgres.start(directory, PostgresSettings.forTests(root));
            Database admin =
                    Database.open(postgres.url(), DatabaseSettings.standard().withPoolSize(1));
            Server server = new Server(directory, postgres, admin);
            Runtime.getRuntime().addShutdownHook(new Thread(server::stop, "test-database-stop"));
            server.execute("CREATE DATABASE base");
            try (Database base =
                    Database.open(
                            postgres.url().withDatabase("base"), DatabaseSettings.standard())) {
                Migrations.migrate(base);
            }
            return server;
        }

        /// Outside of a transaction: databases are made and dropped only so.
        void execute(String sql) {
            try (Connection connection = admin.connect()) {
                Sql.on(connection).execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        void stop() {
            admin.close();
            postgres.close();
            directory.close();
            delete(directory.path());
        }
    }

    /// Under `target/` of the whole build, so that all modules share one copy of the programs. A
    /// checkout that the database's account cannot reach (below a closed home directory) uses the
    /// temporary directory instead.
    static Path folder() {
        Path here = Path.of("").toAbsolutePath();
        Path top = here;
        for (Path at = here; at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve(".mvn"))) {
                top = at;
            }
        }
        try {
            Path folder = top.resolve("target").resolve("test-postgres");
            if (!EmbeddedPostgres.canUse(top)) {
                String user = System.getProperty("user.name", "unknown");
                folder = Path.of(System.getProperty("java.io.tmpdir"), "sluice-test-" + user);
                requireOwn(folder);
            }
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Programs are run from there: a folder that somebody else prepared is not to be trusted.
    private static void requireOwn(Path folder) throws IOException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)
                && !Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS)
                        .equals(Files.getOwner(Path.of("/proc/self")))) {
            throw new IllegalStateException(folder + " belongs to another user");
        }
    }

    /// Removes what killed test runs left behind; a server that is alive holds its lock.
    private static void sweep(Path root) {
        List<Path> left;
        try (Stream<Path> entries = Files.list(root)) {
            left = entries.filter(e -> e.getFileName().toString().startsWith("server-")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (Path entry : left) {
            try (DataDirectory _ = DataDirectory.open(entry)) {
                delete(entry);
            } catch (IllegalStateException _) {
                // in use by a test run beside this one
            }
        }
    }

    static void delete(Path root) {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException _) {
            // the next run sweeps
        }
    }
}
