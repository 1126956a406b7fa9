package dev.sluice.control.callers;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.config.Column;
import dev.sluice.control.config.Edit;
import dev.sluice.control.config.Head;
import dev.sluice.control.config.Kind;
import dev.sluice.control.config.ReferenceStore;
import dev.sluice.control.config.Resource;
import dev.sluice.control.config.RowStore;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.Shape;
import dev.sluice.control.teams.Team;
import dev.sluice.control.teams.TeamResource;
import dev.sluice.store.Sql;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// How users are read, kept and shown.
public final class UserResource implements Resource<User> {

    private static final Shape SHAPE =
            Shape.object("User")
                    .text("id", "user_…")
                    .text("name", "unique in the organization")
                    .text("email", "where to write to")
                    .text("team", "id or name; answers give the id")
                    .flag("owned_by_file", "read-only here")
                    .time("created_at", "when it was made")
                    .readOnly("id", "owned_by_file", "created_at")
                    .optional("email", "team")
                    .require("name");

    private final ReferenceStore references = new ReferenceStore();
    private final TeamResource teams;
    private final RowStore<User> rows =
            new RowStore<>(
                            "app_user",
                            "name",
                            row ->
                                    new User(
                                            Head.of(row, "name"),
                                            row.textOrNull("email"),
                                            row.textOrNull("team_id"),
                                            row.textOrNull("team_name")),
                            user ->
                                    List.of(
                                            Column.of("name", user.head().name()),
                                            Column.of("email", user.email()),
                                            Column.of("team_id", user.teamId())))
                    .selecting(RowStore.USERS);

    private final Kind<User> about =
            new Kind<>("user", "users", rows, SHAPE, Access.MEMBER, Access.any(Right.ADMIN));

    public UserResource(TeamResource teams) {
        this.teams = teams;
    }

    @Override
    public Kind<User> about() {
        return about;
    }

    @Override
    public User read(Edit edit, Fields fields, @Nullable User current) {
        String name = fields.name("name");
        String email = fields.textOrNull("email");
        Optional<Team> team = teams.reference(edit, fields);
        fields.done();
        return new User(
                current == null ? edit.newHead("user", name) : current.head().renamed(name),
                email,
                team.map(t -> t.head().id()).orElse(null),
                team.map(t -> t.head().name()).orElse(null));
    }

    @Override
    public ObjectNode spec(Sql sql, User item) {
        return spec(item, item.teamName());
    }

    private static ObjectNode spec(User item, @Nullable String team) {
        ObjectNode node = Json.object();
        node.put("name", item.head().name());
        Json.putIfPresent(node, "email", item.email());
        Json.putIfPresent(node, "team", team);
        return node;
    }

    @Override
    public ObjectNode show(User item) {
        ObjectNode node = Json.object();
        node.put("id", item.head().id());
        node.setAll(spec(item, item.teamId()));
        node.put("owned_by_file", item.head().ownedByFile());
        node.put("created_at", Json.time(item.head().createdAt()));
        return node;
    }

    @Override
    public User withHead(User item, Head head) {
        return new User(head, item.email(), item.teamId(), item.teamName());
    }

    @Override
    public Optional<String> heldBy(Sql sql, User item) {
        Head head = item.head();
        return references.toUser(sql, head.organizationId(), head.id(), head.name());
    }

    @Override
    public boolean referredToByName() {
        return true;
    }
}
