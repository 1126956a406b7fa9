package dev.sluice.control.apply;

import dev.sluice.control.config.Configured;
import dev.sluice.control.config.Edit;
import dev.sluice.control.config.Resource;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.resources.Resources;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One file being applied within one transaction. Objects are stored while the file is read, so
/// that later ones find them; the first refusal undoes everything.
final class Application {

    private final Resources resources;
    private final Function<String, Optional<String>> environment;
    private final Edit outer;
    private final SourceTree source;
    private final Problems problems;
    private final Plan plan = new Plan();
    private final ArrayNode keys = Json.array();
    private final List<String> keyIds = new ArrayList<>();

    /// Names of the file, by kind, and those of objects that could not be read.
    private final Map<String, Set<String>> named = new HashMap<>();

    private final Set<String> broken = new HashSet<>();

    Application(
            Resources resources,
            Function<String, Optional<String>> environment,
            Edit edit,
            SourceTree source,
            Problems problems) {
        this.resources = resources;
        this.environment = environment;
        this.outer = edit;
        this.source = source;
        this.problems = problems;
    }

    /// What was done.
    ///
    /// @param keyIds of the keys whose secrets the answer shows
    record Done(ObjectNode answer, List<String> keyIds) {}

    Done run() {
        Fields top = Fields.collecting(source.tree(), "", this::add);
        new Variables(source, environment, outer.byInstallation(), problems).expand();
        if (top.get("version").isEmpty()) {
            problems.add(Position.START, "version", "'version' is required: version: 1.");
        } else {
            noting("version", () -> top.whole("version", 1, 1));
        }
        noting("policy", () -> posture(top));
        Sections.LATER.forEach(top::notYet);
        top.get("organization");
        List<Resource<?>> sections = Sections.of(resources);
        sections.forEach(section -> top.get(section.plural()));
        top.done();
        if (!top.has("organization")) {
            problems.add(Position.START, "organization", "'organization' is required: {name: …}.");
            problems.refuseIfAny();
        }
        OrganizationStep step = new OrganizationStep(resources.organizations(), outer, plan);
        Optional<String> organization =
                noting("organization", () -> step.run(top.object("organization").orElseThrow()))
                        .or(step::known);
        if (organization.isEmpty()) {
            problems.refuseIfAny();
        }
        Edit edit = outer.within(organization.orElseThrow(), true);
        Set<String> callers = callers(edit);
        sections.forEach(section -> section(edit, top, section));
        problems.refuseIfAny();
        implied(edit, callers);
        sections.reversed().forEach(section -> remove(edit, section));
        ObjectNode answer = Json.object();
        answer.put("object", "plan");
        answer.set(
                "organization",
                Json.object().put("id", organization.get()).put("name", step.name()));
        answer.set("plan", plan.all());
        answer.set("changes", plan.changes());
        answer.set("keys", keys);
        answer.set("warnings", Json.array(outer.warnings()));
        return new Done(answer, List.copyOf(keyIds));
    }

    private Boolean posture(Fields top) {
        top.object("policy")
                .ifPresent(policy -> {
                    Optional<String> posture =
                            policy.word("posture", Set.of("open", "guarded", "deny"));
                    if (posture.isPresent() && !posture.get().equals("open")) {
                        problems.add(
                                source.at("policy.posture"),
                                "policy.posture",
                                "'policy.posture' " + posture.get() + " is not supported yet.");
                    }
                    policy.done();
                });
        return true;
    }

    private <T extends Configured> void section(Edit edit, Fields top, Resource<T> resource) {
        String list = resource.plural();
        Set<String> names = named.computeIfAbsent(resource.kind(), _ -> new HashSet<>());
        List<JsonNode> items = noting(list, () -> top.items(list)).orElse(List.of());
        for (int i = 0; i < items.size(); i++) {
            String path = TreeBuilder.item(list, i);
            JsonNode item = items.get(i);
            JsonNode given = item.path(resource.nameField());
            String name = given.isString() ? given.stringValue() : null;
            if (name != null && !names.add(name)) {
                String field = TreeBuilder.field(path, resource.nameField());
                problems.add(
                        source.at(field),
                        field,
                        "'%s': '%s' is there twice.".formatted(field, name));
                continue;
            }
            int before = problems.count();
            noting(path, () -> item(edit, resource, item, path, name));
            if (problems.count() > before && name != null) {
                broken.add(name);
            }
        }
    }

    private <T extends Configured> Boolean item(
            Edit edit, Resource<T> resource, JsonNode node, String path, @Nullable String name) {
        T current =
                name == null
                        ? null
                        : resource.rows()
                                .named(edit.sql(), edit.organizationId(), name)
                                .orElse(null);
        if (current != null) {
            keepCredential(edit, node, path, resource.show(current));
        }
        int before = problems.count();
        T read = resource.read(edit, Fields.collecting(node, path, this::add), current);
        if (problems.count() > before) {
            return false;
        }
        T item = resource.withHead(read, read.head().ownedByFile(true));
        if (current == null) {
            create(edit, resource, item);
        } else {
            update(edit, resource, current, item);
        }
        return true;
    }

    /// An export names variables that need not be set where the credential is known already.
    private void keepCredential(Edit edit, JsonNode node, String path, ObjectNode shown) {
        JsonNode variable = node.path("credential").path("env");
        if (node instanceof ObjectNode object
                && variable.isString()
                && outer.byInstallation()
                && shown.path("has_credential").asBoolean(false)
                && environment.apply(variable.stringValue()).isEmpty()) {
            object.remove("credential");
            edit.warn(
                    "'%s.credential': %s is not set: the credential stays as it is."
                            .formatted(path, variable.stringValue()));
        }
    }

    private <T extends Configured> void create(Edit edit, Resource<T> resource, T item) {
        requireMay(edit, resource);
        Optional<ObjectNode> once = resource.insert(edit, item);
        T stored = stored(edit, resource, item);
        edit.record("create", resource.kind(), stored.head(), null, resource.show(stored));
        ObjectNode after = resource.spec(edit.sql(), stored);
        List<String> fields = new ArrayList<>(after.propertyNames());
        if (resource.show(stored).path("has_credential").asBoolean(false)) {
            fields.add("credential");
        }
        String name = item.head().name();
        plan.add(Plan.Action.CREATE, resource.kind(), name, fields, Json.object(), after);
        once.ifPresent(secret -> {
            keys.add(Json.object().put("label", name).setAll(secret));
            keyIds.add(stored.head().id());
        });
    }

    private <T extends Configured> void update(Edit edit, Resource<T> resource, T before, T after) {
        List<String> fields = new ArrayList<>(resource.differences(edit.sql(), before, after));
        ObjectNode from = resource.spec(edit.sql(), before);
        ObjectNode to = resource.spec(edit.sql(), after);
        if (!before.head().ownedByFile()) {
            fields.add("owned_by_file");
            from.put("owned_by_file", false);
            to.put("owned_by_file", true);
        }
        if (!fields.isEmpty()) {
            requireMay(edit, resource);
            resource.update(edit, after);
            edit.record(
                    "update",
                    resource.kind(),
                    before.head(),
                    resource.show(before),
                    resource.show(stored(edit, resource, after)));
        }
        plan.add(
                fields.isEmpty() ? Plan.Action.NONE : Plan.Action.UPDATE,
                resource.kind(),
                after.head().name(),
                fields,
                from,
                to);
    }

    private static <T extends Configured> T stored(Edit edit, Resource<T> resource, T item) {
        return resource.rows()
                .find(edit.sql(), item.head().organizationId(), item.head().id())
                .orElseThrow();
    }

    /// Deletes what the file owned and does not name any more.
    private <T extends Configured> void remove(Edit edit, Resource<T> resource) {
        Set<String> names = named.getOrDefault(resource.kind(), Set.of());
        List<T> gone =
                resource.rows().all(edit.sql(), edit.organizationId()).stream()
                        .filter(item -> item.head().ownedByFile())
                        .filter(item -> !names.contains(item.head().name()))
                        .sorted(Comparator.comparing(item -> item.head().name()))
                        .toList();
        for (T item : gone) {
            requireMay(edit, resource);
            Optional<String> holder = resource.heldBy(edit.sql(), item);
            if (holder.isPresent() && !resource.retire(edit, item)) {
                throw Fault.of(
                                FaultCode.CONFLICT,
                                ("The %s '%s' is not in the file any more, but cannot be deleted:"
                                                + " %s.")
                                        .formatted(
                                                resource.kind(), item.head().name(), holder.get()))
                        .withDetail("id", item.head().id())
                        .asException();
            }
            edit.record("delete", resource.kind(), item.head(), resource.show(item), null);
            if (holder.isEmpty()) {
                resource.delete(edit, item);
            }
            plan.add(
                    Plan.Action.DELETE,
                    resource.kind(),
                    item.head().name(),
                    List.of(),
                    Json.object(),
                    Json.object());
        }
    }

    /// Users and services that keys of the file brought with them.
    private void implied(Edit edit, Set<String> before) {
        for (String caller : callers(edit).stream().sorted().toList()) {
            int colon = caller.indexOf(':');
            String kind = caller.substring(0, colon);
            String name = caller.substring(colon + 1);
            if (!before.contains(caller) && !plan.names(kind, name)) {
                plan.add(
                        Plan.Action.CREATE,
                        kind,
                        name,
                        List.of("name"),
                        Json.object(),
                        Json.object().put("name", name));
            }
        }
    }

    private Set<String> callers(Edit edit) {
        Set<String> callers = new HashSet<>();
        for (Resource<?> resource : List.of(resources.users(), resources.machines())) {
            resource.rows()
                    .all(edit.sql(), edit.organizationId())
                    .forEach(item -> callers.add(resource.kind() + ":" + item.head().name()));
        }
        return callers;
    }

    private static void requireMay(Edit edit, Resource<?> resource) {
        if (!resource.about().writing().allows(edit.actor())) {
            throw edit.denied(
                            "This file changes %s: that needs %s."
                                    .formatted(
                                            resource.plural(), resource.about().writing().words()))
                    .asException();
        }
    }

    /// Runs a part; what is wrong with it is noted and the rest goes on.
    private <R> Optional<R> noting(String path, java.util.function.Supplier<R> part) {
        try {
            return Optional.of(part.get());
        } catch (FaultException e) {
            Fault fault = e.fault();
            if (fault.code() != FaultCode.INVALID_REQUEST) {
                throw placed(fault, path).asException();
            }
            add(fault.param() == null ? fault.withParam(path) : fault);
            return Optional.empty();
        }
    }

    private Fault placed(Fault fault, String path) {
        Position at = source.at(path);
        return new Fault(
                        fault.code(),
                        fault.status(),
                        "line %d, column %d: %s".formatted(at.line(), at.column(), fault.message()),
                        fault.param(),
                        fault.retryAfter(),
                        fault.shouldRetry(),
                        fault.details())
                .withDetail("line", at.line())
                .withDetail("column", at.column());
    }

    /// Notes a problem, unless it only follows from another object that could not be read.
    private void add(Fault fault) {
        String field = fault.param() == null ? "" : fault.param();
        JsonNode value = source.value(field);
        if (value.isString()) {
            String text = value.stringValue();
            if (broken.contains(text) || broken.contains(text.substring(text.indexOf(':') + 1))) {
                return;
            }
        }
        problems.add(source.at(field), field, fault.message());
    }
}
