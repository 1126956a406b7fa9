package dev.sluice.control.config;

import dev.sluice.control.access.Actor;
import dev.sluice.control.audit.AuditStore;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.Ids;
import dev.sluice.store.Sql;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One change being made: its transaction, who makes it, and what it writes into the audit log.
public final class Edit {

    private final Sql sql;
    private final Ids ids;
    private final Origin origin;
    private final @Nullable String organizationId;
    private final boolean fromFile;
    private final AuditStore audit = new AuditStore();
    private final List<String> warnings;
    private final AtomicBoolean changed;

    /// Who asked for a change, when and by which request; as the audit log has it.
    private record Origin(
            Actor actor, Instant at, @Nullable String remoteAddress, @Nullable String requestId) {}

    private Edit(
            Sql sql,
            Ids ids,
            Origin origin,
            @Nullable String organizationId,
            boolean fromFile,
            List<String> warnings,
            AtomicBoolean changed) {
        this.sql = sql;
        this.ids = ids;
        this.origin = origin;
        this.organizationId = organizationId;
        this.fromFile = fromFile;
        this.warnings = warnings;
        this.changed = changed;
    }

    /// A change that a call is about to make.
    ///
    /// @param organizationId the one it belongs to; null for the list of organizations
    static Edit asked(Sql sql, Ids ids, ManagementCall call, @Nullable String organizationId) {
        Origin origin =
                new Origin(
                        call.actor(), call.now(), call.request().remoteAddress(), call.requestId());
        return new Edit(
                sql, ids, origin, organizationId, false, new ArrayList<>(), new AtomicBoolean());
    }

    /// What `sluice.yaml` is about to change, of no organization yet.
    static Edit applied(Sql sql, Ids ids, Instant now) {
        Origin origin = new Origin(Actor.FILE, now, null, null);
        return new Edit(sql, ids, origin, null, true, new ArrayList<>(), new AtomicBoolean());
    }

    /// The same change, for another organization or as the file; what one part warns of or
    /// changes, the whole does.
    public Edit within(String organization, boolean asFile) {
        return new Edit(sql, ids, origin, organization, asFile, warnings, changed);
    }

    public Sql sql() {
        return sql;
    }

    public Actor actor() {
        return origin.actor;
    }

    public String organizationId() {
        if (organizationId == null) {
            throw new IllegalStateException("this change is of no organization");
        }
        return organizationId;
    }

    public Instant now() {
        return origin.at;
    }

    public Ids ids() {
        return ids;
    }

    public boolean fromFile() {
        return fromFile;
    }

    /// Whether the operator of the installation makes it.
    public boolean byInstallation() {
        return origin.actor.isInstallation();
    }

    /// Something the caller should know although it was accepted.
    public void warn(String warning) {
        warnings.add(warning);
    }

    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /// Whether anything was written into the audit log.
    public boolean changed() {
        return changed.get();
    }

    public Head newHead(String idPrefix, String name) {
        String id = ids.next(idPrefix);
        return new Head(
                id, organizationId == null ? id : organizationId, name, fromFile, 1, origin.at);
    }

    /// Writes the audit row of a change. Neither document may hold a secret.
    public void record(
            String action,
            String kind,
            Head subject,
            @Nullable JsonNode before,
            @Nullable JsonNode after) {
        record(action, kind, subject.organizationId(), subject.id(), subject.name(), before, after);
    }

    public void record(
            String action,
            String kind,
            String organization,
            String id,
            @Nullable String name,
            @Nullable JsonNode before,
            @Nullable JsonNode after) {
        changed.set(true);
        audit.insert(
                sql,
                new AuditStore.Event(
                        ids.next("aud"),
                        organization,
                        origin.at,
                        origin.actor.name(),
                        origin.remoteAddress,
                        origin.requestId,
                        action,
                        kind,
                        id,
                        name,
                        before == null ? null : before.toString(),
                        after == null ? null : after.toString()));
    }

    /// Refuses what the caller's rights do not cover.
    public Fault denied(String message) {
        return Fault.of(FaultCode.PERMISSION_DENIED, message);
    }
}
