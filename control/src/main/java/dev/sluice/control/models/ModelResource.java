package dev.sluice.control.models;

import dev.sluice.catalog.Price;
import dev.sluice.catalog.PriceFormatException;
import dev.sluice.catalog.PriceJson;
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
import dev.sluice.control.upstreams.UpstreamAccount;
import dev.sluice.control.upstreams.UpstreamResource;
import dev.sluice.domain.Fault;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How models are read, kept and shown. A model without a price is accepted, and says so: its calls
/// are refused until it has one.
public final class ModelResource implements Resource<PublicModel> {

    private static final Set<String> STRATEGIES = Set.of("priority", "weighted");
    private static final Set<String> LATER_STRATEGIES =
            Set.of("least_in_flight", "lowest_latency", "lowest_cost", "sticky");
    private static final long MAX_TOKENS = 100_000_000;

    private static final Shape TARGET =
            Shape.object("Target")
                    .text("upstream", "name or id; answers give the name")
                    .text("model", "the upstream's name of it; default: the public name")
                    .whole("priority", "lower is tried first; default 1")
                    .whole("weight", "share among equal priorities; default 100");
    private static final Shape SHAPE =
            Shape.object("Model")
                    .text("id", "mdl_…")
                    .text("name", "the public name, unique in the organization")
                    .listOf("targets", TARGET, "where its calls may go")
                    .word("strategy", "default priority", "priority", "weighted")
                    .any("price", "its own price (price keys, tiers, by), over the price book")
                    .whole("max_output_tokens", "the route's limit per choice")
                    .whole("context_window", "tokens, where the book does not know")
                    .flag("priced", "whether calls can be priced at every target")
                    .text("unpriced_reason", "why not")
                    .texts("modes", "what it is for, as prices tell: chat, image_generation, …")
                    .flag("owned_by_file", "read-only here")
                    .time("created_at", "when it was made")
                    .readOnly(
                            "id",
                            "priced",
                            "unpriced_reason",
                            "modes",
                            "owned_by_file",
                            "created_at")
                    .optional("price", "max_output_tokens", "context_window", "unpriced_reason")
                    .require("name", "targets");

    private final UpstreamResource upstreams;
    private final ModelPrices prices;
    private final TargetStore targets = new TargetStore();
    private final ReferenceStore references = new ReferenceStore();
    private final RowStore<PublicModel> rows =
            new RowStore<>("model", "name", ModelResource::model, ModelResource::columns)
                    .selecting(RowStore.MODELS);

    private final Kind<PublicModel> about =
            new Kind<>("model", "models", rows, SHAPE, Access.MEMBER, Access.any(Right.ADMIN));

    /// Models over the given upstreams.
    public ModelResource(UpstreamResource upstreams, ModelPrices prices) {
        this.upstreams = upstreams;
        this.prices = prices;
    }

    @Override
    public Kind<PublicModel> about() {
        return about;
    }

    @Override
    public PublicModel read(Edit edit, Fields fields, @Nullable PublicModel current) {
        String name = fields.name("name");
        fields.notYet("fallbacks");
        Optional<String> strategy = fields.optionalText("strategy");
        if (strategy.filter(LATER_STRATEGIES::contains).isPresent()) {
            throw fields.wrong("strategy", strategy.get() + " is not supported yet.");
        }
        boolean weighted =
                fields.word("strategy", STRATEGIES).filter("weighted"::equals).isPresent();
        List<PublicModel.Target> read = new ArrayList<>();
        for (Fields target : fields.objects("targets")) {
            read.add(target(edit, target, name));
        }
        if (read.isEmpty()) {
            throw fields.wrong("targets", "must name at least one target.");
        }
        Price price = price(fields).orElse(null);
        Long maxOutput = fields.whole("max_output_tokens", 1, MAX_TOKENS).orElse(null);
        Long window = fields.whole("context_window", 1, MAX_TOKENS).orElse(null);
        fields.done();
        return new PublicModel(
                current == null ? edit.newHead("mdl", name) : current.head().renamed(name),
                List.copyOf(read),
                weighted,
                price,
                maxOutput,
                window);
    }

    private PublicModel.Target target(Edit edit, Fields fields, String publicName) {
        String reference = fields.name("upstream");
        UpstreamAccount upstream =
                upstreams
                        .rows()
                        .find(edit.sql(), edit.organizationId(), reference)
                        .orElseThrow(() ->
                                fields.wrong(
                                        "upstream", "names no upstream: '" + reference + "'."));
        PublicModel.Target target =
                new PublicModel.Target(
                        upstream.head().id(),
                        upstream.head().name(),
                        upstream.provider(),
                        fields.optionalName("model").orElse(publicName),
                        fields.whole("priority", 1, 1_000).orElse(1L).intValue(),
                        fields.whole("weight", 1, 1_000_000).orElse(100L).intValue());
        fields.done();
        return target;
    }

    /// The field `price`; what is wrong with it is a 400 that names the field inside.
    public static Optional<Price> price(Fields fields) {
        Optional<JsonNode> given = fields.get("price");
        if (given.isEmpty()) {
            return Optional.empty();
        }
        String path = fields.path("price");
        try {
            Price price = PriceJson.parse(given.get(), path);
            if (price.isEmpty()) {
                throw fields.wrong("price", "has no rate.");
            }
            return Optional.of(price);
        } catch (PriceFormatException e) {
            throw Fault.invalid("'" + e.field() + "' " + e.problem() + ".", e.field())
                    .asException();
        }
    }

    @Override
    public Optional<ObjectNode> insert(Edit edit, PublicModel item) {
        rows.insert(edit.sql(), item);
        targets.replace(edit.sql(), item);
        return Optional.empty();
    }

    @Override
    public void update(Edit edit, PublicModel item) {
        rows.update(edit.sql(), item);
        targets.replace(edit.sql(), item);
    }

    @Override
    public ObjectNode spec(Sql sql, PublicModel item) {
        return spec(item);
    }

    private static ObjectNode spec(PublicModel item) {
        ObjectNode node = Json.object();
        node.put("name", item.head().name());
        ArrayNode list = node.putArray("targets");
        for (PublicModel.Target target : item.targets()) {
            list.addObject()
                    .put("upstream", target.upstream())
                    .put("model", target.model())
                    .put("priority", target.priority())
                    .put("weight", target.weight());
        }
        node.put("strategy", item.weighted() ? "weighted" : "priority");
        if (item.price() != null) {
            node.set("price", PriceJson.write(item.price()));
        }
        if (item.maxOutputTokens() != null) {
            node.put("max_output_tokens", item.maxOutputTokens());
        }
        if (item.contextWindow() != null) {
            node.put("context_window", item.contextWindow());
        }
        return node;
    }

    @Override
    public ObjectNode show(PublicModel item) {
        ObjectNode node = Json.object();
        node.put("id", item.head().id());
        node.setAll(spec(item));
        Optional<String> why = prices.unpriced(item);
        node.put("priced", why.isEmpty());
        why.ifPresent(reason -> node.put("unpriced_reason", reason));
        node.set("modes", Json.array(prices.modes(item)));
        node.put("owned_by_file", item.head().ownedByFile());
        node.put("created_at", Json.time(item.head().createdAt()));
        return node;
    }

    @Override
    public PublicModel withHead(PublicModel item, Head head) {
        return new PublicModel(
                head,
                item.targets(),
                item.weighted(),
                item.price(),
                item.maxOutputTokens(),
                item.contextWindow());
    }

    @Override
    public Optional<String> heldBy(Sql sql, PublicModel item) {
        return references.toModel(sql, item.head().organizationId(), item.head().name());
    }

    @Override
    public boolean referredToByName() {
        return true;
    }

    private static PublicModel model(Row row) {
        List<PublicModel.Target> targets = new ArrayList<>();
        for (JsonNode target : Json.parse(row.text("targets"))) {
            targets.add(
                    new PublicModel.Target(
                            target.path("upstream_id").stringValue(),
                            target.path("upstream").stringValue(),
                            target.path("provider").stringValue(),
                            target.path("model").stringValue(),
                            target.path("priority").intValue(),
                            target.path("weight").intValue()));
        }
        String price = row.textOrNull("price");
        return new PublicModel(
                Head.of(row, "name"),
                List.copyOf(targets),
                row.text("strategy").equals("weighted"),
                price == null ? null : PriceJson.parse(Json.parse(price), "price"),
                row.bigintOrNull("max_output_tokens"),
                row.bigintOrNull("context_window"));
    }

    private static List<Column> columns(PublicModel item) {
        Price price = item.price();
        return List.of(
                Column.of("name", item.head().name()),
                Column.of("strategy", item.weighted() ? "weighted" : "priority"),
                Column.json("price", price == null ? null : Json.text(PriceJson.write(price))),
                Column.of("max_output_tokens", item.maxOutputTokens()),
                Column.of("context_window", item.contextWindow()));
    }
}
