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

/// How services are read, kept and shown.
public final class MachineResource implements Resource<Machine> {

    private static final Shape SHAPE =
            Shape.object("ServiceCaller")
                    .text("id", "svc_…")
                    .text("name", "unique in the organization")
                    .text("description", "what it does")
                    .text("user", "the human who answers for it, id or name; answers give the id")
                    .text("team", "id or name; answers give the id")
                    .flag("owned_by_file", "read-only here")
                    .time("created_at", "when it was made")
                    .readOnly("id", "owned_by_file", "created_at")
                    .optional("description", "user", "team")
                    .require("name");

    private final ReferenceStore references = new ReferenceStore();
    private final TeamResource teams;
    private final UserResource users;
    private final RowStore<Machine> rows =
            new RowStore<>(
                            "service",
                            "name",
                            row ->
                                    new Machine(
                                            Head.of(row, "name"),
                                            row.textOrNull("description"),
                                            row.textOrNull("user_id"),
                                            row.textOrNull("user_name"),
                                            row.textOrNull("team_id"),
                                            row.textOrNull("team_name")),
                            machine ->
                                    List.of(
                                            Column.of("name", machine.head().name()),
                                            Column.of("description", machine.description()),
                                            Column.of("user_id", machine.userId()),
                                            Column.of("team_id", machine.teamId())))
                    .selecting(RowStore.SERVICES);

    private final Kind<Machine> about =
            new Kind<>("service", "services", rows, SHAPE, Access.MEMBER, Access.any(Right.ADMIN));

    public MachineResource(TeamResource teams, UserResource users) {
        this.teams = teams;
        this.users = users;
    }

    @Override
    public Kind<Machine> about() {
        return about;
    }

    @Override
    public Machine read(Edit edit, Fields fields, @Nullable Machine current) {
        String name = fields.name("name");
        String description = fields.textOrNull("description");
        Optional<User> user =
                fields.optionalName("user")
                        .map(reference ->
                                users.rows()
                                        .find(edit.sql(), edit.organizationId(), reference)
                                        .orElseThrow(() ->
                                                fields.wrong(
                                                        "user",
                                                        "names no user: '" + reference + "'.")));
        Optional<Team> team = teams.reference(edit, fields);
        fields.done();
        return new Machine(
                current == null ? edit.newHead("svc", name) : current.head().renamed(name),
                description,
                user.map(u -> u.head().id()).orElse(null),
                user.map(u -> u.head().name()).orElse(null),
                team.map(t -> t.head().id()).orElse(null),
                team.map(t -> t.head().name()).orElse(null));
    }

    @Override
    public ObjectNode spec(Sql sql, Machine item) {
        return spec(item, item.userName(), item.teamName());
    }

    private static ObjectNode spec(Machine item, @Nullable String user, @Nullable String team) {
        ObjectNode node = Json.object();
        node.put("name", item.head().name());
        Json.putIfPresent(node, "description", item.description());
        Json.putIfPresent(node, "user", user);
        Json.putIfPresent(node, "team", team);
        return node;
    }

    @Override
    public ObjectNode show(Machine item) {
        ObjectNode node = Json.object();
        node.put("id", item.head().id());
        node.setAll(spec(item, item.userId(), item.teamId()));
        node.put("owned_by_file", item.head().ownedByFile());
        node.put("created_at", Json.time(item.head().createdAt()));
        return node;
    }

    @Override
    public Machine withHead(Machine item, Head head) {
        return new Machine(
                head,
                item.description(),
                item.userId(),
                item.userName(),
                item.teamId(),
                item.teamName());
    }

    @Override
    public Optional<String> heldBy(Sql sql, Machine item) {
        return references.toOwner(
                sql, item.head().organizationId(), "service:" + item.head().name());
    }

    @Override
    public boolean referredToByName() {
        return true;
    }
}
