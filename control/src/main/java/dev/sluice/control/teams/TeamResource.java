package dev.sluice.control.teams;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.config.Column;
import dev.sluice.control.config.Edit;
import dev.sluice.control.config.Head;
import dev.sluice.control.config.Kind;
import dev.sluice.control.config.PriceRule;
import dev.sluice.control.config.ReferenceStore;
import dev.sluice.control.config.Resource;
import dev.sluice.control.config.RowStore;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.Shape;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// How teams are read, kept and shown.
public final class TeamResource implements Resource<Team> {

    private static final Shape SHAPE =
            Shape.object("Team")
                    .text("id", "team_…")
                    .text("name", "unique in the organization")
                    .text("budget_owner", "who answers for its money")
                    .nested(PriceRule.FIELD, PriceRule.shape(), "needs billing.manage")
                    .flag("owned_by_file", "read-only here")
                    .time("created_at", "when it was made")
                    .readOnly("id", "owned_by_file", "created_at")
                    .optional("budget_owner", PriceRule.FIELD)
                    .require("name");

    private final ReferenceStore references = new ReferenceStore();
    private final RowStore<Team> rows =
            new RowStore<>(
                    "team",
                    "name",
                    row ->
                            new Team(
                                    Head.of(row, "name"),
                                    row.textOrNull("budget_owner"),
                                    row.decimalOrNull("multiply")),
                    team ->
                            List.of(
                                    Column.of("name", team.head().name()),
                                    Column.of("budget_owner", team.budgetOwner()),
                                    Column.of("multiply", team.multiply())));

    private final Kind<Team> about =
            new Kind<>("team", "teams", rows, SHAPE, Access.MEMBER, Access.any(Right.ADMIN));

    @Override
    public Kind<Team> about() {
        return about;
    }

    @Override
    public Team read(Edit edit, Fields fields, @Nullable Team current) {
        String name = fields.name("name");
        String budgetOwner = fields.textOrNull("budget_owner");
        BigDecimal multiply = PriceRule.read(fields);
        fields.done();
        @Nullable BigDecimal before = current == null ? null : current.multiply();
        if (!Objects.equals(Json.decimal(multiply), Json.decimal(before))
                && !edit.actor().may(Right.BILLING_MANAGE)) {
            throw edit.denied("Price rules need billing.manage.").asException();
        }
        Head head = current == null ? edit.newHead("team", name) : current.head().renamed(name);
        return new Team(head, budgetOwner, multiply);
    }

    /// The team that the field `team` names, by id or name.
    public Optional<Team> reference(Edit edit, Fields fields) {
        return fields.optionalName("team")
                .map(reference ->
                        rows.find(edit.sql(), edit.organizationId(), reference)
                                .orElseThrow(() ->
                                        fields.wrong(
                                                "team",
                                                "names no team: '"
                                                        + reference
                                                        + (edit.fromFile()
                                                                ? "'. List it under 'teams' of"
                                                                        + " the file."
                                                                : "'. Create it first: POST"
                                                                        + " /admin/v1/teams."))));
    }

    @Override
    public ObjectNode spec(Sql sql, Team item) {
        return spec(item);
    }

    private static ObjectNode spec(Team item) {
        ObjectNode node = Json.object();
        node.put("name", item.head().name());
        if (item.budgetOwner() != null) {
            node.put("budget_owner", item.budgetOwner());
        }
        PriceRule.write(node, item.multiply());
        return node;
    }

    @Override
    public ObjectNode show(Team item) {
        ObjectNode node = Json.object();
        node.put("id", item.head().id());
        node.setAll(spec(item));
        node.put("owned_by_file", item.head().ownedByFile());
        node.put("created_at", Json.time(item.head().createdAt()));
        return node;
    }

    @Override
    public Team withHead(Team item, Head head) {
        return new Team(head, item.budgetOwner(), item.multiply());
    }

    @Override
    public Optional<String> heldBy(Sql sql, Team item) {
        return references.toTeam(sql, item.head().organizationId(), item.head().id());
    }
}
