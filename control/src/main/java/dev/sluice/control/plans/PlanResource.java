package dev.sluice.control.plans;

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
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// How plans are read, kept and shown.
public final class PlanResource implements Resource<Plan> {

    private static final Shape SHAPE =
            Shape.object("Plan")
                    .text("id", "plan_…")
                    .text("name", "unique in the organization")
                    .nested(PriceRule.FIELD, PriceRule.shape(), "wins over the organization's")
                    .flag("owned_by_file", "read-only here")
                    .time("created_at", "when it was made")
                    .readOnly("id", "owned_by_file", "created_at")
                    .optional(PriceRule.FIELD)
                    .require("name");

    private final ReferenceStore references = new ReferenceStore();
    private final RowStore<Plan> rows =
            new RowStore<>(
                    "plan",
                    "name",
                    row -> new Plan(Head.of(row, "name"), row.decimalOrNull("multiply")),
                    plan ->
                            List.of(
                                    Column.of("name", plan.head().name()),
                                    Column.of("multiply", plan.multiply())));

    private final Kind<Plan> about =
            new Kind<>(
                    "plan", "plans", rows, SHAPE, Access.MEMBER, Access.any(Right.BILLING_MANAGE));

    @Override
    public Kind<Plan> about() {
        return about;
    }

    @Override
    public Plan read(Edit edit, Fields fields, @Nullable Plan current) {
        String name = fields.name("name");
        BigDecimal multiply = PriceRule.read(fields);
        fields.done();
        return new Plan(
                current == null ? edit.newHead("plan", name) : current.head().renamed(name),
                multiply);
    }

    @Override
    public ObjectNode spec(Sql sql, Plan item) {
        return spec(item);
    }

    private static ObjectNode spec(Plan item) {
        ObjectNode node = Json.object();
        node.put("name", item.head().name());
        PriceRule.write(node, item.multiply());
        return node;
    }

    @Override
    public ObjectNode show(Plan item) {
        ObjectNode node = Json.object();
        node.put("id", item.head().id());
        node.setAll(spec(item));
        node.put("owned_by_file", item.head().ownedByFile());
        node.put("created_at", Json.time(item.head().createdAt()));
        return node;
    }

    @Override
    public Plan withHead(Plan item, Head head) {
        return new Plan(head, item.multiply());
    }

    @Override
    public Optional<String> heldBy(Sql sql, Plan item) {
        return references.toPlan(sql, item.head().organizationId(), item.head().name());
    }

    @Override
    public boolean referredToByName() {
        return true;
    }
}
