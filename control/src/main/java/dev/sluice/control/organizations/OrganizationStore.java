package dev.sluice.control.organizations;

import dev.sluice.store.Sql;
import java.util.List;

/// What the rest of the database holds of an organization.
public final class OrganizationStore {

    private static final List<String> PARTS =
            List.of(
                    "team",
                    "app_user",
                    "service",
                    "plan",
                    "upstream",
                    "model",
                    "price_row",
                    "quota_rule",
                    "api_key",
                    "admin_token",
                    "transfer",
                    "call");

    /// What a sandbox loses first, in an order that no reference stands against.
    public static final List<String> CONFIGURED =
            List.of(
                    "invitation",
                    "account_session",
                    "role_binding",
                    "local_account",
                    "admin_token",
                    "api_key_secret",
                    "api_key",
                    "quota_rule",
                    "price_row",
                    "price_import",
                    "model_target",
                    "model",
                    "plan",
                    "upstream",
                    "service",
                    "app_user",
                    "team",
                    "probe",
                    "idempotent_request");

    /// Deletes everything but itself and its books.
    void strip(Sql sql, String organizationId) {
        for (String table : CONFIGURED) {
            sql.update("DELETE FROM " + table + " WHERE organization_id = ?", organizationId);
        }
    }

    void delete(Sql sql, String organizationId) {
        sql.update("DELETE FROM organization WHERE id = ? AND sandbox", organizationId);
    }

    /// Whether models of others point at its upstreams.
    boolean serves(Sql sql, String organizationId) {
        return sql.one(
                """
                SELECT EXISTS (SELECT FROM model_target t JOIN upstream u ON u.id = t.upstream_id
                                WHERE u.organization_id = ? AND t.organization_id <> ?) AS found
                """,
                row -> row.bool("found"),
                organizationId,
                organizationId);
    }

    /// Whether anything belongs to it.
    public boolean holds(Sql sql, String organizationId) {
        return PARTS.stream().anyMatch(table -> holds(sql, table, organizationId));
    }

    /// Whether it has no team, key or entry, so that the file may give it its name.
    public boolean isUntouched(Sql sql, String organizationId) {
        return List.of("team", "api_key", "transfer").stream()
                .noneMatch(table -> holds(sql, table, organizationId));
    }

    public boolean anyExists(Sql sql) {
        return sql.one(
                "SELECT EXISTS (SELECT 1 FROM organization) AS found", row -> row.bool("found"));
    }

    private static boolean holds(Sql sql, String table, String organizationId) {
        return sql.one(
                "SELECT EXISTS (SELECT 1 FROM " + table + " WHERE organization_id = ?) AS found",
                row -> row.bool("found"),
                organizationId);
    }
}
