package dev.sluice.catalog;

import dev.sluice.domain.Decimals;
import dev.sluice.domain.MeterKind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reads and writes prices in the shape that docs/concepts/prices.md gives them:
/// `{"input_per_mtok":"0.25","tiers":[{"above_input_tokens":200000,…}],"by":[{…}]}`.
///
/// Decimals are strings; a JSON number is accepted when its text was kept exactly. A number that
/// has been through binary floating point is refused. Unknown keys are errors that name the field.
public final class PriceJson {

    private static final String ABOVE = "above_input_tokens";

    private PriceJson() {}

    /// Throws [PriceFormatException] naming the field, below `path`.
    public static Price parse(JsonNode node, String path) {
        requireObject(node, path);
        Map<MeterKind, BigDecimal> rates = new EnumMap<>(MeterKind.class);
        List<Price.Tier> tiers = List.of();
        List<Price.By> by = List.of();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String field = join(path, entry.getKey());
            switch (entry.getKey()) {
                case "tiers" -> tiers = tiers(entry.getValue(), field);
                case "by" -> by = byRows(entry.getValue(), field);
                default -> rates.put(meter(entry.getKey(), field), rate(entry.getValue(), field));
            }
        }
        try {
            return new Price(new Rates(rates), tiers, by);
        } catch (IllegalArgumentException e) {
            throw new PriceFormatException(path, message(e));
        }
    }

    public static ObjectNode write(Price price) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        writeRates(node, price.base());
        writeTiers(node, price.tiers());
        if (!price.by().isEmpty()) {
            ArrayNode rows = node.putArray("by");
            for (Price.By row : price.by()) {
                ObjectNode written = rows.addObject();
                row.conditions().forEach((key, value) -> written.put(key.key(), value));
                writeRates(written, row.rates());
                writeTiers(written, row.tiers());
            }
        }
        return node;
    }

    private static void writeRates(ObjectNode node, Rates rates) {
        rates.byMeter()
                .forEach((meter, rate) -> node.put(meter.priceKey(), Decimals.canonical(rate)));
    }

    private static void writeTiers(ObjectNode node, List<Price.Tier> tiers) {
        if (tiers.isEmpty()) {
            return;
        }
        ArrayNode array = node.putArray("tiers");
        for (Price.Tier tier : tiers) {
            ObjectNode written = array.addObject().put(ABOVE, tier.aboveInputTokens());
            writeRates(written, tier.rates());
        }
    }

    private static List<Price.Tier> tiers(JsonNode node, String path) {
        List<Price.Tier> tiers = new ArrayList<>();
        for (Indexed item : items(node, path)) {
            Map<MeterKind, BigDecimal> rates = new EnumMap<>(MeterKind.class);
            long above = -1;
            for (Map.Entry<String, JsonNode> entry : item.node.properties()) {
                String field = join(item.path, entry.getKey());
                if (entry.getKey().equals(ABOVE)) {
                    above = threshold(entry.getValue(), field);
                } else {
                    rates.put(meter(entry.getKey(), field), rate(entry.getValue(), field));
                }
            }
            if (above < 0) {
                throw new PriceFormatException(join(item.path, ABOVE), "is missing");
            }
            tiers.add(new Price.Tier(above, new Rates(rates)));
        }
        return tiers;
    }

    private static List<Price.By> byRows(JsonNode node, String path) {
        List<Price.By> rows = new ArrayList<>();
        for (Indexed item : items(node, path)) {
            Map<Dimension, String> conditions = new EnumMap<>(Dimension.class);
            Map<MeterKind, BigDecimal> rates = new EnumMap<>(MeterKind.class);
            List<Price.Tier> tiers = List.of();
            for (Map.Entry<String, JsonNode> entry : item.node.properties()) {
                String field = join(item.path, entry.getKey());
                Optional<Dimension> dimension = Dimension.ofKey(entry.getKey());
                if (dimension.isPresent()) {
                    conditions.put(dimension.get(), condition(entry.getValue(), field));
                } else if (entry.getKey().equals("tiers")) {
                    tiers = tiers(entry.getValue(), field);
                } else {
                    rates.put(meter(entry.getKey(), field), rate(entry.getValue(), field));
                }
            }
            try {
                rows.add(new Price.By(conditions, new Rates(rates), tiers));
            } catch (IllegalArgumentException e) {
                throw new PriceFormatException(item.path, message(e));
            }
        }
        return rows;
    }

    private static MeterKind meter(String key, String field) {
        return MeterKind.ofPriceKey(key)
                .orElseThrow(() ->
                        new PriceFormatException(
                                field,
                                "is not a known price key; there are "
                                        + Arrays.stream(MeterKind.values())
                                                .map(MeterKind::priceKey)
                                                .collect(Collectors.joining(", "))
                                        + ", tiers, by"));
    }

    private static String condition(JsonNode value, String field) {
        if (!value.isString() || value.stringValue().isBlank()) {
            throw new PriceFormatException(field, "must be a string");
        }
        return value.stringValue().strip().toLowerCase(Locale.ROOT);
    }

    private static long threshold(JsonNode value, String field) {
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw new PriceFormatException(field, "must be a whole number from 0");
        }
        return value.longValue();
    }

    private static BigDecimal rate(JsonNode value, String field) {
        BigDecimal rate = decimal(value, field);
        if (rate.signum() < 0) {
            throw new PriceFormatException(field, "must not be negative");
        }
        return rate;
    }

    private static BigDecimal decimal(JsonNode value, String field) {
        if (value.isFloat() || value.isDouble()) {
            throw new PriceFormatException(
                    field, "went through floating point; write it as a string such as \"0.25\"");
        }
        try {
            if (value.isString()) {
                return Decimals.parse(value.stringValue());
            }
            if (value.isNumber()) {
                return Decimals.parse(value.decimalValue().toPlainString());
            }
        } catch (NumberFormatException e) {
            throw new PriceFormatException(field, message(e));
        }
        throw new PriceFormatException(field, "must be a decimal string such as \"0.25\"");
    }

    private record Indexed(JsonNode node, String path) {}

    private static List<Indexed> items(JsonNode node, String path) {
        if (!node.isArray()) {
            throw new PriceFormatException(path, "must be a list");
        }
        List<Indexed> items = new ArrayList<>();
        for (JsonNode item : node) {
            String itemPath = path + "[" + items.size() + "]";
            requireObject(item, itemPath);
            items.add(new Indexed(item, itemPath));
        }
        return items;
    }

    private static void requireObject(JsonNode node, String path) {
        if (!node.isObject()) {
            throw new PriceFormatException(path, "must be an object");
        }
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String message(Exception e) {
        return String.valueOf(e.getMessage());
    }
}
