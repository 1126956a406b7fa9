package dev.sluice.control.audit;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.PageRequest;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.store.Database;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `GET /admin/v1/audit`.
public final class AuditRoutes {

    private static final Shape EVENT =
            Shape.object("AuditEvent")
                    .text("id", "the event")
                    .time("at", "when")
                    .text("actor", "who")
                    .text("remote_address", "from where")
                    .text("request_id", "in which management call")
                    .text("action", "create, update, delete, rotate, revoke, …")
                    .text("subject_kind", "what kind of object")
                    .text("subject_id", "which object")
                    .text("subject_name", "its name at that time")
                    .any("before", "the object before, without secrets")
                    .any("after", "the object after, without secrets")
                    .nullable("remote_address", "request_id", "subject_name");

    private final Database database;
    private final AuditStore store = new AuditStore();

    public AuditRoutes(Database database) {
        this.database = database;
    }

    public void register(Router router) {
        router.add(
                "GET",
                "/admin/v1/audit",
                Access.any(Right.AUDIT_READ),
                RouteDoc.of("audit", "List changes, newest first").listOf(EVENT),
                this::list);
    }

    private ManagementResponse list(ManagementCall call) {
        PageRequest page = PageRequest.of(call.request(), 1);
        List<AuditStore.Event> events =
                database.read(sql ->
                        store.page(
                                sql,
                                call.organizationId(),
                                page.afterId().orElse(null),
                                page.limit() + 1));
        return page.answer(events, AuditRoutes::show, event -> List.of(event.id()));
    }

    private static ObjectNode show(AuditStore.Event event) {
        ObjectNode node = Json.object();
        node.put("id", event.id());
        node.put("at", Json.time(event.at()));
        node.put("actor", event.actor());
        node.put("remote_address", event.remoteAddress());
        node.put("request_id", event.requestId());
        node.put("action", event.action());
        node.put("subject_kind", event.subjectKind());
        node.put("subject_id", event.subjectId());
        node.put("subject_name", event.subjectName());
        node.set("before", tree(event.before()));
        node.set("after", tree(event.after()));
        return node;
    }

    private static JsonNode tree(@Nullable String json) {
        return json == null ? JsonNodeFactory.instance.nullNode() : Json.parse(json);
    }
}
