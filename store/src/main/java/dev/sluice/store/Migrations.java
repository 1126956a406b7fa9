package dev.sluice.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.output.MigrateResult;

/// Brings the schema to the version this build knows, from `db/migration` on the class path. Any
/// number of replicas may start at once: one migrates, the others wait and find nothing to do.
public final class Migrations {

    /// Chosen once; any process that migrates a Sluice database takes this session lock first.
    private static final long ADVISORY_LOCK = 0x534c_5549_4345_0001L;

    private static final String SCRIPTS = "db/migration";

    /// The version of the newest script, and how many there are: every new one changes both.
    static final String NEWEST = "24";

    static final int COUNT = 21;

    private record Applied(String version, String script, int checksum) {}

    private Migrations() {}

    /// Migrates to the newest version this build knows.
    ///
    /// @return the schema version afterwards
    /// @throws IllegalStateException when a migration fails or an applied one was edited
    public static String migrate(Database database) {
        return database.read(Migrations::isNewest)
                ? NEWEST
                : migrate(database, MigrationVersion.LATEST);
    }

    /// Whether exactly this build's scripts were applied: so most starts are spared Flyway, a
    /// quarter of a second and several megabytes. In any doubt it is Flyway that decides.
    static boolean isNewest(Sql sql) {
        boolean begun =
                sql.one(
                        "SELECT to_regclass('flyway_schema_history') IS NOT NULL AS begun",
                        row -> row.bool("begun"));
        if (!begun) {
            return false;
        }
        List<Applied> applied =
                sql.list(
                        "SELECT version, script, checksum FROM flyway_schema_history"
                                + " WHERE success AND version IS NOT NULL ORDER BY installed_rank",
                        row ->
                                new Applied(
                                        row.text("version"),
                                        row.text("script"),
                                        row.integer("checksum")));
        return applied.size() == COUNT
                && applied.getLast().version().equals(NEWEST)
                && applied.stream().allMatch(Migrations::isShipped);
    }

    /// Flyway's checksum is the CRC-32 of the script's lines without their ends.
    private static boolean isShipped(Applied applied) {
        InputStream script =
                Migrations.class
                        .getClassLoader()
                        .getResourceAsStream(SCRIPTS + "/" + applied.script());
        if (script == null) {
            return false;
        }
        CRC32 crc = new CRC32();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(script, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                crc.update(line.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return (int) crc.getValue() == applied.checksum();
    }

    /// Only up to the given version: an archive is restored into the schema it was taken from.
    static String migrate(Database database, String version) {
        return migrate(database, MigrationVersion.fromVersion(version));
    }

    private static String migrate(Database database, MigrationVersion target) {
        // closing the connection frees the lock, also when this process dies in the middle
        try (Connection connection = database.connect()) {
            new Sql(connection)
                    .execute(
                            "SET statement_timeout = 0; SELECT pg_advisory_lock("
                                    + ADVISORY_LOCK
                                    + ")");
            Flyway flyway = flyway(database, target);
            MigrateResult result = flyway.migrate();
            // null when there was nothing to do
            String version = result.targetSchemaVersion;
            return version == null ? result.initialSchemaVersion : version;
        } catch (FlywayException e) {
            throw new IllegalStateException("The database schema: " + e.getMessage(), e);
        } catch (SQLException e) {
            throw new DatabaseException("migrating", e);
        }
    }

    /// Refuses a schema version that only a newer build knows.
    static void requireKnown(Database database, String version) {
        boolean known =
                Arrays.stream(flyway(database, MigrationVersion.LATEST).info().all())
                        .anyMatch(migration -> version.equals(migration.getVersion() + ""));
        if (!known) {
            throw new IllegalStateException(
                    "Schema version %s is unknown to this build: use the Sluice that made it."
                            .formatted(version));
        }
    }

    private static Flyway flyway(Database database, MigrationVersion target) {
        return Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(database.unpooled())
                .locations("classpath:" + SCRIPTS)
                .target(target)
                .load();
    }
}
