package dev.sluice.control.config;

import dev.sluice.store.Row;
import java.time.Instant;

/// What every configured object has.
///
/// @param name unique in its organization
/// @param ownedByFile whether `sluice.yaml` owns it: read-only elsewhere
/// @param revision counts its changes; the ETag
public record Head(
        String id,
        String organizationId,
        String name,
        boolean ownedByFile,
        long revision,
        Instant createdAt) {

    /// Of a row whose name is in the given column.
    public static Head of(Row row, String nameColumn) {
        return new Head(
                row.text("id"),
                row.text("organization_id"),
                row.text(nameColumn),
                row.bool("owned_by_file"),
                row.bigint("revision"),
                row.instant("created_at"));
    }

    public Head renamed(String newName) {
        return new Head(id, organizationId, newName, ownedByFile, revision, createdAt);
    }

    public Head ownedByFile(boolean owned) {
        return new Head(id, organizationId, name, owned, revision, createdAt);
    }

    public String etag() {
        return "\"" + revision + "\"";
    }
}
