package dev.sluice.checker;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// The public units of a call, recomputed from its disjoint meters and its amounts.
final class Units {

    private static final Map<String, List<String>> SUMS =
            Map.ofEntries(
                    Map.entry("input_tokens", inputs()),
                    Map.entry("cached_input_tokens", List.of("cached_input_tokens")),
                    Map.entry(
                            "cache_write_tokens",
                            List.of("cache_write_5m_tokens", "cache_write_1h_tokens")),
                    Map.entry("output_tokens", outputs()),
                    Map.entry("reasoning_tokens", List.of("reasoning_tokens")),
                    Map.entry("audio_tokens", List.of("audio_input_tokens", "audio_output_tokens")),
                    Map.entry("audio_input_tokens", List.of("audio_input_tokens")),
                    Map.entry("audio_output_tokens", List.of("audio_output_tokens")),
                    Map.entry("images", List.of("images")),
                    Map.entry("video_jobs", List.of("video_jobs")),
                    Map.entry("characters", List.of("characters")),
                    Map.entry("searches", List.of("searches")),
                    Map.entry("training_tokens", List.of("training_tokens")));

    /// Units that calls did not add from the beginning: older rows lack them.
    private static final Set<String> NEWER = Set.of("audio_input_tokens", "audio_output_tokens");

    /// What is told apart by endpoint family, for all but conversations.
    private static final String FAMILY = "family:";

    private static final Set<String> TOLD_APART =
            Set.of(
                    "embeddings",
                    "images",
                    "audio",
                    "moderations",
                    "rerank",
                    "videos",
                    "fine_tuning");

    private Units() {}

    /// Whether an older row may lack it.
    static boolean isNewer(String unit) {
        return NEWER.contains(unit) || unit.startsWith(FAMILY);
    }

    private static List<String> inputs() {
        return List.of(
                "input_tokens",
                "cached_input_tokens",
                "cache_write_5m_tokens",
                "cache_write_1h_tokens",
                "audio_input_tokens",
                "image_input_tokens");
    }

    private static List<String> outputs() {
        return List.of(
                "output_tokens", "reasoning_tokens", "audio_output_tokens", "image_output_tokens");
    }

    /// What the call must have added to the roll-ups.
    static Map<String, BigDecimal> of(BookedCall call) {
        Map<String, BigDecimal> units = new TreeMap<>();
        if (!call.settled()) {
            put(units, "refused", BigDecimal.valueOf(call.count()));
            return units;
        }
        boolean error = call.statusCode() >= 400;
        long attempts = call.attempts().size();
        put(units, "requests", BigDecimal.ONE);
        put(units, "errors", BigDecimal.valueOf(error ? 1 : 0));
        put(units, "attempts", BigDecimal.valueOf(attempts));
        put(units, "retries", BigDecimal.valueOf(Math.max(0, attempts - 1)));
        put(units, "usd", call.costUsd());
        put(units, "provider_usd", call.providerUsd());
        put(units, "absorbed_usd", call.absorbedUsd());
        BigDecimal hold = call.holdUsd();
        if (!error) {
            put(units, "estimate_usd", hold == null ? BigDecimal.ZERO : hold);
            put(units, "final_usd", call.costUsd().add(call.absorbedUsd()));
        }
        boolean searched = sum(call.meters(), List.of("searches")).signum() > 0;
        put(units, FAMILY + "searching:calls", BigDecimal.valueOf(searched ? 1 : 0));
        SUMS.forEach((unit, meters) -> put(units, unit, sum(call.meters(), meters)));
        put(units, "total_tokens", tokens(call, "total_tokens"));
        put(units, "audio_seconds", seconds(call, "audio_milliseconds"));
        put(units, "video_seconds", seconds(call, "video_milliseconds"));
        family(units, call);
        return units;
    }

    private static void family(Map<String, BigDecimal> units, BookedCall call) {
        if (!TOLD_APART.contains(call.endpoint())) {
            return;
        }
        String prefix = FAMILY + family(call) + ":";
        units.put(prefix + "requests", BigDecimal.ONE);
        for (String unit :
                List.of(
                        "input_tokens",
                        "cached_input_tokens",
                        "cache_write_tokens",
                        "output_tokens",
                        "audio_input_tokens",
                        "audio_output_tokens")) {
            BigDecimal tokens = units.get(unit);
            if (tokens != null) {
                units.put(prefix + unit, tokens);
            }
        }
    }

    private static String family(BookedCall call) {
        if (!call.endpoint().equals("audio")) {
            return call.endpoint();
        }
        JsonNode meters = call.meters();
        if (meters.has("characters") || meters.has("audio_output_tokens")) {
            return "audio_speeches";
        }
        boolean heard =
                meters.has("audio_milliseconds") || tokens(call, "total_tokens").signum() > 0;
        return heard ? "audio_transcriptions" : "audio";
    }

    /// What a call used in the unit of a quota rule.
    static BigDecimal pieces(BookedCall call, String unit) {
        return switch (unit) {
            case "images", "characters", "searches", "video_jobs" ->
                    sum(call.meters(), List.of(unit));
            case "batch_items" -> sum(call.meters(), List.of("requests"));
            case "audio_seconds" ->
                    seconds(call, "audio_milliseconds").setScale(0, RoundingMode.CEILING);
            case "video_seconds" ->
                    seconds(call, "video_milliseconds").setScale(0, RoundingMode.CEILING);
            default -> tokens(call, unit);
        };
    }

    private static BigDecimal tokens(BookedCall call, String unit) {
        BigDecimal input = sum(call.meters(), inputs());
        BigDecimal output = sum(call.meters(), outputs());
        return switch (unit) {
            case "input_tokens" -> input;
            case "output_tokens" -> output;
            default -> input.add(output);
        };
    }

    private static BigDecimal seconds(BookedCall call, String meter) {
        return sum(call.meters(), List.of(meter)).movePointLeft(3);
    }

    private static BigDecimal sum(JsonNode meters, List<String> names) {
        long sum = 0;
        for (String name : names) {
            sum = Math.addExact(sum, meters.path(name).asLong(0));
        }
        return BigDecimal.valueOf(sum);
    }

    private static void put(Map<String, BigDecimal> units, String unit, BigDecimal quantity) {
        if (quantity.signum() != 0) {
            units.put(unit, quantity);
        }
    }
}
