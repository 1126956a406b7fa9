package dev.sluice.control.config;

import dev.sluice.store.Sql;
import java.util.Optional;

/// Who refers to an object: what is referred to is neither deleted nor, where the reference is a
/// name, renamed.
public final class ReferenceStore {

    public Optional<String> toTeam(Sql sql, String organizationId, String id) {
        if (any(sql, "api_key WHERE organization_id = ? AND team_id = ?", organizationId, id)
                || any(
                        sql,
                        "app_user WHERE organization_id = ? AND team_id = ?",
                        organizationId,
                        id)
                || any(
                        sql,
                        "service WHERE organization_id = ? AND team_id = ?",
                        organizationId,
                        id)) {
            return Optional.of("keys, users or services belong to it");
        }
        return quota(sql, organizationId, "team", id);
    }

    public Optional<String> toUser(Sql sql, String organizationId, String id, String name) {
        if (any(sql, "service WHERE organization_id = ? AND user_id = ?", organizationId, id)) {
            return Optional.of("services name it");
        }
        if (any(
                sql,
                "local_account WHERE organization_id = ? AND user_id = ?",
                organizationId,
                id)) {
            return Optional.of("it has an account; delete that first");
        }
        return toOwner(sql, organizationId, "user:" + name);
    }

    /// References by owner.
    ///
    /// @param owner `user:<name>` or `service:<name>`
    public Optional<String> toOwner(Sql sql, String organizationId, String owner) {
        if (any(sql, "api_key WHERE organization_id = ? AND owner = ?", organizationId, owner)) {
            return Optional.of("it owns keys");
        }
        return any(
                        sql,
                        "admin_token WHERE revoked_at IS NULL AND organization_id = ?"
                                + " AND owner = ?",
                        organizationId,
                        owner)
                ? Optional.of("it holds management credentials")
                : Optional.empty();
    }

    public Optional<String> toPlan(Sql sql, String organizationId, String name) {
        return any(sql, "api_key WHERE organization_id = ? AND plan = ?", organizationId, name)
                ? Optional.of("keys name it")
                : Optional.empty();
    }

    public Optional<String> toUpstream(Sql sql, String id) {
        return sql.one(
                        "SELECT EXISTS (SELECT 1 FROM model_target WHERE upstream_id = ?) AS found",
                        row -> row.bool("found"),
                        id)
                ? Optional.of("models have it as a target")
                : Optional.empty();
    }

    public Optional<String> toModel(Sql sql, String organizationId, String name) {
        if (any(
                sql,
                "api_key WHERE revoked_at IS NULL AND organization_id = ? AND ? = ANY (models)",
                organizationId,
                name)) {
            return Optional.of("keys name it");
        }
        return quota(sql, organizationId, "model", name);
    }

    /// Whether calls were made with a key.
    public boolean isUsed(Sql sql, String organizationId, String keyId) {
        return any(sql, "call WHERE organization_id = ? AND key_id = ?", organizationId, keyId);
    }

    public Optional<String> toKey(Sql sql, String organizationId, String id) {
        if (isUsed(sql, organizationId, id)) {
            return Optional.of("calls were made with it; revoke it instead");
        }
        return quota(sql, organizationId, "key", id);
    }

    private static Optional<String> quota(
            Sql sql, String organizationId, String field, String value) {
        return any(
                        sql,
                        "quota_rule WHERE organization_id = ? AND scope->>'" + field + "' = ?",
                        organizationId,
                        value)
                ? Optional.of("a quota names it")
                : Optional.empty();
    }

    private static boolean any(Sql sql, String rows, String organizationId, String value) {
        return sql.one(
                "SELECT EXISTS (SELECT 1 FROM " + rows + ") AS found",
                row -> row.bool("found"),
                organizationId,
                value);
    }
}
