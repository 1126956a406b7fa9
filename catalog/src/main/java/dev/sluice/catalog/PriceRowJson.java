package dev.sluice.catalog;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reads and writes the lines of a price book file: one header per provider, then one line per row.
/// What the header says of source and date holds for every row that does not say otherwise.
final class PriceRowJson {

    /// Numbers keep their exact text; a key that occurs twice is an error.
    static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .build();

    private static final Set<String> HEADER_FIELDS =
            Set.of("provider", "source", "source_version", "checked_on", "licence");
    private static final Set<String> ROW_FIELDS =
            Set.of(
                    "model",
                    "vendor",
                    "mode",
                    "first_party",
                    "price",
                    "context_window",
                    "max_input_tokens",
                    "max_output_tokens",
                    "max_tokens_per_image",
                    "capabilities",
                    "retires_on",
                    "unpriced",
                    "source",
                    "source_version",
                    "checked_on",
                    "licence");

    private PriceRowJson() {}

    /// Facts that hold for the rows below it.
    record Header(
            String provider,
            String source,
            String sourceVersion,
            LocalDate checkedOn,
            String licence) {}

    static JsonNode tree(String line, String path) {
        try {
            JsonNode node = MAPPER.readTree(line);
            if (!node.isObject()) {
                throw new PriceFormatException(path, "must be an object");
            }
            return node;
        } catch (JacksonException e) {
            throw new PriceFormatException(path, "is not JSON: " + e.getOriginalMessage());
        }
    }

    static Header header(JsonNode node, String path) {
        onlyKnown(node, HEADER_FIELDS, path);
        return new Header(
                required(node, "provider", path),
                required(node, "source", path),
                required(node, "source_version", path),
                date(node, "checked_on", path).orElseThrow(() -> missing(path, "checked_on")),
                required(node, "licence", path));
    }

    static PriceRow row(JsonNode node, Header header, String path) {
        onlyKnown(node, ROW_FIELDS, path);
        JsonNode price = node.path("price");
        Optional<String> unpriced = text(node, "unpriced", path);
        if (price.isMissingNode() && unpriced.isEmpty()) {
            throw missing(path, "price");
        }
        Price parsed = price.isMissingNode() ? Price.NONE : PriceJson.parse(price, path + ".price");
        if (parsed.isEmpty() && unpriced.isEmpty()) {
            throw new PriceFormatException(path + ".price", "has no rate");
        }
        return new PriceRow(
                header.provider(),
                required(node, "model", path),
                text(node, "vendor", path).orElse(header.provider()).intern(),
                text(node, "mode", path).orElse("chat").intern(),
                parsed,
                new Bounds(
                        count(node, "context_window", path),
                        count(node, "max_input_tokens", path),
                        count(node, "max_output_tokens", path),
                        count(node, "max_tokens_per_image", path)),
                capabilities(node, path),
                date(node, "retires_on", path),
                text(node, "source", path).orElse(header.source()).intern(),
                text(node, "source_version", path).orElse(header.sourceVersion()).intern(),
                date(node, "checked_on", path).orElse(header.checkedOn()),
                flag(node, "first_party", path),
                unpriced);
    }

    /// The line of a row, complete in itself but for the provider.
    static ObjectNode write(PriceRow row) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("model", row.model()).put("vendor", row.vendor()).put("mode", row.mode());
        if (row.firstParty()) {
            node.put("first_party", true);
        }
        if (!row.price().isEmpty()) {
            node.set("price", PriceJson.write(row.price()));
        }
        put(node, "context_window", row.bounds().contextWindow());
        put(node, "max_input_tokens", row.bounds().maxInputTokens());
        put(node, "max_output_tokens", row.bounds().maxOutputTokens());
        put(node, "max_tokens_per_image", row.bounds().maxTokensPerImage());
        if (!row.capabilities().isEmpty()) {
            ArrayNode names = node.putArray("capabilities");
            row.capabilities().forEach(names::add);
        }
        row.retiresOn().ifPresent(day -> node.put("retires_on", day.toString()));
        row.unpricedReason().ifPresent(reason -> node.put("unpriced", reason));
        return node.put("source", row.source())
                .put("source_version", row.sourceVersion())
                .put("checked_on", row.checkedOn().toString());
    }

    private static void put(ObjectNode node, String key, OptionalLong value) {
        value.ifPresent(number -> node.put(key, number));
    }

    private static void onlyKnown(JsonNode node, Set<String> known, String path) {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!known.contains(entry.getKey())) {
                throw new PriceFormatException(path + "." + entry.getKey(), "is not a known field");
            }
        }
    }

    private static String required(JsonNode node, String key, String path) {
        return text(node, key, path).orElseThrow(() -> missing(path, key)).intern();
    }

    private static PriceFormatException missing(String path, String key) {
        return new PriceFormatException(path + "." + key, "is missing");
    }

    private static Optional<String> text(JsonNode node, String key, String path) {
        JsonNode value = node.path(key);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isString() || value.stringValue().isBlank()) {
            throw new PriceFormatException(path + "." + key, "must be a string");
        }
        return Optional.of(value.stringValue());
    }

    private static Optional<LocalDate> date(JsonNode node, String key, String path) {
        Optional<String> text = text(node, key, path);
        try {
            return text.map(LocalDate::parse);
        } catch (DateTimeParseException e) {
            throw new PriceFormatException(
                    path + "." + key, "must be a date such as 2026-11-21: " + text.orElse(""));
        }
    }

    private static OptionalLong count(JsonNode node, String key, String path) {
        JsonNode value = node.path(key);
        if (value.isMissingNode()) {
            return OptionalLong.empty();
        }
        if (!value.isIntegralNumber()
                || value.decimalValue().compareTo(BigDecimal.ONE) < 0
                || !value.canConvertToLong()) {
            throw new PriceFormatException(path + "." + key, "must be a whole number from 1");
        }
        return OptionalLong.of(value.longValue());
    }

    private static boolean flag(JsonNode node, String key, String path) {
        JsonNode value = node.path(key);
        if (value.isMissingNode()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw new PriceFormatException(path + "." + key, "must be true or false");
        }
        return value.booleanValue();
    }

    private static List<String> capabilities(JsonNode node, String path) {
        JsonNode value = node.path("capabilities");
        if (value.isMissingNode()) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        if (value.isArray()) {
            for (JsonNode name : value) {
                if (name.isString()) {
                    names.add(name.stringValue().intern());
                }
            }
        }
        if (names.isEmpty() || names.size() != value.size()) {
            throw new PriceFormatException(
                    path + ".capabilities", "must be a list of strings, or absent");
        }
        return names;
    }
}
