package dev.sluice.store;

import dev.sluice.store.embedded.EmbeddedPostgres;
import dev.sluice.store.embedded.PostgresSettings;
import java.util.concurrent.atomic.AtomicInteger;

/// One server for all classes of this module's tests that only need a database. (Other modules use
/// `TestDatabase` of the testkit, which depends on this module.)
final class TestServer {

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final EmbeddedPostgres SERVER = start();

    private TestServer() {}

    /// An empty database without any table.
    static PostgresUrl emptyDatabase() {
        String name = "d_" + COUNT.incrementAndGet();
        try (Database admin = open(SERVER.url());
                var connection = admin.connect()) {
            Sql.on(connection).execute("CREATE DATABASE " + name);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
        return SERVER.url().withDatabase(name);
    }

    static Database open(PostgresUrl url) {
        return Database.open(url, DatabaseSettings.standard());
    }

    private static EmbeddedPostgres start() {
        DataDirectory data = DataDirectory.open(TestFolders.fresh("shared"));
        EmbeddedPostgres server =
                EmbeddedPostgres.start(data, PostgresSettings.forTests(TestFolders.binaries()));
        TestFolders.stopBeforeRemoval(server::close);
        return server;
    }
}
