package dev.sluice.control.config;

import dev.sluice.control.access.Actor;
import dev.sluice.control.audit.AuditStore;
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
    private final Actor actor;
    private final @Nullable String organizationId;
    private final Instant now;
    private final Ids ids;
    private final boolean fromFile;
    private final @Nullable String remoteAddress;
    private final @Nullable String requestId;
    private final AuditStore audit = new AuditStore();
    private final List<String> warnings;
    private final AtomicBoolean changed;

    /// A change about to be made.
    ///
    /// @param organizationId the one the change belongs to; null for the list of organizations
    /// @param fromFile whether `sluice.yaml` is being applied
    public Edit(
            Sql sql,
            Actor actor,
            @Nullable String organizationId,
            Instant now,
            Ids ids,
            boolean fromFile,
            @Nullable String remoteAddress,
            @Nullable String requestId) {
        this(
                sql,
                actor,
                organizationId,
                now,
                ids,
                fromFile,
                remoteAddress,
                requestId,
                new ArrayList<>(),
                new AtomicBoolean());
    }

    private Edit(
            Sql sql,
            Actor actor,
            @Nullable String organizationId,
            Instant now,
            Ids ids,
            boolean fromFile,
            @Nullable String remoteAddress,
            @Nullable String requestId,
            List<String> warnings,
            AtomicBoolean changed) {
        this.warnings = warnings;
        this.changed = changed;
        this.sql = sql;
        this.actor = actor;
        this.organizationId = organizationId;
        this.now = now;
        this.ids = ids;
        this.fromFile = fromFile;
        this.remoteAddress = remoteAddress;
        this.requestId = requestId;
    }

    /// The same change, for another organization or as the file; what one part warns of or
    /// changes, the whole does.
    public Edit within(String organization, boolean asFile) {
        return new Edit(
                sql,
                actor,
                organization,
                now,
                ids,
                asFile,
                remoteAddress,
                requestId,
                warnings,
                changed);
    }

    public Sql sql() {
        return sql;
    }

    public Actor actor() {
        return actor;
    }

    public String organizationId() {
        if (organizationId == null) {
            throw new IllegalStateException("this change is of no organization");
        }
        return organizationId;
    }

    public Instant now() {
        return now;
    }

    public Ids ids() {
        return ids;
    }

    public boolean fromFile() {
        return fromFile;
    }

    /// Whether the operator of the installation makes it.
    public boolean byInstallation() {
        return actor.isInstallation();
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
        return new Head(id, organizationId == null ? id : organizationId, name, fromFile, 1, now);
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
                        now,
                        actor.name(),
                        remoteAddress,
                        requestId,
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
