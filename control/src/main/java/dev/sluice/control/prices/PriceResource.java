package dev.sluice.control.prices;

import dev.sluice.catalog.Price;
import dev.sluice.catalog.PriceBook;
import dev.sluice.catalog.PriceJson;
import dev.sluice.catalog.ProviderEntry;
import dev.sluice.catalog.Providers;
import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.config.Column;
import dev.sluice.control.config.Edit;
import dev.sluice.control.config.Head;
import dev.sluice.control.config.Kind;
import dev.sluice.control.config.Resource;
import dev.sluice.control.config.RowStore;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Shape;
import dev.sluice.control.models.ModelResource;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// How own prices are read, kept and shown. Rows are versions: a correction is a newer row, only
/// one that is not yet in force may be withdrawn.
public final class PriceResource implements Resource<OwnPrice> {

    private static final Shape SHAPE =
            Shape.object("Price")
                    .text("id", "prc_…; the price version on usage rows")
                    .text("provider", "id of the catalogue")
                    .text("model", "the provider's name of it, or the public name")
                    .any("price", "price keys, tiers, by; US dollars")
                    .text("source", "where the figures come from")
                    .time("effective_at", "from when it holds; default now, never in the past")
                    .flag("shared", "for every organization; set by the installation")
                    .text("version", "what usage rows name: the imported book's, else the id")
                    .flag("owned_by_file", "read-only here")
                    .time("created_at", "when it was made")
                    .readOnly("id", "version", "owned_by_file", "created_at")
                    .optional("source")
                    .require("provider", "model", "price");

    private final RowStore<OwnPrice> rows =
            new RowStore<>("price_row", "id", PriceResource::price, PriceResource::columns)
                    .withShared();

    private final Kind<OwnPrice> about =
            new Kind<>(
                    "price",
                    "prices",
                    rows,
                    SHAPE,
                    Access.MEMBER,
                    Access.any(Right.BILLING_MANAGE));

    private final Providers providers;

    /// Rows name providers of the catalogue.
    public PriceResource(Providers providers) {
        this.providers = providers;
    }

    @Override
    public RouteDoc listDoc() {
        return Resource.super
                .listDoc()
                .query("provider", "only this provider")
                .query("model", "only this model");
    }

    @Override
    public RowStore.Filter filter(ManagementCall call) {
        RowStore.Filter filter = RowStore.Filter.NONE;
        Optional<String> provider = call.request().query("provider");
        if (provider.isPresent()) {
            String id =
                    providers.find(provider.get()).map(ProviderEntry::id).orElse(provider.get());
            filter = filter.equal("provider", id);
        }
        Optional<String> model = call.request().query("model");
        return model.isPresent() ? filter.equal("model", model.get()) : filter;
    }

    @Override
    public Kind<OwnPrice> about() {
        return about;
    }

    @Override
    public OwnPrice read(Edit edit, Fields fields, @Nullable OwnPrice current) {
        String name = fields.name("provider");
        ProviderEntry provider =
                providers
                        .find(name)
                        .orElseThrow(() ->
                                fields.wrong(
                                        "provider",
                                        "names no provider of the catalogue: '" + name + "'."));
        String model = fields.name("model");
        Price price =
                ModelResource.price(fields)
                        .orElseThrow(() -> fields.wrong("price", "is required."));
        String source = fields.textOrNull("source");
        Instant effective = fields.timeOrNull("effective_at");
        if (effective != null && effective.isBefore(edit.now())) {
            throw fields.wrong(
                    "effective_at", "lies in the past: calls keep the price they were made at.");
        }
        boolean shared = fields.flag("shared", false);
        if (shared && !edit.byInstallation()) {
            throw edit.denied("Only the installation shares prices.").asException();
        }
        fields.done();
        Head head = edit.newHead("prc", "");
        return new OwnPrice(
                head.renamed(head.id()),
                provider.id(),
                model,
                price,
                source,
                (effective == null ? edit.now() : effective).truncatedTo(ChronoUnit.MICROS),
                shared,
                null);
    }

    @Override
    public void delete(Edit edit, OwnPrice item) {
        if (!item.effectiveAt().isAfter(edit.now())) {
            throw Fault.of(
                            FaultCode.CONFLICT,
                            "This price is in force and calls were made at it: prices are"
                                    + " append-only. Post a newer row instead.")
                    .asException();
        }
        rows.delete(edit.sql(), item);
    }

    @Override
    public ObjectNode spec(Sql sql, OwnPrice item) {
        return spec(item);
    }

    private static ObjectNode spec(OwnPrice item) {
        ObjectNode node = Json.object();
        node.put("provider", item.provider());
        node.put("model", item.model());
        node.set("price", PriceJson.write(item.price()));
        Json.putIfPresent(node, "source", item.source());
        node.put("effective_at", Json.time(item.effectiveAt()));
        if (item.shared()) {
            node.put("shared", true);
        }
        return node;
    }

    @Override
    public ObjectNode show(OwnPrice item) {
        ObjectNode node = Json.object();
        node.put("id", item.head().id());
        node.setAll(spec(item));
        node.put("version", item.version());
        node.put("shared", item.shared());
        node.put("owned_by_file", item.head().ownedByFile());
        node.put("created_at", Json.time(item.head().createdAt()));
        return node;
    }

    @Override
    public OwnPrice withHead(OwnPrice item, Head head) {
        return new OwnPrice(
                head,
                item.provider(),
                item.model(),
                item.price(),
                item.source(),
                item.effectiveAt(),
                item.shared(),
                item.imported());
    }

    private static OwnPrice price(Row row) {
        return new OwnPrice(
                Head.of(row, "id"),
                row.text("provider"),
                row.text("model"),
                PriceJson.parse(Json.parse(row.text("price")), "price"),
                row.textOrNull("source"),
                row.instant("effective_at"),
                row.bool("shared"),
                imported(row));
    }

    private static OwnPrice.@Nullable Imported imported(Row row) {
        String listing = row.textOrNull("listing");
        return listing == null
                ? null
                : new OwnPrice.Imported(
                        PriceBook.readRow(row.text("provider"), listing), row.text("version"));
    }

    private static List<Column> columns(OwnPrice item) {
        return List.of(
                Column.of("provider", item.provider()),
                Column.of("model", item.model()),
                Column.json("price", Json.text(PriceJson.write(item.price()))),
                Column.of("source", item.source()),
                Column.of("effective_at", item.effectiveAt()),
                Column.of("shared", item.shared()));
    }
}
