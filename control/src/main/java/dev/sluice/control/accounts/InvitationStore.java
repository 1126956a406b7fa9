package dev.sluice.control.accounts;

import dev.sluice.control.access.Role;
import dev.sluice.domain.KeyDigest;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One-time tokens that make an account or reset a password, by digest.
final class InvitationStore {

    /// @param accountId whose password it sets; null when it makes an account
    record Invitation(
            String id,
            String organizationId,
            @Nullable String accountId,
            String email,
            String userName,
            Set<Role> roles,
            String invitedBy,
            Instant expiresAt,
            @Nullable Instant acceptedAt,
            @Nullable Instant revokedAt,
            Instant createdAt) {}

    void insert(Sql sql, Invitation invitation, KeyDigest digest) {
        sql.update(
                """
                INSERT INTO invitation (id, organization_id, account_id, email, user_name, roles,
                digest, invited_by, expires_at, created_at)
                VALUES (?, ?, ?, ?, ?, string_to_array(?, ','), ?, ?, ?, ?)
                """,
                invitation.id,
                invitation.organizationId,
                invitation.accountId,
                invitation.email,
                invitation.userName,
                String.join(",", invitation.roles.stream().map(Role::wireName).toList()),
                digest.hex(),
                invitation.invitedBy,
                invitation.expiresAt,
                invitation.createdAt);
    }

    private static final String OPEN =
            """
            SELECT * FROM invitation WHERE digest = ? AND accepted_at IS NULL
            AND revoked_at IS NULL AND expires_at > ?
            """;

    /// The open invitation of a token.
    Optional<Invitation> open(Sql sql, KeyDigest digest, Instant now) {
        return sql.optional(OPEN, InvitationStore::invitation, digest.hex(), now);
    }

    /// The same, to be used: its row stays locked, so that it is used once.
    Optional<Invitation> take(Sql sql, KeyDigest digest, Instant now) {
        return sql.optional(OPEN + "FOR UPDATE", InvitationStore::invitation, digest.hex(), now);
    }

    Optional<Invitation> find(Sql sql, String organizationId, String id) {
        return sql.optional(
                "SELECT * FROM invitation WHERE organization_id = ? AND id = ?",
                InvitationStore::invitation,
                organizationId,
                id);
    }

    List<Invitation> page(Sql sql, String organizationId, @Nullable String after, int rows) {
        return sql.list(
                """
                SELECT * FROM invitation
                WHERE organization_id = ? AND (?::text IS NULL OR id < ?)
                ORDER BY id DESC LIMIT ?
                """,
                InvitationStore::invitation,
                organizationId,
                after,
                after,
                rows);
    }

    void accepted(Sql sql, String id, Instant now) {
        sql.update("UPDATE invitation SET accepted_at = ? WHERE id = ?", now, id);
    }

    void revoke(Sql sql, String id, Instant now) {
        sql.update(
                "UPDATE invitation SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?", now, id);
    }

    private static Invitation invitation(Row row) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        row.texts("roles").forEach(name -> Role.ofWireName(name).ifPresent(roles::add));
        return new Invitation(
                row.text("id"),
                row.text("organization_id"),
                row.textOrNull("account_id"),
                row.text("email"),
                row.text("user_name"),
                roles,
                row.text("invited_by"),
                row.instant("expires_at"),
                row.instantOrNull("accepted_at"),
                row.instantOrNull("revoked_at"),
                row.instant("created_at"));
    }
}
