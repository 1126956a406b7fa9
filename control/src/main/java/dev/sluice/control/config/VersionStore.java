package dev.sluice.control.config;

import dev.sluice.store.Sql;

/// The version of the whole configuration: counted up by every change, announced on commit.
public final class VersionStore {

    /// The channel replicas listen on.
    public static final String CHANNEL = "sluice_config";

    /// Waits for the change before and keeps the next one waiting, so that what a change checked
    /// still holds when it commits.
    public void lock(Sql sql) {
        sql.one("SELECT version FROM config_version FOR UPDATE", row -> row.bigint("version"));
    }

    public long bump(Sql sql) {
        long version =
                sql.one(
                        "UPDATE config_version SET version = version + 1 RETURNING version",
                        row -> row.bigint("version"));
        sql.one(
                "SELECT pg_notify(?, ?) IS NULL AS sent",
                row -> row.bool("sent"),
                CHANNEL,
                Long.toString(version));
        return version;
    }

    public long current(Sql sql) {
        return sql.one("SELECT version FROM config_version", row -> row.bigint("version"));
    }
}
