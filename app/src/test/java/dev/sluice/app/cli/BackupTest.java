package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.store.DataDirectory;
import dev.sluice.store.Database;
import dev.sluice.store.DatabaseSettings;
import dev.sluice.store.Migrations;
import dev.sluice.store.PostgresUrl;
import dev.sluice.store.embedded.EmbeddedPostgres;
import dev.sluice.store.embedded.PostgresSettings;
import dev.sluice.testkit.TestDatabase;
import dev.sluice.testkit.TestFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `backup` and `restore` with real servers.
@Tag("slow")
class BackupTest {

    private final TestFolder made = TestFolder.create("backup");
    private final Path folder = made.path();
    private final Typed person = new Typed(folder);

    @AfterEach
    void cleanUp() {
        made.close();
    }

    private static String text(PostgresUrl url) {
        return "postgresql://%s:%s@%s/%s"
                .formatted(url.user(), url.password().reveal(), url.hosts(), url.database());
    }

    private static void write(Database database, String name) {
        database.inTransaction(sql ->
                sql.update(
                        "INSERT INTO organization (id, name, time_zone, currency, billing_mode,"
                                + " credit_limit, created_at)"
                                + " VALUES (?, ?, 'UTC', 'USD', 'prepaid', 0, now())",
                        "org_" + name,
                        name));
    }

    private static String names(Database database) {
        return database.read(sql ->
                sql.one(
                        "SELECT string_agg(name, ',' ORDER BY name) AS names FROM organization",
                        row -> row.text("names")));
    }

    private static long generation(Database database) {
        return database.read(sql ->
                sql.one("SELECT generation FROM installation", row -> row.bigint("generation")));
    }

    private static Database open(PostgresUrl url) {
        return Database.open(url, DatabaseSettings.standard().withPoolSize(2));
    }

    private void secret(String directory, String name, String value) throws IOException {
        Path file = folder.resolve(directory).resolve("secrets").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, value);
    }

    @Test
    void anExternalDatabaseAndItsSecretsComeBackInANewGeneration() throws IOException {
        try (TestDatabase from = TestDatabase.create();
                TestDatabase into = TestDatabase.createEmpty();
                Database source = open(from.url());
                Database target = open(into.url())) {
            write(source, "acme");
            secret("data", "master-key", "the-key-of-keys");
            secret("data", "replica-id", "replica-of-the-old-one");
            Path journal = Files.createDirectories(folder.resolve("data/journal"));
            Files.writeString(journal.resolve("0000000000000007.log"), "calls on their way");
            Files.writeString(journal.resolve("0000000000000006.log.done-1790000000"), "booked");

            Typed.Outcome backup =
                    person.with("SLUICE_DATABASE_URL", text(from.url())).run("backup", "b.sluice");
            Typed.Outcome restore =
                    person.with("SLUICE_DATABASE_URL", text(into.url()))
                            .with("SLUICE_DATA_DIR", "fresh")
                            .run("restore", "b.sluice", "-o", "json");

            assertThat(backup.err()).isEmpty();
            assertThat(backup.code()).isZero();
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(folder.resolve("b.sluice"))))
                    .isEqualTo("rw-------");
            assertThat(restore.err()).isEmpty();
            assertThat(restore.out()).contains("\"master_key\":true", "\"generation\":2");
            assertThat(names(target)).isEqualTo("acme");
            assertThat(generation(target)).isEqualTo(2);
            assertThat(folder.resolve("fresh/secrets/master-key")).hasContent("the-key-of-keys");
            // the journal is of that replica
            assertThat(folder.resolve("fresh/secrets/replica-id"))
                    .hasContent("replica-of-the-old-one");
            assertThat(folder.resolve("fresh/journal"))
                    .isDirectoryContaining("glob:**0000000000000007.log")
                    .isDirectoryNotContaining("glob:**done*");
            assertThat(folder.resolve("fresh/journal/0000000000000007.log"))
                    .hasContent("calls on their way");
        }
    }

    @Test
    void aDatabaseInUseIsNotOverwrittenAndKeepsItsSecrets() throws IOException {
        try (TestDatabase from = TestDatabase.create();
                Database source = open(from.url())) {
            write(source, "acme");
            secret("data", "master-key", "the-key-of-keys");
            person.with("SLUICE_DATABASE_URL", text(from.url())).run("backup", "b.sluice");

            Typed.Outcome again = person.run("backup", "b.sluice");
            Typed.Outcome restore = person.with("SLUICE_DATA_DIR", "x").run("restore", "b.sluice");
            Typed.Outcome other = person.with("SLUICE_DATA_DIR", "data").run("restore", "b.sluice");

            assertThat(again.code()).isEqualTo(2);
            assertThat(again.err()).contains("exists already");
            assertThat(restore.code()).isEqualTo(1);
            assertThat(restore.err()).contains("already holds tables");
            assertThat(folder.resolve("x/secrets/master-key")).doesNotExist();
            assertThat(other.code()).isEqualTo(1);
            assertThat(folder.resolve("data/secrets/master-key")).hasContent("the-key-of-keys");
            assertThat(names(source)).isEqualTo("acme");
        }
    }

    @Test
    void anotherMasterKeyIsNeverReplaced() throws IOException {
        try (TestDatabase from = TestDatabase.create();
                TestDatabase into = TestDatabase.createEmpty()) {
            secret("data", "master-key", "the-key-of-keys");
            secret("other", "master-key", "another-key");
            person.with("SLUICE_DATABASE_URL", text(from.url())).run("backup", "b.sluice");

            Typed.Outcome restore =
                    person.with("SLUICE_DATABASE_URL", text(into.url()))
                            .with("SLUICE_DATA_DIR", "other")
                            .run("restore", "b.sluice");

            assertThat(restore.code()).isEqualTo(1);
            assertThat(restore.err()).contains("another one than the back-up's");
            assertThat(folder.resolve("other/secrets/master-key")).hasContent("another-key");
        }
    }

    @Test
    void filesThatAreNoBackupsAreRefused() throws IOException {
        Files.writeString(folder.resolve("b.sluice"), "not a zip", StandardCharsets.UTF_8);

        assertThat(person.run("restore", "b.sluice").err()).contains("no back-up");
        assertThat(person.run("restore", "absent").code()).isEqualTo(2);
        assertThat(person.run("backup", "new.sluice").err()).contains("There is no database");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    @Tag("slow")
    void theEmbeddedDatabaseIsSavedWhileItRunsAndWhenItIsStopped() throws IOException {
        try (DataDirectory data = DataDirectory.open(folder.resolve("data"));
                EmbeddedPostgres server =
                        EmbeddedPostgres.start(data, PostgresSettings.production());
                Database database = open(server.url())) {
            Migrations.migrate(database);
            write(database, "acme");
            Typed.Outcome running = person.run("backup", "running.sluice");
            Typed.Outcome refused = person.run("restore", "running.sluice");

            assertThat(running.err()).contains("SLUICE_MASTER_KEY");
            assertThat(running.out()).contains("running Sluice");
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err()).contains("in use by another Sluice");
        }
        Typed.Outcome stopped = person.run("backup", "stopped.sluice");
        assertThat(stopped.out()).contains("started for this");

        person.with("SLUICE_DATA_DIR", "fresh");
        Typed.Outcome restore = person.run("restore", "stopped.sluice");

        assertThat(restore.code()).isZero();
        try (DataDirectory data = DataDirectory.open(folder.resolve("fresh"));
                EmbeddedPostgres server =
                        EmbeddedPostgres.start(data, PostgresSettings.production());
                Database database = open(server.url())) {
            assertThat(names(database)).isEqualTo("acme");
            assertThat(generation(database)).isEqualTo(2);
        }
    }
}
