package dev.sluice.control.audit;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementRequest;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.PageRequest;
import dev.sluice.control.http.QueryTimes;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.Fault;
import dev.sluice.store.Database;
import java.util.List;
import java.util.Set;
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

    private static final Set<String> PARAMETERS =
            Set.of(
                    "limit",
                    "cursor",
                    "from",
                    "to",
                    "actor",
                    "action",
                    "subject_kind",
                    "subject",
                    "request_id");

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
                RouteDoc.of("audit", "List changes, newest first")
                        .query("from", "time or date: at or after")
                        .query("to", "time or date: before")
                        .query("actor", "part of who did it: a credential's id, or its owner")
                        .query("action", "create, update, delete, rotate, revoke, …")
                        .query("subject_kind", "key, quota, model, …")
                        .query("subject", "id or name of the object")
                        .query("request_id", "of the management call")
                        .listOf(EVENT),
                this::list);
    }

    private ManagementResponse list(ManagementCall call) {
        PageRequest page = PageRequest.of(call.request(), 1);
        AuditStore.Filter filter = filter(call.request());
        List<AuditStore.Event> events =
                database.read(sql ->
                        store.page(
                                sql,
                                call.organizationId(),
                                filter,
                                page.afterId().orElse(null),
                                page.limit() + 1));
        return page.answer(events, AuditRoutes::show, event -> List.of(event.id()));
    }

    private static AuditStore.Filter filter(ManagementRequest request) {
        request.query().keySet().stream()
                .filter(name -> !PARAMETERS.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw Fault.invalid("'" + name + "' is not a filter of the audit log.", name)
                            .asException();
                });
        return new AuditStore.Filter(
                QueryTimes.instantOrNull(request, "from"),
                QueryTimes.instantOrNull(request, "to"),
                request.query("actor").orElse(null),
                request.query("action").orElse(null),
                request.query("subject_kind").orElse(null),
                request.query("subject").orElse(null),
                request.query("request_id").orElse(null));
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
