package dev.sluice.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;

/// A back-up of the whole database as one zip file, the same for the embedded and an external
/// server: `tables/<name>.copy` in the text format of PostgreSQL's COPY, and `manifest`. Every row
/// is of one moment. Unlogged tables are staging and stay out. The master key is not in it.
public final class DatabaseArchive {

    private static final String MANIFEST = "manifest";

    private record Shape(String name, List<String> columns) {

        String copy() {
            return quote(name)
                    + " ("
                    + columns.stream().map(DatabaseArchive::quote).collect(Collectors.joining(", "))
                    + ")";
        }
    }

    /// A foreign key: where it is, its name, its definition.
    private record ForeignKey(String table, String name, String definition) {}

    private DatabaseArchive() {}

    /// Writes an archive while everybody else goes on working. The caller closes the stream.
    public static ArchiveManifest write(Database database, OutputStream out) {
        return database.snapshot(sql -> {
            sql.withoutTimeLimit();
            try (ZipOutputStream zip = new ZipOutputStream(new Unclosed(out))) {
                zip.setLevel(Deflater.BEST_SPEED);
                return writeEntries(sql, zip);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /// Fills a database that holds no table yet, and raises the generation by one: records of the
    /// journal that are older than the archive may then be shipped, but nothing is spent from them.
    ///
    /// @throws IllegalStateException when the archive is damaged or of a newer build, or the
    ///     database is not empty; nothing was changed then
    public static ArchiveManifest restore(Database database, Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ArchiveManifest manifest = manifest(zip);
            for (ArchiveManifest.Table table : manifest.tables()) {
                verify(zip, table);
            }
            requireEmpty(database);
            Migrations.requireKnown(database, manifest.schemaVersion());
            Migrations.migrate(database, manifest.schemaVersion());
            database.inTransaction(sql -> {
                sql.withoutTimeLimit();
                load(sql, zip, manifest);
                return sql.update("UPDATE installation SET generation = generation + 1");
            });
            Migrations.migrate(database);
            database.inTransaction(DatabaseArchive::endEpochs);
            return manifest;
        } catch (IOException e) {
            throw new IllegalStateException("The archive %s: %s".formatted(file, e), e);
        }
    }

    /// What replicas held when the archive was taken returns: those lives may still tell what they
    /// spent, and get nothing more. What jobs hold stays: they are looked after again.
    private static @Nullable Void endEpochs(Sql sql) {
        sql.update(
                """
                UPDATE replica_epoch SET state = 'ended', ended_at = now(), reason = 'restored'
                 WHERE state = 'open'
                """);
        sql.update(
                """
                UPDATE escrow_slice s SET amount = 0, held = 0, version = version + 1
                  FROM replica_epoch e
                 WHERE e.replica = s.replica AND e.epoch = s.epoch AND e.state <> 'jobs'
                """);
        sql.update(
                """
                UPDATE budget_window w
                   SET escrowed = (SELECT COALESCE(sum(amount), 0) FROM escrow_slice s
                                    WHERE s.organization_id = w.organization_id
                                      AND s.rule_id = w.rule_id AND s.member = w.member
                                      AND s.unit = w.unit AND s.span = w.span
                                      AND s.window_start = w.window_start)
                 WHERE escrowed <> 0
                """);
        sql.update(
                """
                UPDATE wallet w
                   SET escrowed = (SELECT COALESCE(sum(amount), 0) FROM escrow_slice s
                                    WHERE s.organization_id = w.organization_id
                                      AND s.rule_id = '')
                 WHERE escrowed <> 0
                """);
        return null;
    }

    private static ArchiveManifest writeEntries(Sql sql, ZipOutputStream zip)
            throws SQLException, IOException {
        CopyManager copy = copyManager(sql);
        List<ArchiveManifest.Table> tables = new ArrayList<>();
        for (Shape shape : shapes(sql)) {
            zip.putNextEntry(new ZipEntry(entryName(shape.name())));
            DigestOutputStream digest = new DigestOutputStream(zip, sha256());
            // a SELECT, because COPY of a partitioned table itself is not allowed before 18
            String columns =
                    shape.columns().stream()
                            .map(DatabaseArchive::quote)
                            .collect(Collectors.joining(", "));
            String query = "SELECT " + columns + " FROM " + quote(shape.name());
            long rows = copy.copyOut("COPY (" + query + ") TO STDOUT", digest);
            zip.closeEntry();
            tables.add(
                    new ArchiveManifest.Table(
                            shape.name(), shape.columns(), rows, hex(digest.getMessageDigest())));
        }
        ArchiveManifest manifest =
                sql.one(
                        "SELECT now() AS taken_at, generation,"
                                + " (SELECT version FROM flyway_schema_history WHERE success"
                                + " ORDER BY installed_rank DESC LIMIT 1) AS version"
                                + " FROM installation",
                        row ->
                                new ArchiveManifest(
                                        row.text("version"),
                                        row.bigint("generation"),
                                        row.instant("taken_at"),
                                        tables,
                                        sequences(sql)));
        zip.putNextEntry(new ZipEntry(MANIFEST));
        zip.write(manifest.render().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
        return manifest;
    }

    /// Read last: sequences ignore transactions, and one that is ahead of the rows does no harm.
    private static Map<String, Long> sequences(Sql sql) {
        Map<String, Long> values = new TreeMap<>();
        sql.list(
                "SELECT sequencename AS name, last_value AS value FROM pg_sequences"
                        + " WHERE schemaname = 'public' AND last_value IS NOT NULL",
                row -> values.put(row.text("name"), row.bigint("value")));
        return values;
    }

    private static void load(Sql sql, ZipFile zip, ArchiveManifest manifest) throws SQLException {
        List<String> present = shapes(sql).stream().map(Shape::name).sorted().toList();
        List<String> archived =
                manifest.tables().stream().map(ArchiveManifest.Table::name).sorted().toList();
        if (!present.equals(archived)) {
            throw new IllegalStateException(
                    "The archive's tables are %s, schema version %s has %s."
                            .formatted(archived, manifest.schemaVersion(), present));
        }
        // rows arrive in any order and triggers have done their work once already
        List<ForeignKey> keys = foreignKeys(sql);
        for (ForeignKey key : keys) {
            sql.execute("ALTER TABLE %s DROP CONSTRAINT %s".formatted(key.table(), key.name()));
        }
        for (String table : present) {
            sql.execute("ALTER TABLE " + quote(table) + " DISABLE TRIGGER USER");
            sql.execute("TRUNCATE " + quote(table)); // rows that migrations inserted
        }
        CopyManager copy = copyManager(sql);
        for (ArchiveManifest.Table table : manifest.tables()) {
            copyIn(copy, zip, table);
        }
        for (String table : present) {
            sql.execute("ALTER TABLE " + quote(table) + " ENABLE TRIGGER USER");
        }
        for (ForeignKey key : keys) {
            sql.execute(
                    "ALTER TABLE %s ADD CONSTRAINT %s %s"
                            .formatted(key.table(), key.name(), key.definition()));
        }
        manifest.sequences()
                .forEach((name, value) ->
                        sql.one(
                                "SELECT setval(?::regclass, ?) AS v",
                                row -> row.bigint("v"),
                                quote(name),
                                value));
    }

    private static void copyIn(CopyManager copy, ZipFile zip, ArchiveManifest.Table table)
            throws SQLException {
        Shape shape = new Shape(table.name(), table.columns());
        try (InputStream in = open(zip, entryName(table.name()))) {
            long rows = copy.copyIn("COPY " + shape.copy() + " FROM STDIN", in);
            if (rows != table.rows()) {
                throw new IllegalStateException(
                        "Table %s has %d rows, the manifest says %d."
                                .formatted(table.name(), rows, table.rows()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ordinary and partitioned tables with their columns, without generated ones and partitions.
    private static List<Shape> shapes(Sql sql) {
        return sql.list(
                """
                SELECT c.relname::text AS name,
                       array_agg(a.attname::text ORDER BY a.attnum) AS columns
                FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                  AND NOT c.relispartition AND c.relpersistence = 'p'
                  AND c.relname <> 'flyway_schema_history'
                  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                GROUP BY c.relname ORDER BY c.relname
                """,
                row -> new Shape(row.text("name"), row.texts("columns")));
    }

    private static List<ForeignKey> foreignKeys(Sql sql) {
        return sql.list(
                """
                SELECT conrelid::regclass::text AS owner, quote_ident(conname) AS name,
                       pg_get_constraintdef(oid) AS definition
                FROM pg_constraint
                WHERE contype = 'f' AND conparentid = 0
                  AND connamespace = 'public'::regnamespace
                """,
                row -> new ForeignKey(row.text("owner"), row.text("name"), row.text("definition")));
    }

    private static void requireEmpty(Database database) {
        boolean empty =
                database.read(sql ->
                        sql.one(
                                "SELECT NOT EXISTS (SELECT 1 FROM pg_class WHERE"
                                        + " relnamespace = 'public'::regnamespace"
                                        + " AND relkind IN ('r', 'p')) AS empty",
                                row -> row.bool("empty")));
        if (!empty) {
            throw new IllegalStateException(
                    ("The database %s already holds tables. An archive is restored into a new,"
                                    + " empty database only: create one, or start from an empty"
                                    + " SLUICE_DATA_DIR.")
                            .formatted(database.url()));
        }
    }

    private static ArchiveManifest manifest(ZipFile zip) throws IOException {
        try (InputStream in = open(zip, MANIFEST);
                InputStreamReader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            return ArchiveManifest.parse(reader);
        }
    }

    private static void verify(ZipFile zip, ArchiveManifest.Table table) throws IOException {
        try (DigestInputStream in =
                new DigestInputStream(open(zip, entryName(table.name())), sha256())) {
            in.transferTo(OutputStream.nullOutputStream());
            if (!hex(in.getMessageDigest()).equals(table.sha256())) {
                throw new IllegalStateException(
                        "The archive is damaged: the rows of %s do not match their SHA-256."
                                .formatted(table.name()));
            }
        }
    }

    private static InputStream open(ZipFile zip, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new IllegalStateException("The archive lacks its entry '%s'.".formatted(name));
        }
        return zip.getInputStream(entry);
    }

    private static CopyManager copyManager(Sql sql) throws SQLException {
        return new CopyManager(sql.connection().unwrap(BaseConnection.class));
    }

    private static String entryName(String table) {
        return "tables/" + table + ".copy";
    }

    private static String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The archive ends, the stream it was written to does not.
    private static final class Unclosed extends java.io.FilterOutputStream {

        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
