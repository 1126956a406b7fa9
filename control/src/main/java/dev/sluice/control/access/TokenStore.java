package dev.sluice.control.access;

import dev.sluice.domain.KeyDigest;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Management credentials and the roles bound to them, by digest.
public final class TokenStore {

    private static final String SELECT =
            """
            SELECT t.*, ARRAY(SELECT b.role FROM role_binding b
                WHERE b.organization_id = t.organization_id AND b.token_id = t.id
                ORDER BY b.role) AS roles
            FROM admin_token t
            """;

    /// A credential as lists show it.
    public record Token(
            String id,
            String organizationId,
            String owner,
            Set<Role> roles,
            @Nullable Instant expiresAt,
            @Nullable Instant revokedAt,
            Instant createdAt) {}

    Optional<Actor> actor(Sql sql, KeyDigest digest, Instant now) {
        return sql.optional(
                        SELECT
                                + """
                                WHERE t.digest = ? AND t.revoked_at IS NULL
                                AND (t.expires_at IS NULL OR t.expires_at > ?)
                                """,
                        TokenStore::token,
                        digest.hex(),
                        now)
                .map(token ->
                        new Actor(
                                token.id() + " " + token.owner(),
                                token.organizationId(),
                                token.owner(),
                                token.roles()));
    }

    public void insert(Sql sql, Token token, KeyDigest digest, String grantedBy) {
        sql.update(
                """
                INSERT INTO admin_token (id, organization_id, digest, owner, expires_at, created_at)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                token.id(),
                token.organizationId(),
                digest.hex(),
                token.owner(),
                token.expiresAt(),
                token.createdAt());
        for (Role role : token.roles()) {
            sql.update(
                    """
                    INSERT INTO role_binding
                    (organization_id, token_id, role, granted_by, created_at)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                    token.organizationId(),
                    token.id(),
                    role.wireName(),
                    grantedBy,
                    token.createdAt());
        }
    }

    public Optional<Token> find(Sql sql, String organizationId, String id) {
        return sql.optional(
                SELECT + "WHERE t.organization_id = ? AND t.id = ?",
                TokenStore::token,
                organizationId,
                id);
    }

    /// Newest first; revoked ones stay listed.
    public List<Token> page(Sql sql, String organizationId, @Nullable String after, int rows) {
        return sql.list(
                SELECT
                        + """
                        WHERE t.organization_id = ? AND (?::text IS NULL OR t.id < ?)
                        ORDER BY t.id DESC LIMIT ?
                        """,
                TokenStore::token,
                organizationId,
                after,
                after,
                rows);
    }

    public void revoke(Sql sql, String organizationId, String id, Instant now) {
        sql.update(
                """
                UPDATE admin_token SET revoked_at = coalesce(revoked_at, ?)
                WHERE organization_id = ? AND id = ?
                """,
                now,
                organizationId,
                id);
    }

    Optional<String> organization(Sql sql, String idOrName) {
        return sql
                .list(
                        "SELECT id FROM organization WHERE id = ? OR name = ?"
                                + " ORDER BY (id = ?) DESC LIMIT 1",
                        row -> row.text("id"),
                        idOrName,
                        idOrName,
                        idOrName)
                .stream()
                .findFirst();
    }

    /// Whether no other organization but sandboxes exists.
    boolean isTheOnlyOne(Sql sql, String organizationId) {
        return realOrganizations(sql).equals(List.of(organizationId));
    }

    Optional<String> sandbox(Sql sql, String idOrName) {
        return sql
                .list(
                        "SELECT id FROM organization WHERE sandbox AND (id = ? OR name = ?)"
                                + " ORDER BY (id = ?) DESC LIMIT 1",
                        row -> row.text("id"),
                        idOrName,
                        idOrName,
                        idOrName)
                .stream()
                .findFirst();
    }

    List<String> sandboxes(Sql sql) {
        return sql.list(
                "SELECT name FROM organization WHERE sandbox ORDER BY name LIMIT 100",
                row -> row.text("name"));
    }

    List<String> realOrganizations(Sql sql) {
        return sql.list(
                "SELECT id FROM organization WHERE NOT sandbox ORDER BY id LIMIT 2",
                row -> row.text("id"));
    }

    private static Token token(Row row) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        row.texts("roles").forEach(name -> Role.ofWireName(name).ifPresent(roles::add));
        return new Token(
                row.text("id"),
                row.text("organization_id"),
                row.text("owner"),
                roles,
                row.instantOrNull("expires_at"),
                row.instantOrNull("revoked_at"),
                row.instant("created_at"));
    }
}
