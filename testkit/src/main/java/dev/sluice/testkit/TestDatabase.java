package dev.sluice.testkit;

import dev.sluice.store.DataDirectory;
import dev.sluice.store.Database;
import dev.sluice.store.DatabaseSettings;
import dev.sluice.store.Migrations;
import dev.sluice.store.PostgresUrl;
import dev.sluice.store.Sql;
import dev.sluice.store.embedded.EmbeddedPostgres;
import dev.sluice.store.embedded.PostgresSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
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
            DataDirectory directory = RunFolders.open("server");
            EmbeddedPostgres postgres =
                    EmbeddedPostgres.start(
                            directory, PostgresSettings.forTests(RunFolders.parent()));
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
            RunFolders.delete(directory.path());
        }
    }
}
