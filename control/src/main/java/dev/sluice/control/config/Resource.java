package dev.sluice.control.config;

import dev.sluice.control.access.Actor;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.store.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One kind of configured object: how it is read from JSON or YAML, kept and shown. The routes, the
/// file and the export all go through it, so that they agree.
public interface Resource<T extends Configured> {

    Kind<T> about();

    default String kind() {
        return about().name();
    }

    default String plural() {
        return about().plural();
    }

    default RowStore<T> rows() {
        return about().rows();
    }

    /// Reads and checks an object completely; unknown fields are refused.
    ///
    /// @param current the object being changed, or null for a new one
    T read(Edit edit, Fields fields, @Nullable T current);

    /// Every field a caller may write, as it stands, references by name: what the export prints and
    /// a PATCH is merged into. Never a secret.
    ObjectNode spec(Sql sql, T item);

    /// As answers show it: references by id. Never a secret.
    ObjectNode show(T item);

    /// As [#show], without what the actor may not know of it.
    default ObjectNode showTo(Actor actor, T item) {
        return show(item);
    }

    /// The same object, owned by the file or not.
    T withHead(T item, Head head);

    /// Stores a new object; may return fields that only the first answer shows, such as a secret.
    default Optional<ObjectNode> insert(Edit edit, T item) {
        rows().insert(edit.sql(), item);
        return Optional.empty();
    }

    default void update(Edit edit, T item) {
        rows().update(edit.sql(), item);
    }

    default void delete(Edit edit, T item) {
        rows().delete(edit.sql(), item);
    }

    /// Ends an object that the file no longer names and that cannot be deleted because its history
    /// must stay readable. False where there is no such end: then it is refused.
    default boolean retire(Edit edit, T item) {
        return false;
    }

    /// The field that holds the name in JSON and YAML.
    default String nameField() {
        return "name";
    }

    /// What refers to the object, in words: it cannot be deleted (nor renamed where
    /// [#referredToByName]) while something does.
    default Optional<String> heldBy(Sql sql, T item) {
        return Optional.empty();
    }

    default boolean referredToByName() {
        return false;
    }

    /// Whether this caller may see the object at all.
    default boolean visible(T item, Actor actor) {
        return true;
    }

    /// Conditions of the list, from the query and the caller's rights.
    default RowStore.Filter filter(ManagementCall call) {
        return RowStore.Filter.NONE;
    }

    default RouteDoc listDoc() {
        return RouteDoc.of(plural(), "List " + plural() + ", newest first");
    }

    /// Names of the fields that differ between two versions of an object.
    default List<String> differences(Sql sql, T before, T after) {
        ObjectNode old = spec(sql, before);
        ObjectNode young = spec(sql, after);
        TreeSet<String> names = new TreeSet<>(old.propertyNames());
        names.addAll(young.propertyNames());
        List<String> changed = new ArrayList<>();
        for (String name : names) {
            if (!old.path(name).equals(young.path(name))) {
                changed.add(name);
            }
        }
        return changed;
    }
}
