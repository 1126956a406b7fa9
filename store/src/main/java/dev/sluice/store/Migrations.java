package dev.sluice.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.output.MigrateResult;

/// Brings the schema to the version this build knows, from `db/migration` on the class path. Any
/// number of replicas may start at once: one migrates, the others wait and find nothing to do.
public final class Migrations {

    /// Chosen once; any process that migrates a Sluice database takes this session lock first.
    private static final long ADVISORY_LOCK = 0x534c_5549_4345_0001L;

    private Migrations() {}

    /// Migrates to the newest version this build knows.
    ///
    /// @return the schema version afterwards
    /// @throws IllegalStateException when a migration fails or an applied one was edited
    public static String migrate(Database database) {
        return migrate(database, MigrationVersion.LATEST);
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
                .locations("classpath:db/migration")
                .target(target)
                .load();
    }
}
