package dev.sluice.control.keys;

import dev.sluice.control.config.Changes;
import dev.sluice.control.config.Edit;
import dev.sluice.control.config.ResourceRoutes;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.store.Database;
import java.time.Duration;
import tools.jackson.databind.node.ObjectNode;

/// `/admin/v1/keys`, with rotation and revocation. Both work on keys of the file too: they are
/// about the credential, which no file holds.
public final class KeyRoutes {

    private static final long DEFAULT_OVERLAP = 86_400;
    private static final long MAX_OVERLAP = 90 * 86_400L;

    private static final Shape ROTATION =
            Shape.object("KeyRotation")
                    .whole(
                            "overlap_seconds",
                            "how long the one before still works; default 86400, 0: ends now");

    private final KeyResource keys;
    private final Changes changes;
    private final ResourceRoutes<Key> routes;

    public KeyRoutes(KeyResource keys, Database database, Changes changes) {
        this.keys = keys;
        this.changes = changes;
        this.routes = new ResourceRoutes<>(keys, database, changes);
    }

    public void register(Router router) {
        routes.all(router);
        router.add(
                "POST",
                "/admin/v1/keys/{id}/rotate",
                keys.about().writing(),
                RouteDoc.of("keys", "Give a key a new credential, shown once; it keeps its id")
                        .takes(ROTATION)
                        .answers(200, keys.about().shape()),
                this::rotate);
        router.add(
                "POST",
                "/admin/v1/keys/{id}/revoke",
                keys.about().writing(),
                RouteDoc.of("keys", "End a key at once and for good")
                        .answers(200, keys.about().shape()),
                this::revoke);
    }

    private ManagementResponse rotate(ManagementCall call) {
        Fields fields = Fields.ofOptionalBody(call.request());
        long overlap = fields.whole("overlap_seconds", 0, MAX_OVERLAP).orElse(DEFAULT_OVERLAP);
        fields.done();
        return changes.configure(
                call,
                edit -> {
                    Key before = managed(edit, call);
                    if (before.isOver(call.now())) {
                        throw Fault.of(
                                        FaultCode.CONFLICT,
                                        "The key is revoked or expired: make a new one instead.")
                                .asException();
                    }
                    String credential = keys.rotate(edit, before, Duration.ofSeconds(overlap));
                    Key after = routes.find(edit.sql(), call);
                    ObjectNode shown = keys.show(after);
                    edit.record("rotate", keys.kind(), before.head(), keys.show(before), shown);
                    ObjectNode answer = shown.deepCopy().put("key", credential);
                    return ManagementResponse.ok(answer)
                            .withHeader("etag", after.head().etag())
                            .showingSecretOf(before.head().id());
                });
    }

    private ManagementResponse revoke(ManagementCall call) {
        Fields.ofOptionalBody(call.request()).done();
        return changes.configure(
                call,
                edit -> {
                    Key before = managed(edit, call);
                    if (before.revokedAt() == null) {
                        keys.revoke(edit, before);
                        edit.record(
                                "revoke",
                                keys.kind(),
                                before.head(),
                                keys.show(before),
                                keys.show(routes.find(edit.sql(), call)));
                    }
                    return routes.answer(200, call, routes.find(edit.sql(), call));
                });
    }

    private Key managed(Edit edit, ManagementCall call) {
        Key key = routes.find(edit.sql(), call);
        keys.requireManages(edit, key);
        return key;
    }
}
