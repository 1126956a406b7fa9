package dev.sluice.control.access;

import dev.sluice.domain.KeyDigest;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Sessions of local accounts, by the digest of their cookie.
public final class SessionStore {

    /// A session's last use is written down when the one before is older than this.
    private static final Duration SEEN_GRAIN = Duration.ofMinutes(1);

    /// Ended sessions stay listed for this long.
    private static final Duration KEPT = Duration.ofDays(30);

    private static final String OPEN =
            """
             s.revoked_at IS NULL AND s.expires_at > ? AND s.last_seen_at > ?
            """;

    /// A session as lists show it.
    public record Session(
            String id,
            String accountId,
            String remoteAddress,
            @Nullable String userAgent,
            Instant lastSeenAt,
            Instant expiresAt,
            Instant createdAt) {}

    private record Found(Actor actor, Instant lastSeenAt) {}

    /// Who is signed in with this cookie; notes that the session was used.
    Optional<Actor> actor(Sql sql, KeyDigest digest, Instant now, SignInLimits limits) {
        Optional<Found> found = find(sql, digest, now, limits);
        found.filter(f -> f.lastSeenAt.plus(SEEN_GRAIN).isBefore(now))
                .ifPresent(_ ->
                        sql.update(
                                "UPDATE account_session SET last_seen_at = ? WHERE digest = ?",
                                now,
                                digest.hex()));
        return found.map(Found::actor);
    }

    /// The same of a call that goes on: whoever only watches does not use the session.
    Optional<Actor> stillIn(Sql sql, KeyDigest digest, Instant now, SignInLimits limits) {
        return find(sql, digest, now, limits).map(Found::actor);
    }

    private static Optional<Found> find(
            Sql sql, KeyDigest digest, Instant now, SignInLimits limits) {
        return sql.optional(
                """
                SELECT s.id, s.account_id, s.organization_id, s.last_seen_at, u.name,
                  ARRAY(SELECT b.role FROM role_binding b
                    WHERE b.organization_id = a.organization_id AND b.account_id = a.id
                    ORDER BY b.role) AS roles
                FROM account_session s
                JOIN local_account a ON a.id = s.account_id AND a.disabled_at IS NULL
                JOIN app_user u
                  ON u.organization_id = a.organization_id AND u.id = a.user_id
                WHERE s.digest = ? AND\
                """
                        + OPEN,
                SessionStore::found,
                digest.hex(),
                now,
                now.minus(limits.sessionIdle()));
    }

    private static Found found(Row row) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        row.texts("roles").forEach(name -> Role.ofWireName(name).ifPresent(roles::add));
        String account = row.text("account_id");
        String owner = "user:" + row.text("name");
        return new Found(
                new Actor(
                        account + " " + owner,
                        row.text("organization_id"),
                        owner,
                        roles,
                        new Actor.SignedIn(row.text("id"), account)),
                row.instant("last_seen_at"));
    }

    public void insert(Sql sql, String organizationId, Session session, KeyDigest digest) {
        sql.update(
                "DELETE FROM account_session WHERE account_id = ? AND expires_at < ?",
                session.accountId,
                session.createdAt.minus(KEPT));
        sql.update(
                """
                INSERT INTO account_session (id, organization_id, account_id, digest,
                remote_address, user_agent, last_seen_at, expires_at, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                session.id,
                organizationId,
                session.accountId,
                digest.hex(),
                session.remoteAddress,
                session.userAgent,
                session.lastSeenAt,
                session.expiresAt,
                session.createdAt);
    }

    /// The sessions of an account that still work, newest first.
    public List<Session> page(
            Sql sql,
            String accountId,
            Instant now,
            SignInLimits limits,
            @Nullable String after,
            int rows) {
        return sql.list(
                "SELECT s.* FROM account_session s WHERE s.account_id = ?"
                        + " AND (?::text IS NULL OR s.id < ?) AND"
                        + OPEN
                        + "ORDER BY s.id DESC LIMIT ?",
                SessionStore::session,
                accountId,
                after,
                after,
                now,
                now.minus(limits.sessionIdle()),
                rows);
    }

    /// Ends one session; false when the account has no such open session.
    public boolean revoke(Sql sql, String accountId, String id, Instant now) {
        return sql.update(
                        """
                        UPDATE account_session SET revoked_at = ?
                        WHERE account_id = ? AND id = ? AND revoked_at IS NULL
                        """,
                        now,
                        accountId,
                        id)
                > 0;
    }

    /// Ends all sessions of an account.
    ///
    /// @param but one to keep, or null
    /// @return how many
    public int revokeAll(Sql sql, String accountId, @Nullable String but, Instant now) {
        return sql.update(
                """
                UPDATE account_session SET revoked_at = ?
                WHERE account_id = ? AND revoked_at IS NULL AND id IS DISTINCT FROM ?::text
                """,
                now,
                accountId,
                but);
    }

    private static Session session(Row row) {
        return new Session(
                row.text("id"),
                row.text("account_id"),
                row.text("remote_address"),
                row.textOrNull("user_agent"),
                row.instant("last_seen_at"),
                row.instant("expires_at"),
                row.instant("created_at"));
    }
}
