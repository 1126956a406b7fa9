package dev.sluice.clients;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a call costs: usage by the provider's own count × price, every line rounded half-even to
/// twelve decimals. It shares no code with what it checks.
final class Oracle {

    private static final int DECIMALS = 12;
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
    private static final BigDecimal MINUTE = BigDecimal.valueOf(60_000);

    /// A meter's price, and the price it falls back to where the model has none of its own.
    private static final Map<String, List<String>> KEYS =
            Map.of(
                    "input", List.of("input_per_mtok"),
                    "cached", List.of("cached_input_per_mtok", "input_per_mtok"),
                    "written", List.of("cache_write_5m_per_mtok", "input_per_mtok"),
                    "heard", List.of("audio_input_per_mtok"),
                    "seen", List.of("image_input_per_mtok"),
                    "output", List.of("output_per_mtok"),
                    "reasoning", List.of("reasoning_per_mtok", "output_per_mtok"),
                    "spoken", List.of("audio_output_per_mtok"),
                    "drawn", List.of("image_output_per_mtok"));

    private Oracle() {}

    static BigDecimal cost(JsonNode produced, JsonNode price) {
        BigDecimal total = BigDecimal.ZERO;
        for (Map.Entry<String, Long> used : disjoint(produced).entrySet()) {
            if (used.getValue() > 0) {
                String key =
                        KEYS.get(used.getKey()).stream()
                                .filter(price::has)
                                .findFirst()
                                .orElseThrow(() ->
                                        new AssertionError(
                                                "no price for " + used + " in " + price));
                total = total.add(line(used.getValue(), price.path(key), MILLION));
            }
        }
        total = total.add(line(count(produced, "searches"), price.path("per_search"), null));
        total = total.add(line(count(produced, "characters"), price.path("per_mchar"), MILLION));
        total =
                total.add(
                        line(
                                count(produced, "audio_milliseconds"),
                                price.path("per_audio_minute"),
                                MINUTE));
        return total.add(line(1, price.path("per_request"), null));
    }

    private static BigDecimal line(long count, JsonNode price, BigDecimal per) {
        if (price.isMissingNode() || count == 0) {
            return BigDecimal.ZERO;
        }
        BigDecimal line = new BigDecimal(price.asText()).multiply(BigDecimal.valueOf(count));
        return per == null
                ? line.setScale(DECIMALS, RoundingMode.HALF_EVEN)
                : line.divide(per, DECIMALS, RoundingMode.HALF_EVEN);
    }

    /// The provider's totals, which include their parts, as meters that do not overlap.
    private static Map<String, Long> disjoint(JsonNode produced) {
        Map<String, Long> meters = new LinkedHashMap<>();
        long cached = count(produced, "cached_tokens");
        long written = count(produced, "cache_write_tokens");
        long heard = count(produced, "audio_input_tokens");
        long seen = count(produced, "image_input_tokens");
        long thought = count(produced, "reasoning_tokens");
        long spoken = count(produced, "audio_output_tokens");
        long drawn = count(produced, "image_output_tokens");
        meters.put("input", count(produced, "prompt_tokens") - cached - written - heard - seen);
        meters.put("cached", cached);
        meters.put("written", written);
        meters.put("heard", heard);
        meters.put("seen", seen);
        meters.put("output", count(produced, "completion_tokens") - thought - spoken - drawn);
        meters.put("reasoning", thought);
        meters.put("spoken", spoken);
        meters.put("drawn", drawn);
        return meters;
    }

    private static long count(JsonNode produced, String name) {
        return produced.path(name).asLong(0);
    }
}
