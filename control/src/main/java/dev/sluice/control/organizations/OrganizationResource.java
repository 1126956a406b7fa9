package dev.sluice.control.organizations;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.config.Column;
import dev.sluice.control.config.Edit;
import dev.sluice.control.config.Head;
import dev.sluice.control.config.Kind;
import dev.sluice.control.config.PriceRule;
import dev.sluice.control.config.Resource;
import dev.sluice.control.config.RowStore;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.Shape;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// How organizations are read, kept and shown. Billing terms need `billing.manage`, the rest
/// `admin`; currency and sandbox never change; only the installation makes and deletes one.
public final class OrganizationResource implements Resource<Organization> {

    /// The name of the organization that a fresh installation has.
    public static final String DEFAULT_NAME = "default";

    private static final Shape BILLING =
            Shape.object("Billing")
                    .word("mode", "when it pays", "prepaid", "postpaid")
                    .decimal("credit_limit", "how far a postpaid balance may go below zero")
                    .optional("credit_limit");
    private static final Shape SHAPE =
            Shape.object("Organization")
                    .text("id", "org_…")
                    .text("name", "unique in the installation")
                    .text("time_zone", "of days and months, such as Europe/Berlin; default UTC")
                    .text("currency", "of the account, ISO 4217; default USD; fixed")
                    .nested("billing", BILLING, "default prepaid")
                    .nested(PriceRule.FIELD, PriceRule.shape(), "default 1")
                    .flag("sandbox", "for demonstrations and drills; fixed")
                    .flag("owned_by_file", "read-only here")
                    .time("created_at", "when it was made")
                    .readOnly("id", "owned_by_file", "created_at")
                    .optional(PriceRule.FIELD)
                    .require("name");

    private final RowStore<Organization> rows =
            new RowStore<>(
                            "organization",
                            "name",
                            OrganizationResource::organization,
                            OrganizationResource::columns)
                    .selecting(RowStore.ORGANIZATIONS);

    private final Kind<Organization> about =
            new Kind<>(
                    "organization",
                    "organizations",
                    rows,
                    SHAPE,
                    Access.organizations(Set.of()),
                    Access.organizations(EnumSet.of(Right.ADMIN, Right.BILLING_MANAGE)));
    private final OrganizationStore store = new OrganizationStore();

    @Override
    public Kind<Organization> about() {
        return about;
    }

    @Override
    public Organization read(Edit edit, Fields fields, @Nullable Organization current) {
        String name = fields.name("name");
        ZoneId zone = zone(fields, "time_zone").orElse(ZoneId.of("UTC"));
        String currency = fields.optionalText("currency").orElse("USD");
        if (!currency.equals("USD")) {
            throw fields.wrong("currency", "can only be USD until exchange rates are supported.");
        }
        boolean sandbox = fields.flag("sandbox", current != null && current.sandbox());
        if (current != null && sandbox != current.sandbox()) {
            throw fields.wrong("sandbox", "never changes: make another organization.");
        }
        Optional<Fields> billing = fields.object("billing");
        boolean postpaid =
                billing.flatMap(b -> b.word("mode", Set.of("prepaid", "postpaid")))
                        .filter("postpaid"::equals)
                        .isPresent();
        BigDecimal creditLimit =
                billing.flatMap(b -> b.amount("credit_limit")).orElse(BigDecimal.ZERO);
        if (!postpaid && creditLimit.signum() != 0) {
            throw billing.orElseThrow().wrong("credit_limit", "needs mode postpaid.");
        }
        billing.ifPresent(Fields::done);
        BigDecimal multiply = PriceRule.read(fields);
        fields.done();
        // a new organization belongs to itself, whoever makes it
        Head head = current == null ? newHead(edit, name) : current.head().renamed(name);
        Organization item =
                new Organization(head, zone, currency, postpaid, creditLimit, multiply, sandbox);
        requireRights(edit, item, current);
        return item;
    }

    private static Head newHead(Edit edit, String name) {
        String id = edit.ids().next("org");
        return new Head(id, id, name, edit.fromFile(), 1, edit.now());
    }

    /// A time zone of the IANA database.
    public static Optional<ZoneId> zone(Fields fields, String name) {
        return fields.optionalText(name)
                .map(text -> {
                    try {
                        ZoneId zone = ZoneId.of(text);
                        if (text.equals("UTC") || ZoneId.getAvailableZoneIds().contains(text)) {
                            return zone;
                        }
                    } catch (DateTimeException _) {
                        // answered below
                    }
                    throw fields.wrong(name, "must be a time zone such as Europe/Berlin.");
                });
    }

    private static void requireRights(
            Edit edit, Organization item, @Nullable Organization current) {
        if (current == null) {
            return;
        }
        boolean billing =
                item.postpaid() != current.postpaid()
                        || item.creditLimit().compareTo(current.creditLimit()) != 0
                        || !Objects.equals(
                                Json.decimal(item.multiply()), Json.decimal(current.multiply()));
        if (billing && !edit.actor().may(Right.BILLING_MANAGE)) {
            throw edit.denied("Billing terms and price rules need billing.manage.").asException();
        }
        boolean rest =
                !item.zone().equals(current.zone())
                        || !item.head().name().equals(current.head().name());
        if (rest && !edit.actor().may(Right.ADMIN)) {
            throw edit.denied("Name and time zone of the organization need admin.").asException();
        }
    }

    @Override
    public ObjectNode spec(Sql sql, Organization item) {
        return spec(item);
    }

    private static ObjectNode spec(Organization item) {
        ObjectNode node = Json.object();
        node.put("name", item.head().name());
        node.put("time_zone", item.zone().getId());
        node.put("currency", item.currency());
        ObjectNode billing = node.putObject("billing");
        billing.put("mode", item.postpaid() ? "postpaid" : "prepaid");
        if (item.postpaid()) {
            billing.put("credit_limit", Json.decimal(item.creditLimit()));
        }
        PriceRule.write(node, item.multiply());
        if (item.sandbox()) {
            node.put("sandbox", true);
        }
        return node;
    }

    @Override
    public ObjectNode show(Organization item) {
        ObjectNode node = Json.object();
        node.put("id", item.head().id());
        node.setAll(spec(item));
        node.put("sandbox", item.sandbox());
        node.put("owned_by_file", item.head().ownedByFile());
        node.put("created_at", Json.time(item.head().createdAt()));
        return node;
    }

    @Override
    public Organization withHead(Organization item, Head head) {
        return new Organization(
                head,
                item.zone(),
                item.currency(),
                item.postpaid(),
                item.creditLimit(),
                item.multiply(),
                item.sandbox());
    }

    @Override
    public Optional<String> heldBy(Sql sql, Organization item) {
        return store.holds(sql, item.head().id())
                ? Optional.of("it still has objects or entries")
                : Optional.empty();
    }

    private static Organization organization(Row row) {
        return new Organization(
                Head.of(row, "name"),
                ZoneId.of(row.text("time_zone")),
                row.text("currency"),
                row.text("billing_mode").equals("postpaid"),
                row.decimal("credit_limit"),
                row.decimalOrNull("multiply"),
                row.bool("sandbox"));
    }

    private static List<Column> columns(Organization item) {
        return List.of(
                Column.of("name", item.head().name()),
                Column.of("time_zone", item.zone().getId()),
                Column.of("currency", item.currency()),
                Column.of("billing_mode", item.postpaid() ? "postpaid" : "prepaid"),
                Column.of("credit_limit", item.creditLimit()),
                Column.of("multiply", item.multiply()),
                Column.of("sandbox", item.sandbox()));
    }
}
