package dev.sluice.control.upstreams;

import dev.sluice.control.config.Changes;
import dev.sluice.control.config.ResourceRoutes;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.Secret;
import dev.sluice.store.Database;

/// `/admin/v1/upstreams`, with `POST /{id}/rotate` for the credential.
public final class UpstreamRoutes {

    private static final Shape ROTATION =
            Shape.object("CredentialRotation")
                    .text("credential", "the new credential; in force for the next call")
                    .require("credential");

    private final UpstreamResource upstreams;
    private final Changes changes;
    private final ResourceRoutes<UpstreamAccount> routes;

    public UpstreamRoutes(UpstreamResource upstreams, Database database, Changes changes) {
        this.upstreams = upstreams;
        this.changes = changes;
        this.routes = new ResourceRoutes<>(upstreams, database, changes);
    }

    public void register(Router router) {
        routes.all(router);
        router.add(
                "POST",
                "/admin/v1/upstreams/{id}/rotate",
                upstreams.about().writing(),
                RouteDoc.of("upstreams", "Replace the credential of an upstream")
                        .takes(ROTATION)
                        .answers(200, upstreams.about().shape()),
                this::rotate);
    }

    private ManagementResponse rotate(ManagementCall call) {
        Fields fields = Fields.ofBody(call.request());
        Secret credential = new Secret(fields.text("credential"));
        fields.done();
        return changes.configure(
                call,
                edit -> {
                    UpstreamAccount before = routes.own(edit.sql(), call);
                    UpstreamAccount after = upstreams.rotated(before, credential, call.now());
                    upstreams.update(edit, after);
                    edit.record(
                            "rotate",
                            upstreams.kind(),
                            before.head(),
                            upstreams.show(before),
                            upstreams.show(after));
                    return ManagementResponse.ok(upstreams.showTo(call.actor(), after));
                });
    }
}
