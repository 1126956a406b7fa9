package dev.sluice.control.usage;

import dev.sluice.store.Sql;
import java.time.ZoneId;

/// Turns references (id or name; keys: id or label) into the ids that usage is kept under.
final class ReferenceStore {

    private ReferenceStore() {}

    /// The id; what is not known stays as it is, since usage outlives what it names.
    static String team(Sql sql, String organizationId, String reference) {
        return sql.optional(
                        """
                        SELECT id FROM team WHERE organization_id = ? AND (id = ? OR name = ?)
                         ORDER BY id = ? DESC LIMIT 1
                        """,
                        row -> row.text("id"),
                        organizationId,
                        reference,
                        reference,
                        reference)
                .orElse(reference);
    }

    static String key(Sql sql, String organizationId, String reference) {
        return sql.optional(
                        """
                        SELECT id FROM api_key WHERE organization_id = ? AND (id = ? OR label = ?)
                         ORDER BY id = ? DESC LIMIT 1
                        """,
                        row -> row.text("id"),
                        organizationId,
                        reference,
                        reference,
                        reference)
                .orElse(reference);
    }

    /// The organization's own time zone.
    static ZoneId zone(Sql sql, String organizationId) {
        return sql.one(
                "SELECT time_zone FROM organization WHERE id = ?",
                row -> ZoneId.of(row.text("time_zone")),
                organizationId);
    }
}
