package dev.sluice.control.compat;

import dev.sluice.control.http.Json;
import dev.sluice.control.http.Shape;
import dev.sluice.ledger.booking.Measures;
import dev.sluice.ledger.reading.UsageReport;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What OpenAI reports under one path of `/v1/organization/usage`, and which of our calls that is.
enum UsageView {
    /// Chat, responses, messages and Gemini content: all that is none of the others.
    COMPLETIONS(
            "Tokens of conversations, in buckets",
            null,
            List.of(
                    "input_tokens",
                    "input_cached_tokens",
                    "input_cache_write_tokens",
                    "input_uncached_tokens",
                    "output_tokens",
                    "input_audio_tokens",
                    "output_audio_tokens"),
            List.of("batch", "service_tier")),
    EMBEDDINGS("Tokens of embeddings, in buckets", "embeddings", List.of("input_tokens")),
    IMAGES("Pictures, in buckets", "images", List.of("images"), List.of("source", "size")),
    AUDIO_SPEECHES("Characters read aloud, in buckets", Measures.SPEECHES, List.of("characters")),
    AUDIO_TRANSCRIPTIONS(
            "Seconds written down, in buckets", Measures.TRANSCRIPTIONS, List.of("seconds")),
    MODERATIONS("Tokens that were judged, in buckets", "moderations", List.of("input_tokens"));

    private static final String REQUESTS = "requests";

    /// What Sluice passes to no provider: their reports are there, and empty.
    static final Map<String, String> NEVER =
            Map.of(
                    "vector_stores", "Vector stores, which are not served: no results",
                    "code_interpreter_sessions", "Code sessions, which are refused: no results",
                    "file_search_calls", "File searches, which are refused: no results");

    final String summary;

    @SuppressWarnings("ImmutableEnumChecker") // not changed once it is made
    final Shape shape;

    private final @Nullable String family;

    @SuppressWarnings("ImmutableEnumChecker") // comes from List.of
    private final List<String> quantities;

    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> always;

    UsageView(String summary, @Nullable String family, List<String> quantities) {
        this(summary, family, quantities, List.of());
    }

    /// @param family null for conversations
    /// @param always groups that a result names besides the usual ones
    UsageView(
            String summary, @Nullable String family, List<String> quantities, List<String> always) {
        this.summary = summary;
        this.family = family;
        this.quantities = quantities;
        this.always =
                Stream.concat(
                                Stream.of("project_id", "user_id", "api_key_id", "model"),
                                always.stream())
                        .toList();
        this.shape = shaped();
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    private String object() {
        return "organization.usage." + wireName() + ".result";
    }

    private Shape shaped() {
        StringBuilder name = new StringBuilder();
        for (String word : name().split("_", -1)) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        Shape result =
                Shape.object(name + "UsageResult")
                        .word("object", "always `" + object() + "`", object());
        quantities.forEach(quantity -> result.number(quantity, "of these calls"));
        result.whole("num_model_requests", "calls that were admitted");
        for (String group : always) {
            result.text(group, "where grouped by it").nullable(group);
        }
        return result.others("string", "null");
    }

    /// The result of one group; null when it has no calls of this kind.
    @Nullable ObjectNode result(
            Map<String, BigDecimal> units, Map<String, @Nullable String> group) {
        BigDecimal requests = of(units, REQUESTS);
        if (requests.signum() == 0) {
            return null;
        }
        ObjectNode result = Json.object().put("object", object());
        for (String quantity : quantities) {
            result.set(quantity, Exact.number(quantity(units, quantity)));
        }
        result.set("num_model_requests", Exact.number(requests));
        always.forEach(name -> result.put(name, group.get(name)));
        group.forEach(result::put);
        return result;
    }

    private BigDecimal quantity(Map<String, BigDecimal> units, String name) {
        return switch (name) {
            case "input_tokens", "output_tokens" -> of(units, name);
            case "input_cached_tokens" -> of(units, "cached_input_tokens");
            case "input_cache_write_tokens" -> of(units, "cache_write_tokens");
            case "input_uncached_tokens" ->
                    of(units, "input_tokens")
                            .subtract(of(units, "cached_input_tokens"))
                            .subtract(of(units, "cache_write_tokens"));
            case "input_audio_tokens" -> of(units, "audio_input_tokens");
            case "output_audio_tokens" -> of(units, "audio_output_tokens");
            case "seconds" -> units.getOrDefault("audio_seconds", BigDecimal.ZERO);
            // nothing else makes pictures or counts characters
            default -> units.getOrDefault(name, BigDecimal.ZERO);
        };
    }

    /// What calls of this kind used of a unit that is told apart by family.
    private BigDecimal of(Map<String, BigDecimal> units, String unit) {
        if (family != null) {
            return units.getOrDefault(UsageReport.ofFamily(family, unit), BigDecimal.ZERO);
        }
        BigDecimal rest = units.getOrDefault(unit, BigDecimal.ZERO);
        for (Map.Entry<String, BigDecimal> one : units.entrySet()) {
            if (UsageReport.isOfFamily(one.getKey(), unit)) {
                rest = rest.subtract(one.getValue());
            }
        }
        return rest;
    }
}
