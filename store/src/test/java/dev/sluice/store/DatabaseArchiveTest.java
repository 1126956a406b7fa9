package dev.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class DatabaseArchiveTest {

    @TempDir private Path folder;

    @Test
    void everyRowAndSequenceComesBackAndTheGenerationRises() throws IOException {
        Path file = folder.resolve("archive.zip");
        Map<String, List<String>> before;
        ArchiveManifest written;
        try (Database source = migrated()) {
            fill(source);
            before = contents(source);
            written = write(source, file);
        }

        try (Database target = TestServer.open(TestServer.emptyDatabase())) {
            ArchiveManifest restored = DatabaseArchive.restore(target, file);

            assertThat(restored).isEqualTo(written);
            assertThat(target.<Long>read(sql -> generation(sql)))
                    .isEqualTo(written.generation() + 1);
            target.inTransaction(
                    sql -> sql.update("UPDATE installation SET generation = generation - 1"));
            assertThat(contents(target)).isEqualTo(before);
            assertThat(before).containsEntry("probe_count", List.of("(2)"));
            assertThat(before.get("probe_person")).hasSize(2);
            assertThat(before.get("probe_team")).hasSize(3);
            assertThatThrownBy(
                            () -> target.inTransaction(sql -> sql.update("DELETE FROM probe_team")))
                    .as("foreign keys are in force again")
                    .isInstanceOf(DatabaseException.class);
            long next =
                    target.inTransaction(sql ->
                            sql.one(
                                    "SELECT nextval('archive_probe') AS v",
                                    row -> row.bigint("v")));
            assertThat(next).isEqualTo(43);
        }
    }

    @Test
    void anArchiveShowsOneMomentAlthoughOthersGoOnWriting() throws IOException {
        try (Database source = migrated()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            OutputStream interfering =
                    new OutputStream() {
                        private boolean done;

                        @Override
                        public void write(int b) {
                            if (!done) { // the snapshot exists by now
                                done = true;
                                source.inTransaction(
                                        sql -> sql.update("UPDATE installation SET generation=99"));
                            }
                            bytes.write(b);
                        }
                    };

            ArchiveManifest manifest = DatabaseArchive.write(source, interfering);

            assertThat(manifest.generation()).isEqualTo(1);
            assertThat(source.<Long>read(sql -> generation(sql))).isEqualTo(99);
            Path file = Files.write(folder.resolve("moment.zip"), bytes.toByteArray());
            try (ZipFile zip = new ZipFile(file.toFile())) {
                String rows =
                        new String(
                                zip.getInputStream(zip.getEntry("tables/installation.copy"))
                                        .readAllBytes(),
                                StandardCharsets.UTF_8);
                assertThat(rows).contains("\t1\t").doesNotContain("\t99\t");
            }
        }
    }

    @Test
    void aDatabaseInUseIsNeverOverwritten() throws IOException {
        Path file = folder.resolve("archive.zip");
        try (Database source = migrated()) {
            write(source, file);

            assertThatThrownBy(() -> DatabaseArchive.restore(source, file))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("already holds tables");
            assertThat(source.<Long>read(sql -> generation(sql))).isEqualTo(1);
        }
    }

    @Test
    void aDamagedArchiveIsRefusedBeforeAnythingIsChanged() throws IOException {
        Path file = folder.resolve("archive.zip");
        try (Database source = migrated()) {
            write(source, file);
        }
        Path changed = rewritten(file, "tables/installation.copy", "t\tmore\n");
        Path newer = rewritten(file, "manifest", manifestWithVersion(file, "9999"));

        try (Database target = TestServer.open(TestServer.emptyDatabase())) {
            assertThatThrownBy(() -> DatabaseArchive.restore(target, changed))
                    .hasMessageContaining("the rows of installation do not match their SHA-256");
            assertThatThrownBy(() -> DatabaseArchive.restore(target, newer))
                    .hasMessageContaining("9999 is unknown to this build");

            DatabaseArchive.restore(target, file); // still empty
        }
    }

    /// Rows that need escaping, keys in a circle, a trigger that counts, a partition.
    private static void fill(Database database) {
        database.inTransaction(sql -> {
            sql.execute("INSERT INTO probe_team (lead) VALUES (2), (1)");
            String person =
                    "INSERT INTO probe_person (id, team, mentor, name, \"Order\", doc, tags)"
                            + " VALUES (?, ?, ?, ?, ?, ?::jsonb, ?)";
            sql.update(
                    person,
                    1,
                    2,
                    null,
                    "tab\t nl\n bs\\ \\N",
                    null,
                    "{\"a\":\"\\n\"}",
                    List.of("x,y", "\"", "NULL"));
            sql.update(person, 2, 3, 1, "ä€😀", "", null, List.of());
            sql.execute(
                    "INSERT INTO probe_month VALUES"
                            + " ('2026-01-15 12:00:00.123456+00', 0.000000000001)");
            sql.execute("INSERT INTO probe_staging VALUES (1)");
            sql.update(
                    "UPDATE installation SET master_key_check = ?, generation = 5",
                    (Object) new byte[] {0, 9, 10, 92, -1});
            return sql.list("SELECT setval('archive_probe', 42) v", row -> row.bigint("v"));
        });
    }

    private static Database migrated() {
        Database database = TestServer.open(TestServer.emptyDatabase());
        Migrations.migrate(database);
        return database;
    }

    private static ArchiveManifest write(Database database, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            return DatabaseArchive.write(database, out);
        }
    }

    private static long generation(Sql sql) {
        return sql.one("SELECT generation FROM installation", row -> row.bigint("generation"));
    }

    /// Every table's rows as text, sorted.
    private static Map<String, List<String>> contents(Database database) {
        return database.read(sql -> {
            Map<String, List<String>> contents = new TreeMap<>();
            List<String> tables =
                    sql.list(
                            "SELECT tablename AS t FROM pg_tables"
                                    + " WHERE schemaname = 'public' AND tablename NOT IN"
                                    + " ('flyway_schema_history', 'probe_staging')",
                            row -> row.text("t"));
            for (String table : tables) {
                contents.put(
                        table,
                        sql.list(
                                "SELECT x::text AS r FROM " + table + " x ORDER BY 1",
                                row -> row.text("r")));
            }
            return contents;
        });
    }

    private static String manifestWithVersion(Path file, String version) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            byte[] bytes = zip.getInputStream(zip.getEntry("manifest")).readAllBytes();
            return new String(bytes, StandardCharsets.UTF_8)
                    .replaceAll("schema_version=.*", "schema_version=" + version);
        }
    }

    private Path rewritten(Path file, String entry, String text) throws IOException {
        Path copy = Files.createTempFile(folder, "rewritten", ".zip");
        try (ZipFile zip = new ZipFile(file.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(copy))) {
            for (ZipEntry old : zip.stream().toList()) {
                out.putNextEntry(new ZipEntry(old.getName()));
                if (old.getName().equals(entry)) {
                    out.write(text.getBytes(StandardCharsets.UTF_8));
                } else {
                    zip.getInputStream(old).transferTo(out);
                }
                out.closeEntry();
            }
        }
        return copy;
    }
}
