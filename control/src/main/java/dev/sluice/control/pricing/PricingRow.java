package dev.sluice.control.pricing;

import dev.sluice.catalog.Bounds;
import dev.sluice.catalog.Price;
import dev.sluice.catalog.PriceJson;
import dev.sluice.catalog.PriceRow;
import dev.sluice.control.availability.ProbeStore;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.Decimals;
import dev.sluice.domain.MeterKind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One row of the public catalogue: the price in its own units, beside the fields by which clients
/// of the new-api shape read it (`quota_type`, `model_ratio`, `completion_ratio`, `model_price`).
final class PricingRow {

    /// The new-api shape counts input prices in multiples of this many dollars per million tokens.
    private static final BigDecimal RATIO_BASE = BigDecimal.valueOf(2);

    private static final int RATIO_DECIMALS = 12;

    /// The source of rows that no provider sells.
    private static final String SIMULATED = "simulated";

    private static final Shape UNIT =
            Shape.object("PricingUnit")
                    .text("unit", "the price key")
                    .text("meter", "what is counted")
                    .text("meaning", "in words")
                    .decimal("price", "null where it depends on the kind of call")
                    .nullable("price");
    private static final Shape AVAILABILITY =
            Shape.object("Availability")
                    .text("label", "from real probes")
                    .text("checked_on", "when, or null")
                    .nullable("checked_on");
    private static final Shape LIMITS =
            Shape.object("ModelLimits")
                    .whole("context_window", "tokens")
                    .whole("max_input_tokens", "tokens")
                    .whole("max_output_tokens", "tokens")
                    .nullable("context_window", "max_input_tokens", "max_output_tokens");

    static final Shape SHAPE =
            Shape.object("PricingRow")
                    .text("model_name", "the provider's name of it")
                    .text("provider", "id of the catalogue")
                    .text("vendor", "who makes it")
                    .whole("vendor_id", "of `vendors`")
                    .text("owner_by", "the vendor, by its name in that shape")
                    .flag("first_party", "whether its maker serves it")
                    .text("mode", "chat, embedding, …")
                    .text("tier", "or null")
                    .word("lifecycle", "by `retires_on`", "active", "retiring", "retired")
                    .text("retires_on", "its last day, or null")
                    .texts("capabilities", "what it can do")
                    .texts("endpoint_families", "by which it is called")
                    .texts("supported_endpoint_types", "of these, those served here")
                    .nested("availability", AVAILABILITY, "whether it was seen to work")
                    .nested("limits", LIMITS, "of one call")
                    .flag("priced", "whether calls can be priced")
                    .text("unpriced_reason", "why not, or null")
                    .text("currency", "of the prices")
                    .listOf("pricing_units", UNIT, "what is charged, unit by unit")
                    .any("native_price", "price keys, tiers, by")
                    .whole("quota_type", "1: by call, 0: by token")
                    .number("model_price", "of a call, where `quota_type` is 1")
                    .number("model_ratio", "input price, relative to that shape's base")
                    .number("completion_ratio", "output price ÷ input price")
                    .number("cache_ratio", "price of cached input ÷ input price, or null")
                    .number("create_cache_ratio", "price of cache writes ÷ input price, or null")
                    .texts("enable_groups", "of that shape")
                    .text("description", "of that shape; always empty")
                    .text("tags", "of that shape: the capabilities, with commas")
                    .text("source", "where the figures come from")
                    .text("source_version", "of the source")
                    .text("checked_on", "when it was looked at")
                    .nullable("tier", "retires_on", "unpriced_reason")
                    .nullable("cache_ratio", "create_cache_ratio");

    private PricingRow() {}

    static ObjectNode of(
            PriceRow row,
            int vendorId,
            EndpointFamilies families,
            LocalDate today,
            ProbeStore.@Nullable Label probed) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        String family = families.ofMode(row.mode());
        node.put("model_name", row.model())
                .put("provider", row.provider())
                .put("vendor", row.vendor())
                .put("vendor_id", vendorId)
                .put("owner_by", row.vendor())
                .put("first_party", row.firstParty())
                .put("mode", row.mode())
                .putNull("tier")
                .put("lifecycle", lifecycle(row, today))
                .put("retires_on", row.retiresOn().map(LocalDate::toString).orElse(null));
        ArrayNode capabilities = node.putArray("capabilities");
        row.capabilities().forEach(capabilities::add);
        node.putArray("endpoint_families").add(family);
        ArrayNode supported = node.putArray("supported_endpoint_types");
        if (families.serves(family)) {
            supported.add(family);
        }
        node.set("availability", availability(row, probed));
        node.set("limits", limits(row.bounds()));
        node.put("priced", row.priced())
                .put("unpriced_reason", row.unpricedReason().orElse(null))
                .put("currency", "USD");
        node.set("pricing_units", units(row.price()));
        node.set("native_price", PriceJson.write(row.price()));
        putRatios(node, row.price());
        node.putArray("enable_groups").add("default");
        node.put("description", "").put("tags", String.join(",", row.capabilities()));
        return node.put("source", row.source())
                .put("source_version", row.sourceVersion())
                .put("checked_on", row.checkedOn().toString());
    }

    private static String lifecycle(PriceRow row, LocalDate today) {
        return row.retiresOn()
                .map(last -> last.isBefore(today) ? "retired" : "retiring")
                .orElse("active");
    }

    /// No row is called available before a probe has called it.
    private static ObjectNode availability(PriceRow row, ProbeStore.@Nullable Label probed) {
        if (probed != null) {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("label", probed.label())
                    .put("checked_on", probed.on().toString());
        }
        boolean simulated = row.source().equals(SIMULATED);
        return JsonNodeFactory.instance
                .objectNode()
                .put("label", simulated ? SIMULATED : "unknown")
                .put("checked_on", simulated ? row.checkedOn().toString() : null);
    }

    private static ObjectNode limits(Bounds bounds) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("context_window", boxed(bounds.contextWindow()));
        node.put("max_input_tokens", boxed(bounds.maxInputTokens()));
        return node.put("max_output_tokens", boxed(bounds.maxOutputTokens()));
    }

    private static @Nullable Long boxed(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    private static ArrayNode units(Price price) {
        ArrayNode units = JsonNodeFactory.instance.arrayNode();
        for (MeterKind meter : MeterKind.values()) {
            if (!price.prices(meter)) {
                continue;
            }
            BigDecimal base = price.base().byMeter().get(meter);
            units.addObject()
                    .put("unit", meter.priceKey())
                    .put("meter", meter.wireName())
                    .put("meaning", MeterWords.of(meter))
                    // null where the price depends on the kind of call: see native_price
                    .put("price", base == null ? null : Decimals.canonical(base));
        }
        return units;
    }

    /// Numbers, as clients of that shape read them; exact decimals, no binary floating point.
    private static void putRatios(ObjectNode node, Price price) {
        BigDecimal input = price.base().byMeter().get(MeterKind.INPUT);
        BigDecimal output = price.base().byMeter().get(MeterKind.OUTPUT);
        BigDecimal perCall = perCall(price);
        boolean byCall = input == null && perCall != null;
        node.put("quota_type", byCall ? 1 : 0);
        node.put("model_price", byCall ? perCall : BigDecimal.ZERO);
        node.put("model_ratio", input == null ? BigDecimal.ZERO : quotient(input, RATIO_BASE));
        BigDecimal completion = relative(output, input);
        node.put("completion_ratio", completion == null ? BigDecimal.ZERO : completion);
        var rates = price.base().byMeter();
        node.put("cache_ratio", relative(rates.get(MeterKind.CACHE_READ), input));
        node.put("create_cache_ratio", relative(rates.get(MeterKind.CACHE_WRITE_5M), input));
    }

    /// Null where either is unknown, or input is free.
    private static @Nullable BigDecimal relative(
            @Nullable BigDecimal price, @Nullable BigDecimal input) {
        return price == null || input == null || input.signum() == 0
                ? null
                : quotient(price, input);
    }

    private static @Nullable BigDecimal perCall(Price price) {
        BigDecimal perImage = price.base().byMeter().get(MeterKind.IMAGES);
        return perImage != null ? perImage : price.base().byMeter().get(MeterKind.REQUESTS);
    }

    private static BigDecimal quotient(BigDecimal dividend, BigDecimal divisor) {
        BigDecimal ratio =
                dividend.divide(divisor, RATIO_DECIMALS, RoundingMode.HALF_EVEN)
                        .stripTrailingZeros();
        return ratio.scale() < 0 ? ratio.setScale(0) : ratio;
    }
}
