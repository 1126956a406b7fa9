package dev.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MigrationsTest {

    @Test
    void severalReplicasMayStartAtOnceAndASecondRunChangesNothing() {
        PostgresUrl url = TestServer.emptyDatabase();
        try (Database database = TestServer.open(url)) {
            List<CompletableFuture<String>> replicas =
                    Stream.generate(() ->
                                    CompletableFuture.supplyAsync(
                                            () -> Migrations.migrate(database),
                                            task -> Thread.ofPlatform().start(task)))
                            .limit(4)
                            .toList();

            List<String> versions =
                    replicas.stream().map(CompletableFuture::join).distinct().toList();
            assertThat(versions).hasSize(1);
            assertThat(Migrations.migrate(database)).isEqualTo(versions.getFirst());
            assertThat(count(database, "flyway_schema_history"))
                    .isEqualTo(
                            database.<Long>read(sql ->
                                    sql.one(
                                            "SELECT count(DISTINCT version) n FROM"
                                                    + " flyway_schema_history",
                                            row -> row.bigint("n"))));
            assertThat(count(database, "installation")).isEqualTo(1);
        }
    }

    @Test
    void aStartKnowsWithoutFlywayThatNothingIsToBeDone() throws IOException {
        try (Stream<Path> scripts = Files.list(Path.of("src/main/resources/db/migration"))) {
            assertThat(scripts).hasSize(Migrations.COUNT);
        }
        try (Database database = TestServer.open(TestServer.emptyDatabase())) {
            assertThat(database.read(Migrations::isNewest)).isFalse();
            Migrations.migrate(database, Migrations.NEWEST);
            assertThat(database.read(Migrations::isNewest)).isTrue();
            assertThat(Migrations.migrate(database)).isEqualTo(Migrations.NEWEST);

            database.inTransaction(sql ->
                    sql.update(
                            "UPDATE flyway_schema_history SET checksum = checksum + 1"
                                    + " WHERE version = '3'"));
            assertThat(database.read(Migrations::isNewest)).isFalse();
        }
    }

    @Test
    void thereIsOneInstallation() {
        try (Database database = TestServer.open(TestServer.emptyDatabase())) {
            Migrations.migrate(database);

            assertThatThrownBy(() ->
                            database.inTransaction(sql ->
                                    sql.update("INSERT INTO installation DEFAULT" + " VALUES")))
                    .isInstanceOfSatisfying(
                            DatabaseException.class,
                            e -> assertThat(e.isUniqueViolation()).isTrue());
        }
    }

    @Test
    void anEditedMigrationIsRefused() {
        try (Database database = TestServer.open(TestServer.emptyDatabase())) {
            Migrations.migrate(database);
            database.inTransaction(sql ->
                    sql.update(
                            "UPDATE flyway_schema_history SET checksum = checksum + 1"
                                    + " WHERE version = '1'"));

            assertThatThrownBy(() -> Migrations.migrate(database))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("checksum mismatch");
        }
    }

    private static long count(Database database, String table) {
        return database.read(
                sql -> sql.one("SELECT count(*) n FROM " + table, row -> row.bigint("n")));
    }
}
