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
