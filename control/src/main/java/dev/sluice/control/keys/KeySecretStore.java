package dev.sluice.control.keys;

import dev.sluice.domain.KeyDigest;
import dev.sluice.store.Database;
import dev.sluice.store.Sql;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Digests of keys' credentials, and when keys were used and revoked.
public final class KeySecretStore {

    /// One credential that may still open the door.
    public record Digest(String hex, String keyId, @Nullable Instant notAfter) {}

    void insert(Sql sql, Key key, KeyDigest digest, Instant now) {
        sql.update(
                """
                INSERT INTO api_key_secret (digest, organization_id, key_id, created_at)
                VALUES (?, ?, ?, ?)
                """,
                digest.hex(),
                key.head().organizationId(),
                key.head().id(),
                now);
    }

    /// Ends the credentials there are at the given time, unless they end before.
    void endAll(Sql sql, Key key, Instant notAfter) {
        sql.update(
                """
                UPDATE api_key_secret SET not_after = least(coalesce(not_after, ?), ?)
                WHERE organization_id = ? AND key_id = ?
                """,
                notAfter,
                notAfter,
                key.head().organizationId(),
                key.head().id());
    }

    void deleteEnded(Sql sql, Key key, Instant now) {
        sql.update(
                "DELETE FROM api_key_secret"
                        + " WHERE organization_id = ? AND key_id = ? AND not_after <= ?",
                key.head().organizationId(),
                key.head().id(),
                now);
    }

    void rotated(Sql sql, Key key, Instant now) {
        sql.update(
                "UPDATE api_key SET rotated_at = ?, revision = revision + 1"
                        + " WHERE organization_id = ? AND id = ?",
                now,
                key.head().organizationId(),
                key.head().id());
    }

    void revoke(Sql sql, Key key, Instant now) {
        sql.update(
                "UPDATE api_key SET revoked_at = ?, revision = revision + 1"
                        + " WHERE organization_id = ? AND id = ?",
                now,
                key.head().organizationId(),
                key.head().id());
    }

    /// Every credential of the installation that is not over, for the snapshot.
    public List<Digest> open(Sql sql, Instant now) {
        return sql.list(
                """
                SELECT s.digest, s.key_id, s.not_after FROM api_key_secret s
                JOIN api_key k ON k.organization_id = s.organization_id AND k.id = s.key_id
                WHERE k.revoked_at IS NULL AND (s.not_after IS NULL OR s.not_after > ?)
                AND (k.expires_at IS NULL OR k.expires_at > ?)
                """,
                row ->
                        new Digest(
                                row.text("digest"),
                                row.text("key_id"),
                                row.instantOrNull("not_after")),
                now,
                now);
    }

    /// Notes when keys were used last; times only move forward.
    public static void touch(Database database, Map<String, Instant> lastUsed) {
        List<List<Object>> rows = new ArrayList<>();
        lastUsed.entrySet().stream()
                .sorted(Map.Entry.comparingByKey()) // replicas lock rows in one order
                .forEach(e -> rows.add(List.of(e.getValue(), e.getKey(), e.getValue())));
        database.<@Nullable Void>inIdempotentTransaction(sql -> {
            sql.batch(
                    """
                    UPDATE api_key SET last_used_at = ?
                    WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)
                    """,
                    rows);
            return null;
        });
    }
}
