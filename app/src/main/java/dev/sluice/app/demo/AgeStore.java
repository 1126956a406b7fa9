package dev.sluice.app.demo;

import dev.sluice.store.Database;
import java.time.Instant;
import java.util.List;

/// Makes the objects of a written past as old as it, and its keys used when it says.
final class AgeStore {

    private static final List<String> TABLES =
            List.of("team", "app_user", "service", "upstream", "model", "quota_rule", "api_key");

    private AgeStore() {}

    static void age(Database database, String organizationId, Instant begin) {
        database.inIdempotentTransaction(sql -> {
            for (String table : TABLES) {
                sql.update(
                        """
                        UPDATE %s SET created_at = LEAST(created_at, ?) WHERE organization_id = ?
                        """
                                .formatted(table),
                        begin,
                        organizationId);
            }
            sql.update(
                    "UPDATE organization SET created_at = LEAST(created_at, ?) WHERE id = ?",
                    begin,
                    organizationId);
            return sql.update(
                    """
                    UPDATE api_key k
                       SET rotated_at = LEAST(rotated_at, ?),
                           last_used_at = GREATEST(last_used_at,
                               (SELECT max(admitted_at) FROM call
                                 WHERE organization_id = k.organization_id AND key_id = k.id))
                     WHERE organization_id = ?
                    """,
                    begin,
                    organizationId);
        });
    }
}
