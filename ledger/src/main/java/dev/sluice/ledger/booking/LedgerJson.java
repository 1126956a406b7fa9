package dev.sluice.ledger.booking;

import dev.sluice.catalog.CostLine;
import dev.sluice.domain.Decimals;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Money;
import dev.sluice.domain.Usage;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.ledger.window.WindowKey;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The ledger's `jsonb` columns. Amounts are canonical decimal strings, never JSON numbers.
public final class LedgerJson {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final JsonFactory TEXT = JsonFactory.builder().build();

    private LedgerJson() {}

    static String amounts(Map<String, BigDecimal> amounts) {
        return text(json -> {
            json.writeStartObject();
            amounts.forEach(
                    (name, amount) -> json.writeStringProperty(name, Decimals.canonical(amount)));
            json.writeEndObject();
        });
    }

    public static Map<String, BigDecimal> readAmounts(String json) {
        Map<String, BigDecimal> amounts = new LinkedHashMap<>();
        read(json)
                .properties()
                .forEach(entry ->
                        amounts.put(entry.getKey(), new BigDecimal(entry.getValue().asString())));
        return amounts;
    }

    public static String texts(Map<String, String> texts) {
        return texts.isEmpty() ? "{}" : text(json -> object(json, texts));
    }

    public static Map<String, String> readTexts(String json) {
        return textsOf(read(json));
    }

    static String textMaps(List<Map<String, String>> maps) {
        return text(json -> {
            json.writeStartArray();
            maps.forEach(map -> object(json, map));
            json.writeEndArray();
        });
    }

    public static List<Map<String, String>> readTextMaps(String json) {
        List<Map<String, String>> maps = new ArrayList<>();
        read(json).forEach(node -> maps.add(textsOf(node)));
        return maps;
    }

    static String meters(Usage usage) {
        return text(json -> meters(json, usage));
    }

    public static Usage readMeters(String json) {
        return usageOf(read(json));
    }

    static String costLines(List<CostLine> lines) {
        return text(json -> lines(json, lines));
    }

    public static List<CostLine> readCostLines(String json) {
        return linesOf(read(json));
    }

    /// Usage and lines that are the call's own, as those of its only attempt usually are, are not
    /// told again: a row that is kept for years is a fifth smaller without, and in one piece.
    static String attempts(CallRecord call) {
        return text(json -> {
            json.writeStartArray();
            call.attempts().forEach(attempt -> attempt(json, attempt, call));
            json.writeEndArray();
        });
    }

    private static void attempt(JsonGenerator json, CallRecord.Attempt attempt, CallRecord call) {
        json.writeStartObject();
        json.writeStringProperty("id", attempt.id());
        json.writeStringProperty("upstream_id", attempt.upstreamId());
        json.writeStringProperty("upstream", attempt.upstream());
        json.writeStringProperty("provider", attempt.provider());
        json.writeStringProperty("model", attempt.model());
        json.writeNumberProperty("status", attempt.status());
        // null values are written as null
        json.writeStringProperty("error_code", attempt.errorCode());
        json.writeStringProperty("provider_request_id", attempt.providerRequestId());
        json.writeBooleanProperty("accepted", attempt.accepted());
        json.writeBooleanProperty("estimated", attempt.estimated());
        json.writeStringProperty("price_version", attempt.priceVersion());
        json.writeStringProperty("started_at", attempt.startedAt().toString());
        json.writeNumberProperty("duration_ms", attempt.durationMillis());
        if (!attempt.usage().equals(call.usage())) {
            json.writeName("meters");
            meters(json, attempt.usage());
        }
        if (!attempt.costLines().equals(call.chargeLines())) {
            json.writeName("cost_lines");
            lines(json, attempt.costLines());
        }
        json.writeEndObject();
    }

    /// What [#attempts] wrote.
    ///
    /// @param usage of the call
    /// @param lines of the call
    public static List<CallRecord.Attempt> readAttempts(
            String json, Usage usage, List<CostLine> lines) {
        List<CallRecord.Attempt> attempts = new ArrayList<>();
        for (JsonNode node : read(json)) {
            JsonNode ownUsage = node.get("meters");
            JsonNode ownLines = node.get("cost_lines");
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
                            ownUsage == null ? usage : usageOf(ownUsage),
                            node.get("estimated").asBoolean(),
                            ownLines == null ? lines : linesOf(ownLines),
                            textOrNull(node, "price_version"),
                            Instant.parse(text(node, "started_at")),
                            node.get("duration_ms").asLong()));
        }
        return attempts;
    }

    /// What a settled call spent, per window: the verifier adds these up.
    static String spent(List<Settlement.WindowChange> changes) {
        return text(json -> {
            json.writeStartArray();
            changes.forEach(change -> spent(json, change));
            json.writeEndArray();
        });
    }

    private static void spent(JsonGenerator json, Settlement.WindowChange change) {
        WindowKey key = change.window().key();
        json.writeStartObject();
        json.writeStringProperty("rule", key.ruleId());
        json.writeStringProperty("member", key.member());
        json.writeStringProperty("unit", key.unit().wireName());
        json.writeStringProperty("span", key.span());
        json.writeStringProperty("start", key.start().toString());
        json.writeStringProperty(
                "spent", Decimals.canonical(change.window().counted().add(change.spent())));
        json.writeEndObject();
    }

    private static void meters(JsonGenerator json, Usage usage) {
        json.writeStartObject();
        usage.toMap().forEach((kind, count) -> json.writeNumberProperty(kind.wireName(), count));
        json.writeEndObject();
    }

    private static Usage usageOf(JsonNode node) {
        Usage.Builder usage = Usage.builder();
        node.properties()
                .forEach(entry ->
                        MeterKind.ofWireName(entry.getKey())
                                .ifPresent(kind -> usage.set(kind, entry.getValue().asLong())));
        return usage.build();
    }

    private static void lines(JsonGenerator json, List<CostLine> lines) {
        json.writeStartArray();
        for (CostLine line : lines) {
            json.writeStartObject();
            json.writeStringProperty("meter", line.meter().wireName());
            json.writeNumberProperty("quantity", line.quantity());
            json.writeStringProperty("unit_price", Decimals.canonical(line.unitPrice()));
            json.writeNumberProperty("units_per_price", line.unitsPerPrice());
            json.writeStringProperty("multiply", Decimals.canonical(line.multiply()));
            json.writeStringProperty("amount", line.amount().toString());
            json.writeEndObject();
        }
        json.writeEndArray();
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

    private static void object(JsonGenerator json, Map<String, String> texts) {
        json.writeStartObject();
        texts.forEach(json::writeStringProperty);
        json.writeEndObject();
    }

    // Written as it goes and not as a tree first: a call has seven of these columns.
    private static String text(Consumer<JsonGenerator> body) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = TEXT.createGenerator(ObjectWriteContext.empty(), text)) {
            body.accept(json);
        }
        return text.toString();
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
