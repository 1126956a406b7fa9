package dev.sluice.app.cli;

import dev.sluice.store.Database;
import dev.sluice.store.DatabaseException;
import java.time.Instant;
import java.util.List;

/// What `sluice doctor` asks the database.
final class DoctorStore {

    private DoctorStore() {}

    /// The server's own clock.
    static Instant now(Database database) {
        return database.read(
                sql -> sql.one("SELECT clock_timestamp() AS now", row -> row.instant("now")));
    }

    /// Such as `18.1`.
    static String version(Database database) {
        return database.read(sql ->
                sql.one(
                        "SELECT current_setting('server_version') AS version",
                        row -> row.text("version")));
    }

    /// Settings of the server that are off, although commits are safe only with them.
    static List<String> undurable(Database database) {
        return database.read(sql ->
                sql.list(
                        "SELECT name FROM pg_settings WHERE setting = 'off'"
                                + " AND name IN ('fsync', 'full_page_writes') ORDER BY name",
                        row -> row.text("name")));
    }

    /// Whether the installation was started with `SLUICE_TEST_CLOCK`.
    static boolean isShifted(Database database) {
        return database.read(sql ->
                sql.one(
                        "SELECT test_clock IS NOT NULL AS shifted FROM installation",
                        row -> row.bool("shifted")));
    }

    /// Whether an installation was ever started on the database.
    static boolean isInstalled(Database database) {
        try {
            return database.read(sql ->
                    sql.one(
                            "SELECT master_key_check IS NOT NULL AS known FROM installation",
                            row -> row.bool("known")));
        } catch (DatabaseException _) {
            return false; // no such table yet
        }
    }
}
