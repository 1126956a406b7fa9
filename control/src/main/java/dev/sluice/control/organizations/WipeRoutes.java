package dev.sluice.control.organizations;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Actor;
import dev.sluice.control.access.Authenticator;
import dev.sluice.control.access.Right;
import dev.sluice.control.config.Changes;
import dev.sluice.control.config.ResourceRoutes;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.ledger.booking.SandboxBooks;
import dev.sluice.store.Database;
import java.util.EnumSet;

/// `POST /admin/v1/organizations/{id}/wipe`: a sandbox goes with its keys, calls and books. In two
/// steps, so that nobody can make another call while the books are thrown away; a wipe that was
/// interrupted is finished by the next one.
public final class WipeRoutes {

    private final OrganizationResource organizations;
    private final OrganizationStore store = new OrganizationStore();
    private final Database database;
    private final Changes changes;
    private final Authenticator authenticator;
    private final SandboxBooks books;

    public WipeRoutes(
            OrganizationResource organizations,
            Database database,
            Changes changes,
            Authenticator authenticator) {
        this.organizations = organizations;
        this.database = database;
        this.changes = changes;
        this.authenticator = authenticator;
        this.books = new SandboxBooks(database);
    }

    public void register(Router router) {
        router.add(
                "POST",
                "/admin/v1/organizations/{id}/wipe",
                Access.organizations(EnumSet.of(Right.ADMIN)),
                RouteDoc.of("organizations", "Throw a sandbox away, with its keys, calls and books")
                        .answersNothing()
                        .fails(409),
                this::wipe);
    }

    private ManagementResponse wipe(ManagementCall call) {
        Organization sandbox = sandbox(call);
        String id = sandbox.head().id();
        changes.configure(
                unclaimed(call),
                edit -> {
                    if (store.serves(edit.sql(), id)) {
                        throw Fault.of(
                                        FaultCode.CONFLICT,
                                        "Models of other organizations use upstreams of '%s'."
                                                .formatted(sandbox.head().name()))
                                .asException();
                    }
                    edit.record(
                            "wipe",
                            organizations.kind(),
                            sandbox.head(),
                            organizations.show(sandbox),
                            null);
                    store.strip(edit.sql(), id);
                    return ManagementResponse.noContent();
                });
        books.wipe(id);
        return changes.configure(
                call,
                edit -> {
                    edit.record("delete", organizations.kind(), sandbox.head(), null, null);
                    store.delete(edit.sql(), id);
                    return ManagementResponse.noContent();
                });
    }

    /// An `Idempotency-Key` is settled by the last step.
    private static ManagementCall unclaimed(ManagementCall call) {
        return new ManagementCall(
                call.request(),
                call.parameters(),
                call.actor(),
                call.organization(),
                call.requestId(),
                call.now(),
                null);
    }

    private Organization sandbox(ManagementCall call) {
        String named = call.parameter("id");
        Actor actor = authenticator.visiting(named, call.actor());
        Organization found =
                database.read(sql -> organizations.rows().find(sql, actor.organizationId(), named))
                        .orElseThrow(() -> ResourceRoutes.none(organizations.kind(), named));
        if (!found.sandbox()) {
            throw Fault.of(
                            FaultCode.CONFLICT,
                            "'%s' is no sandbox: its books stay.".formatted(found.head().name()))
                    .asException();
        }
        return found;
    }
}
