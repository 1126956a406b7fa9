package dev.sluice.control.pricing;

import dev.sluice.catalog.CostLine;
import dev.sluice.catalog.PriceRow;
import dev.sluice.catalog.Rated;
import dev.sluice.catalog.Rating;
import dev.sluice.control.access.Access;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.Decimals;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `POST /admin/v1/prices/compare`: what a described workload costs with up to five models, at the
/// book's prices, before any organization's price rule.
public final class CompareRoutes {

    private static final int MAX_MODELS = 5;
    private static final int DECIMALS = 12;

    private static final Shape MODEL =
            Shape.object("ComparedModel")
                    .text("provider", "as in the catalogue")
                    .text("model", "the provider's name of it")
                    .require("provider", "model");
    private static final Shape WORKLOAD =
            Shape.object("Workload")
                    .whole("calls", "how many; default 1")
                    .whole("input_tokens", "of one call, cached ones included")
                    .decimal("cached_share", "of the input tokens, 0 to 1")
                    .whole("output_tokens", "of one call")
                    .whole("reasoning_tokens", "of one call")
                    .whole("images", "made by one call")
                    .decimal("video_seconds", "made by one call")
                    .decimal("audio_minutes", "of one call")
                    .whole("characters", "of one call")
                    .whole("searches", "of one call")
                    .text("quality", "of images")
                    .text("size", "of images")
                    .text("resolution", "of videos")
                    .text("service_tier", "batch, flex, priority, …")
                    .decimal("accepted_share", "of the calls, above 0, at most 1; default 1");
    private static final Shape REQUEST =
            Shape.object("ComparisonRequest")
                    .listOf("models", MODEL, "up to five")
                    .nested("workload", WORKLOAD, "what is to be done")
                    .require("models", "workload");
    private static final Shape LINE =
            Shape.object("ComparisonLine")
                    .text("meter", "what is counted")
                    .whole("quantity", "in one call")
                    .decimal("unit_price", "US dollars per `per` units")
                    .whole("per", "units one price stands for")
                    .decimal("usd", "of one call");
    private static final Shape RESULT =
            Shape.object("ComparisonRow")
                    .text("provider", "as asked")
                    .text("model", "as asked")
                    .flag("known", "whether the book has a price of it")
                    .text("mode", "chat, image_generation, …")
                    .decimal("per_call_usd", "null: nothing of the workload can be priced")
                    .decimal("total_usd", "of all calls")
                    .decimal("per_accepted_usd", "of one accepted result")
                    .listOf("lines", LINE, "of one call")
                    .texts("missing", "meters of the workload that this model has no price for")
                    .text("retires_on", "its last day, or null")
                    .text("source", "where the price comes from")
                    .text("checked_on", "when the source was read")
                    .nullable(
                            "mode",
                            "per_call_usd",
                            "total_usd",
                            "per_accepted_usd",
                            "retires_on",
                            "source",
                            "checked_on");

    private final Supplier<PublicPricing.Installed> prices;

    public CompareRoutes(Supplier<PublicPricing.Installed> prices) {
        this.prices = prices;
    }

    public void register(Router router) {
        router.add(
                "POST",
                "/admin/v1/prices/compare",
                Access.MEMBER,
                RouteDoc.of("prices", "What a described workload costs with up to five models")
                        .takes(REQUEST)
                        .answers(200, Shape.listOf(RESULT)),
                this::compare);
    }

    private ManagementResponse compare(ManagementCall call) {
        Fields fields = Fields.ofBody(call.request());
        List<Fields> models = fields.objects("models");
        if (models.isEmpty() || models.size() > MAX_MODELS) {
            throw fields.wrong("models", "takes one to five models.");
        }
        Workload workload =
                Workload.read(
                        fields.object("workload")
                                .orElseThrow(() -> fields.wrong("workload", "is required.")));
        PublicPricing.Installed installed = prices.get();
        ObjectNode envelope = Json.object().put("object", "list");
        ArrayNode data = envelope.putArray("data");
        for (Fields model : models) {
            String provider = model.text("provider");
            String name = model.text("model");
            model.done();
            data.add(row(provider, name, find(installed, provider, name), workload));
        }
        fields.done();
        return ManagementResponse.ok(envelope.put("has_more", false).putNull("next_cursor"));
    }

    private static @Nullable PriceRow find(
            PublicPricing.Installed installed, String provider, String model) {
        return installed.rows().stream()
                .filter(row -> row.provider().equals(provider) && row.model().equals(model))
                .findFirst()
                .or(() -> installed.book().find(provider, model))
                .filter(PriceRow::priced)
                .orElse(null);
    }

    private static ObjectNode row(
            String provider, String model, @Nullable PriceRow row, Workload workload) {
        ObjectNode node =
                Json.object()
                        .put("provider", provider)
                        .put("model", model)
                        .put("known", row != null)
                        .put("mode", row == null ? null : row.mode());
        Set<MeterKind> missing = EnumSet.noneOf(MeterKind.class);
        if (row == null) {
            missing.addAll(workload.perCall().toMap().keySet());
        }
        Rated.@Nullable Priced rated = row == null ? null : rate(row, workload, missing);
        putCosts(node, rated, workload);
        ArrayNode lines = node.putArray("lines");
        if (rated != null) {
            rated.lines().forEach(line -> lines.add(line(line)));
        }
        node.set("missing", Json.array(missing.stream().map(MeterKind::wireName).toList()));
        return node.put(
                        "retires_on",
                        row == null ? null : row.retiresOn().map(Object::toString).orElse(null))
                .put("source", row == null ? null : row.source())
                .put("checked_on", row == null ? null : row.checkedOn().toString());
    }

    /// Rates what can be rated; the rest is named in `missing` and nothing is taken for free.
    private static Rated.@Nullable Priced rate(
            PriceRow row, Workload workload, Set<MeterKind> missing) {
        Map<MeterKind, Long> rest = new EnumMap<>(MeterKind.class);
        rest.putAll(workload.perCall().toMap());
        while (!rest.isEmpty()) {
            switch (Rating.rate(row.price(), Usage.of(rest), workload.context(), BigDecimal.ONE)) {
                case Rated.Priced priced -> {
                    return priced;
                }
                case Rated.Unpriced unpriced -> {
                    rest.remove(unpriced.meter());
                    missing.add(unpriced.meter());
                }
            }
        }
        return null;
    }

    private static void putCosts(ObjectNode node, Rated.@Nullable Priced rated, Workload workload) {
        if (rated == null) {
            node.putNull("per_call_usd").putNull("total_usd").putNull("per_accepted_usd");
            return;
        }
        BigDecimal perCall = rated.total().toDecimal();
        BigDecimal perAccepted =
                perCall.divide(workload.acceptedShare(), DECIMALS, RoundingMode.HALF_EVEN);
        node.put("per_call_usd", Decimals.canonical(perCall))
                .put(
                        "total_usd",
                        Decimals.canonical(perCall.multiply(BigDecimal.valueOf(workload.calls()))))
                .put("per_accepted_usd", Decimals.canonical(perAccepted));
    }

    private static ObjectNode line(CostLine line) {
        return Json.object()
                .put("meter", line.meter().wireName())
                .put("quantity", line.quantity())
                .put("unit_price", Decimals.canonical(line.unitPrice()))
                .put("per", line.unitsPerPrice())
                .put("usd", Decimals.canonical(line.amount().toDecimal()));
    }
}
