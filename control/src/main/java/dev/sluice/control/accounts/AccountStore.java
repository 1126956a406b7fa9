package dev.sluice.control.accounts;

import dev.sluice.control.access.Role;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Accounts, their passwords and their roles.
final class AccountStore {

    private static final String SELECT =
            """
            SELECT a.*, u.name AS user_name, ARRAY(SELECT b.role FROM role_binding b
                WHERE b.organization_id = a.organization_id AND b.account_id = a.id
                ORDER BY b.role) AS roles
            FROM local_account a
            JOIN app_user u ON u.organization_id = a.organization_id AND u.id = a.user_id
            """;

    Optional<Account> byEmail(Sql sql, String email) {
        return sql.optional(SELECT + "WHERE a.email = ?", AccountStore::account, email);
    }

    Optional<Account> find(Sql sql, String organizationId, String id) {
        return sql.optional(
                SELECT + "WHERE a.organization_id = ? AND a.id = ?",
                AccountStore::account,
                organizationId,
                id);
    }

    List<Account> page(Sql sql, String organizationId, @Nullable String after, int rows) {
        return sql.list(
                SELECT
                        + """
                        WHERE a.organization_id = ? AND (?::text IS NULL OR a.id < ?)
                        ORDER BY a.id DESC LIMIT ?
                        """,
                AccountStore::account,
                organizationId,
                after,
                after,
                rows);
    }

    boolean hasUser(Sql sql, String organizationId, String userName) {
        return sql.optional(
                        SELECT + "WHERE a.organization_id = ? AND u.name = ?",
                        AccountStore::account,
                        organizationId,
                        userName)
                .isPresent();
    }

    /// Whether another account of the organization that is not disabled has the role.
    boolean anotherHas(Sql sql, Account account, Role role) {
        return sql.one(
                """
                SELECT EXISTS (SELECT 1 FROM local_account a
                  JOIN role_binding b ON b.account_id = a.id
                  WHERE a.organization_id = ? AND a.id <> ? AND a.disabled_at IS NULL
                  AND b.role = ?) AS found
                """,
                row -> row.bool("found"),
                account.organizationId(),
                account.id(),
                role.wireName());
    }

    /// Without roles: [#setRoles] gives them. The user exists.
    void insert(Sql sql, Account account, String password) {
        sql.update(
                """
                INSERT INTO local_account (id, organization_id, user_id, email, password,
                password_changed_at, created_at)
                SELECT ?, ?, u.id, ?, ?, ?, ? FROM app_user u
                WHERE u.organization_id = ? AND u.name = ?
                """,
                account.id(),
                account.organizationId(),
                account.email(),
                password,
                account.passwordChangedAt(),
                account.createdAt(),
                account.organizationId(),
                account.userName());
    }

    void setRoles(Sql sql, Account account, Set<Role> roles, String grantedBy, Instant now) {
        sql.update(
                "DELETE FROM role_binding WHERE organization_id = ? AND account_id = ?",
                account.organizationId(),
                account.id());
        for (Role role : roles) {
            sql.update(
                    """
                    INSERT INTO role_binding
                    (organization_id, account_id, role, granted_by, created_at)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                    account.organizationId(),
                    account.id(),
                    role.wireName(),
                    grantedBy,
                    now);
        }
    }

    void setDisabled(Sql sql, String id, @Nullable Instant disabledAt) {
        sql.update("UPDATE local_account SET disabled_at = ? WHERE id = ?", disabledAt, id);
    }

    void signedIn(Sql sql, String id, Instant now) {
        sql.update("UPDATE local_account SET last_sign_in_at = ? WHERE id = ?", now, id);
    }

    String password(Sql sql, String id) {
        return sql.one(
                "SELECT password FROM local_account WHERE id = ?", row -> row.text("password"), id);
    }

    void setPassword(Sql sql, String id, String password, Instant now) {
        sql.update(
                "UPDATE local_account SET password = ?, password_changed_at = ? WHERE id = ?",
                password,
                now,
                id);
    }

    void delete(Sql sql, String id) {
        sql.update("DELETE FROM local_account WHERE id = ?", id);
    }

    private static Account account(Row row) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        row.texts("roles").forEach(name -> Role.ofWireName(name).ifPresent(roles::add));
        return new Account(
                row.text("id"),
                row.text("organization_id"),
                row.text("user_name"),
                row.text("email"),
                roles,
                row.instantOrNull("last_sign_in_at"),
                row.instantOrNull("disabled_at"),
                row.instant("password_changed_at"),
                row.instant("created_at"));
    }
}
