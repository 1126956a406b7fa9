package dev.sluice.control.audit;

import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows of the audit log. Nothing here changes or deletes one; the database refuses it too.
public final class AuditStore {

    /// One change.
    ///
    /// @param before the object as answers show it, as JSON; null when it was made
    /// @param after likewise; null when it was deleted
    public record Event(
            String id,
            String organizationId,
            Instant at,
            String actor,
            @Nullable String remoteAddress,
            @Nullable String requestId,
            String action,
            String subjectKind,
            String subjectId,
            @Nullable String subjectName,
            @Nullable String before,
            @Nullable String after) {}

    public void insert(Sql sql, Event event) {
        sql.update(
                """
                INSERT INTO audit_event (id, organization_id, at, actor, remote_address, request_id,
                action, subject_kind, subject_id, subject_name, before, after)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb)
                """,
                event.id,
                event.organizationId,
                event.at,
                event.actor,
                event.remoteAddress,
                event.requestId,
                event.action,
                event.subjectKind,
                event.subjectId,
                event.subjectName,
                event.before,
                event.after);
    }

    /// Which changes to list; null matches all.
    ///
    /// @param from at or after
    /// @param to before
    /// @param actor part of the actor's name: a credential's id, or its owner
    /// @param subject id or name, as it was at that time
    record Filter(
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable String actor,
            @Nullable String action,
            @Nullable String subjectKind,
            @Nullable String subject,
            @Nullable String requestId) {

        static final Filter ALL = new Filter(null, null, null, null, null, null, null);
    }

    List<Event> page(
            Sql sql, String organizationId, Filter filter, @Nullable String after, int rows) {
        return sql.list(
                """
                SELECT * FROM audit_event
                WHERE organization_id = ? AND (?::text IS NULL OR id < ?)
                AND (?::timestamptz IS NULL OR at >= ?) AND (?::timestamptz IS NULL OR at < ?)
                AND (?::text IS NULL OR position(? IN actor) > 0)
                AND (?::text IS NULL OR action = ?)
                AND (?::text IS NULL OR subject_kind = ?)
                AND (?::text IS NULL OR subject_id = ? OR subject_name = ?)
                AND (?::text IS NULL OR request_id = ?)
                ORDER BY id DESC LIMIT ?
                """,
                AuditStore::event,
                organizationId,
                after,
                after,
                filter.from,
                filter.from,
                filter.to,
                filter.to,
                filter.actor,
                filter.actor,
                filter.action,
                filter.action,
                filter.subjectKind,
                filter.subjectKind,
                filter.subject,
                filter.subject,
                filter.subject,
                filter.requestId,
                filter.requestId,
                rows);
    }

    private static Event event(Row row) {
        return new Event(
                row.text("id"),
                row.text("organization_id"),
                row.instant("at"),
                row.text("actor"),
                row.textOrNull("remote_address"),
                row.textOrNull("request_id"),
                row.text("action"),
                row.text("subject_kind"),
                row.text("subject_id"),
                row.textOrNull("subject_name"),
                row.textOrNull("before"),
                row.textOrNull("after"));
    }
}
