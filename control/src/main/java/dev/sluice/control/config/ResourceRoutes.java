package dev.sluice.control.config;

import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.PageRequest;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.store.Database;
import dev.sluice.store.Sql;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The five routes of a [Resource]: list, create, read, change, delete.
public final class ResourceRoutes<T extends Configured> {

    private final Resource<T> resource;
    private final Database database;
    private final Changes changes;
    private final String base;

    public ResourceRoutes(Resource<T> resource, Database database, Changes changes) {
        this.resource = resource;
        this.database = database;
        this.changes = changes;
        this.base = "/admin/v1/" + resource.plural();
    }

    public ResourceRoutes<T> list(Router router) {
        router.add(
                "GET",
                base,
                resource.about().reading(),
                resource.listDoc().listOf(resource.about().shape()),
                this::page);
        return this;
    }

    public ResourceRoutes<T> create(Router router) {
        return create(router, resource.about().writing());
    }

    public ResourceRoutes<T> create(Router router, dev.sluice.control.access.Access access) {
        router.add(
                "POST",
                base,
                access,
                doc("Create a " + resource.kind())
                        .takes(resource.about().shape())
                        .answers(201, resource.about().shape()),
                this::created);
        return this;
    }

    public ResourceRoutes<T> read(Router router) {
        router.add(
                "GET",
                base + "/{id}",
                resource.about().reading(),
                doc("Read a " + resource.kind() + ", by id or name")
                        .answers(200, resource.about().shape()),
                this::one);
        return this;
    }

    public ResourceRoutes<T> change(Router router) {
        router.add(
                "PATCH",
                base + "/{id}",
                resource.about().writing(),
                doc("Change the given fields of a " + resource.kind() + "; If-Match is honoured")
                        .takes(resource.about().shape())
                        .answers(200, resource.about().shape()),
                this::changed);
        return this;
    }

    public ResourceRoutes<T> delete(Router router) {
        return delete(router, resource.about().writing());
    }

    public ResourceRoutes<T> delete(Router router, dev.sluice.control.access.Access access) {
        router.add(
                "DELETE",
                base + "/{id}",
                access,
                doc("Delete a " + resource.kind() + " that nothing refers to").answersNothing(),
                this::deleted);
        return this;
    }

    public void all(Router router) {
        list(router).create(router).read(router).change(router).delete(router);
    }

    private RouteDoc doc(String summary) {
        return RouteDoc.of(resource.plural(), summary);
    }

    private ManagementResponse page(ManagementCall call) {
        PageRequest page = PageRequest.of(call.request(), 1);
        List<T> rows =
                database.read(sql ->
                        resource.rows()
                                .page(
                                        sql,
                                        scope(call),
                                        resource.filter(call),
                                        page.afterId().orElse(null),
                                        page.limit() + 1));
        return page.answer(
                rows,
                item -> resource.showTo(call.actor(), item),
                item -> List.of(item.head().id()));
    }

    private ManagementResponse one(ManagementCall call) {
        T item = database.read(sql -> find(sql, call));
        return answer(200, call, item);
    }

    private ManagementResponse created(ManagementCall call) {
        Fields fields = Fields.ofBody(call.request());
        return changes.configure(
                call,
                edit -> {
                    T item = resource.read(edit, fields, null);
                    requireFree(edit.sql(), item);
                    Optional<ObjectNode> once = resource.insert(edit, item);
                    T stored = stored(edit.sql(), item);
                    edit.record(
                            "create", resource.kind(), stored.head(), null, resource.show(stored));
                    ObjectNode shown = resource.showTo(call.actor(), stored);
                    once.ifPresent(shown::setAll);
                    if (!edit.warnings().isEmpty()) {
                        shown.set("warnings", Json.array(edit.warnings()));
                    }
                    ManagementResponse response =
                            ManagementResponse.json(201, shown)
                                    .withHeader("etag", stored.head().etag());
                    return once.isPresent()
                            ? response.showingSecretOf(stored.head().id())
                            : response;
                });
    }

    private ManagementResponse changed(ManagementCall call) {
        Fields patch = Fields.ofBody(call.request());
        return changes.configure(
                call,
                edit -> {
                    T before = own(edit.sql(), call);
                    requireMatch(call, before);
                    ObjectNode merged = resource.spec(edit.sql(), before);
                    patch.tree().properties().forEach(e -> merged.set(e.getKey(), e.getValue()));
                    T after = resource.read(edit, Fields.of(merged, ""), before);
                    if (!after.head().name().equals(before.head().name())) {
                        requireRenamable(edit.sql(), before);
                        requireFree(edit.sql(), after);
                    }
                    if (resource.differences(edit.sql(), before, after).isEmpty()) {
                        return answer(200, call, before);
                    }
                    resource.update(edit, after);
                    T stored = stored(edit.sql(), after);
                    edit.record(
                            "update",
                            resource.kind(),
                            stored.head(),
                            resource.show(before),
                            resource.show(stored));
                    return answer(200, call, stored);
                });
    }

    private ManagementResponse deleted(ManagementCall call) {
        return changes.configure(
                call,
                edit -> {
                    T item = own(edit.sql(), call);
                    requireMatch(call, item);
                    requireUnused(resource, edit.sql(), item, "deleted");
                    edit.record("delete", resource.kind(), item.head(), resource.show(item), null);
                    resource.delete(edit, item);
                    return ManagementResponse.noContent();
                });
    }

    /// Refuses to delete or rename what something refers to.
    public static <T extends Configured> void requireUnused(
            Resource<T> resource, Sql sql, T item, String what) {
        resource.heldBy(sql, item)
                .ifPresent(holder -> {
                    throw Fault.of(
                                    FaultCode.CONFLICT,
                                    "The %s '%s' cannot be %s: %s."
                                            .formatted(
                                                    resource.kind(),
                                                    item.head().name(),
                                                    what,
                                                    holder))
                            .asException();
                });
    }

    private void requireRenamable(Sql sql, T before) {
        if (resource.referredToByName()) {
            requireUnused(resource, sql, before, "renamed");
        }
    }

    private void requireFree(Sql sql, T item) {
        Optional<T> other =
                resource.rows().named(sql, item.head().organizationId(), item.head().name());
        if (other.isPresent() && !other.get().head().id().equals(item.head().id())) {
            throw Fault.of(
                            FaultCode.CONFLICT,
                            "There is a %s '%s' already: %s."
                                    .formatted(
                                            resource.kind(),
                                            item.head().name(),
                                            other.get().head().id()))
                    .withDetail("id", other.get().head().id())
                    .asException();
        }
    }

    private static <T extends Configured> void requireMatch(ManagementCall call, T item) {
        Optional<String> wanted = call.request().header("if-match");
        if (wanted.isPresent()
                && !wanted.get().equals("*")
                && !List.of(wanted.get().split("\\s*,\\s*")).contains(item.head().etag())) {
            throw Fault.of(
                            FaultCode.PRECONDITION_FAILED,
                            "The object was changed since it was read: its ETag is now "
                                    + item.head().etag()
                                    + ".")
                    .asException();
        }
    }

    /// The named object, which must be the organization's own and not the file's.
    public T own(Sql sql, ManagementCall call) {
        T item = find(sql, call);
        String scope = scope(call);
        if (scope != null && !item.head().organizationId().equals(scope)) {
            throw Fault.of(
                            FaultCode.PERMISSION_DENIED,
                            "This object is shared by the installation: only it may change it.")
                    .asException();
        }
        requireNotOfFile(resource.kind(), item);
        return item;
    }

    /// Refuses changes of what `sluice.yaml` owns.
    public static void requireNotOfFile(String kind, Configured item) {
        if (item.head().ownedByFile()) {
            throw Fault.of(
                            FaultCode.CONFLICT,
                            ("The %s '%s' is owned by the configuration file:"
                                            + " change it there and apply.")
                                    .formatted(kind, item.head().name()))
                    .asException();
        }
    }

    /// The object a call names, 404 when this caller cannot see one.
    public T find(Sql sql, ManagementCall call) {
        String reference = call.parameter("id");
        return resource.rows()
                .find(sql, scope(call), reference)
                .filter(item -> resource.visible(item, call.actor()))
                .orElseThrow(() -> none(resource.kind(), reference));
    }

    public static FaultException none(String kind, String reference) {
        return Fault.of(FaultCode.NOT_FOUND, "There is no " + kind + " '" + reference + "'.")
                .asException();
    }

    private T stored(Sql sql, T item) {
        return resource.rows()
                .find(sql, item.head().organizationId(), item.head().id())
                .orElseThrow();
    }

    private static @Nullable String scope(ManagementCall call) {
        return call.organization() == null ? call.actor().organizationId() : call.organization();
    }

    public ManagementResponse answer(int status, ManagementCall call, T item) {
        return ManagementResponse.json(status, resource.showTo(call.actor(), item))
                .withHeader("etag", item.head().etag());
    }
}
