package dev.sluice.ledger;

import dev.sluice.catalog.CostLine;
import dev.sluice.domain.Decimals;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Money;
import dev.sluice.domain.Usage;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.ledger.window.WindowKey;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The ledger's `jsonb` columns. Amounts are canonical decimal strings, never JSON numbers.
final class LedgerJson {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private LedgerJson() {}

    static String amounts(Map<String, BigDecimal> amounts) {
        ObjectNode node = NODES.objectNode();
        amounts.forEach((name, amount) -> node.put(name, Decimals.canonical(amount)));
        return node.toString();
    }

    static Map<String, BigDecimal> readAmounts(String json) {
        Map<String, BigDecimal> amounts = new LinkedHashMap<>();
        read(json)
                .properties()
                .forEach(entry ->
                        amounts.put(entry.getKey(), new BigDecimal(entry.getValue().asString())));
        return amounts;
    }

    static String texts(Map<String, String> texts) {
        return object(texts).toString();
    }

    static Map<String, String> readTexts(String json) {
        return textsOf(read(json));
    }

    static String textMaps(List<Map<String, String>> maps) {
        ArrayNode array = NODES.arrayNode();
        maps.forEach(map -> array.add(object(map)));
        return array.toString();
    }

    static List<Map<String, String>> readTextMaps(String json) {
        List<Map<String, String>> maps = new ArrayList<>();
        read(json).forEach(node -> maps.add(textsOf(node)));
        return maps;
    }

    static String meters(Usage usage) {
        return metersNode(usage).toString();
    }

    static Usage readMeters(String json) {
        return usageOf(read(json));
    }

    static String costLines(List<CostLine> lines) {
        return linesNode(lines).toString();
    }

    static List<CostLine> readCostLines(String json) {
        return linesOf(read(json));
    }

    static String attempts(List<CallRecord.Attempt> attempts) {
        ArrayNode array = NODES.arrayNode();
        for (CallRecord.Attempt attempt : attempts) {
            array.addObject()
                    .put("id", attempt.id())
                    .put("upstream_id", attempt.upstreamId())
                    .put("upstream", attempt.upstream())
                    .put("provider", attempt.provider())
                    .put("model", attempt.model())
                    .put("status", attempt.status())
                    .put("error_code", attempt.errorCode())
                    .put("provider_request_id", attempt.providerRequestId())
                    .put("accepted", attempt.accepted())
                    .put("estimated", attempt.estimated())
                    .put("price_version", attempt.priceVersion())
                    .put("started_at", attempt.startedAt().toString())
                    .put("duration_ms", attempt.durationMillis())
                    .set("meters", metersNode(attempt.usage()))
                    .set("cost_lines", linesNode(attempt.costLines()));
        }
        return array.toString();
    }

    static List<CallRecord.Attempt> readAttempts(String json) {
        List<CallRecord.Attempt> attempts = new ArrayList<>();
        for (JsonNode node : read(json)) {
            attempts.add(
                    new CallRecord.Attempt(
                            text(node, "id"),
                            text(node, "upstream_id"),
                            text(node, "upstream"),
                            text(node, "provider"),
                            text(node, "model"),
                            node.get("status").asInt(),
                            textOrNull(node, "error_code"),
                            textOrNull(node, "provider_request_id"),
                            node.get("accepted").asBoolean(),
                            usageOf(node.get("meters")),
                            node.get("estimated").asBoolean(),
                            linesOf(node.get("cost_lines")),
                            textOrNull(node, "price_version"),
                            Instant.parse(text(node, "started_at")),
                            node.get("duration_ms").asLong()));
        }
        return attempts;
    }

    /// What a settled call spent, per window: the verifier adds these up.
    static String spent(List<Settlement.WindowChange> changes) {
        ArrayNode array = NODES.arrayNode();
        for (Settlement.WindowChange change : changes) {
            WindowKey key = change.window().key();
            array.addObject()
                    .put("rule", key.ruleId())
                    .put("member", key.member())
                    .put("unit", key.unit().wireName())
                    .put("span", key.span())
                    .put("start", key.start().toString())
                    .put(
                            "spent",
                            Decimals.canonical(change.window().counted().add(change.spent())));
        }
        return array.toString();
    }

    private static ObjectNode metersNode(Usage usage) {
        ObjectNode node = NODES.objectNode();
        usage.toMap().forEach((kind, count) -> node.put(kind.wireName(), count));
        return node;
    }

    private static Usage usageOf(JsonNode node) {
        Usage.Builder usage = Usage.builder();
        node.properties()
                .forEach(entry ->
                        MeterKind.ofWireName(entry.getKey())
                                .ifPresent(kind -> usage.set(kind, entry.getValue().asLong())));
        return usage.build();
    }

    private static ArrayNode linesNode(List<CostLine> lines) {
        ArrayNode array = NODES.arrayNode();
        for (CostLine line : lines) {
            array.addObject()
                    .put("meter", line.meter().wireName())
                    .put("quantity", line.quantity())
                    .put("unit_price", Decimals.canonical(line.unitPrice()))
                    .put("units_per_price", line.unitsPerPrice())
                    .put("multiply", Decimals.canonical(line.multiply()))
                    .put("amount", line.amount().toString());
        }
        return array;
    }

    private static List<CostLine> linesOf(JsonNode array) {
        List<CostLine> lines = new ArrayList<>();
        for (JsonNode node : array) {
            lines.add(
                    new CostLine(
                            MeterKind.ofWireName(text(node, "meter")).orElseThrow(),
                            node.get("quantity").asLong(),
                            new BigDecimal(text(node, "unit_price")),
                            node.get("units_per_price").asInt(),
                            new BigDecimal(text(node, "multiply")),
                            Money.exactly(new BigDecimal(text(node, "amount")))));
        }
        return lines;
    }

    private static ObjectNode object(Map<String, String> texts) {
        ObjectNode node = NODES.objectNode();
        texts.forEach(node::put);
        return node;
    }

    private static Map<String, String> textsOf(JsonNode node) {
        Map<String, String> texts = new LinkedHashMap<>();
        node.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asString()));
        return texts;
    }

    private static JsonNode read(String json) {
        return MAPPER.readTree(json);
    }

    private static String text(JsonNode node, String name) {
        return node.get(name).asString();
    }

    private static @Nullable String textOrNull(JsonNode node, String name) {
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value.asString();
    }
}
