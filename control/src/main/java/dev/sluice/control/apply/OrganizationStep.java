package dev.sluice.control.apply;

import dev.sluice.control.config.Edit;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.organizations.Organization;
import dev.sluice.control.organizations.OrganizationResource;
import dev.sluice.control.organizations.OrganizationStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Which organization a file describes: the credential's own; for the installation the one of that
/// name, else `default` under a new name while nothing happened in it, else a new one.
final class OrganizationStep {

    private final OrganizationResource organizations;
    private final Edit edit;
    private final Plan plan;
    private final OrganizationStore store = new OrganizationStore();
    private String name = "";
    private @Nullable String known;

    OrganizationStep(OrganizationResource organizations, Edit edit, Plan plan) {
        this.organizations = organizations;
        this.edit = edit;
        this.plan = plan;
    }

    String name() {
        return name;
    }

    /// The organization there is, where the file's own words about it are wrong: what else is wrong
    /// can then still be found.
    Optional<String> known() {
        return Optional.ofNullable(known);
    }

    /// Brings the organization into the state of the file.
    ///
    /// @return its id
    String run(Fields fields) {
        name = fields.name("name");
        Organization current = current(fields).orElse(null);
        known = current == null ? null : current.head().id();
        Organization read = organizations.read(edit, fields, current);
        Organization after = organizations.withHead(read, read.head().ownedByFile(true));
        if (current == null) {
            return create(after);
        }
        return update(current, after);
    }

    private Optional<Organization> current(Fields fields) {
        String own = edit.actor().organizationId();
        if (own != null) {
            Organization mine = organizations.rows().find(edit.sql(), own, own).orElseThrow();
            if (!mine.head().name().equals(name) && !mayTakeNewName(mine)) {
                throw edit.denied(
                                "'%s' must be '%s': this credential belongs to that organization."
                                        .formatted(fields.path("name"), mine.head().name()))
                        .asException();
            }
            return Optional.of(mine);
        }
        Optional<Organization> known = organizations.rows().find(edit.sql(), null, name);
        if (known.isPresent()) {
            return known.filter(found -> found.head().name().equals(name));
        }
        return organizations
                .rows()
                .find(edit.sql(), null, OrganizationResource.DEFAULT_NAME)
                .filter(found -> !found.sandbox())
                .filter(found -> store.isUntouched(edit.sql(), found.head().id()));
    }

    /// The first owner of a fresh installation names its organization like the installation would.
    private boolean mayTakeNewName(Organization mine) {
        return mine.head().name().equals(OrganizationResource.DEFAULT_NAME)
                && organizations.rows().find(edit.sql(), null, name).isEmpty()
                && store.isUntouched(edit.sql(), mine.head().id());
    }

    private String create(Organization item) {
        organizations.insert(edit, item);
        ObjectNode after = organizations.spec(edit.sql(), item);
        edit.record("create", organizations.kind(), item.head(), null, organizations.show(item));
        add(Plan.Action.CREATE, null, after, new ArrayList<>(after.propertyNames()));
        return item.head().id();
    }

    private String update(Organization before, Organization after) {
        List<String> fields = new ArrayList<>(organizations.differences(edit.sql(), before, after));
        ObjectNode from = organizations.spec(edit.sql(), before);
        ObjectNode to = organizations.spec(edit.sql(), after);
        if (!before.head().ownedByFile()) {
            fields.add("owned_by_file");
            from.put("owned_by_file", false);
            to.put("owned_by_file", true);
        }
        if (!fields.isEmpty()) {
            organizations.update(edit, after);
            edit.record(
                    "update",
                    organizations.kind(),
                    before.head(),
                    organizations.show(before),
                    organizations.show(after));
        }
        add(fields.isEmpty() ? Plan.Action.NONE : Plan.Action.UPDATE, from, to, fields);
        return after.head().id();
    }

    private void add(
            Plan.Action action, @Nullable ObjectNode from, ObjectNode to, List<String> fields) {
        plan.add(
                action,
                organizations.kind(),
                name,
                fields,
                from == null ? Json.object() : from,
                to);
    }
}
