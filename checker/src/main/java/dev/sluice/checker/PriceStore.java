package dev.sluice.checker;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The price book as far as the database has it: a model's own price while its revision is the one
/// that the call names, and rows of `price_row`. What only the shipped book knows is not found.
final class PriceStore {

    /// How many prices are remembered.
    private static final int REMEMBERED = 10_000;

    private static final String SELECT =
            """
            SELECT price FROM model WHERE id || '@' || revision = ? AND price IS NOT NULL
             UNION ALL
            SELECT price FROM price_row WHERE version IS NULL AND id = ?
             UNION ALL
            SELECT price FROM price_row WHERE version = ? AND provider = ? AND model = ?
            """;

    private static final Map<String, String> KEYS =
            Map.ofEntries(
                    Map.entry("input_tokens", "input_per_mtok"),
                    Map.entry("cached_input_tokens", "cached_input_per_mtok"),
                    Map.entry("cache_write_5m_tokens", "cache_write_5m_per_mtok"),
                    Map.entry("cache_write_1h_tokens", "cache_write_1h_per_mtok"),
                    Map.entry("output_tokens", "output_per_mtok"),
                    Map.entry("reasoning_tokens", "reasoning_per_mtok"),
                    Map.entry("audio_input_tokens", "audio_input_per_mtok"),
                    Map.entry("audio_output_tokens", "audio_output_per_mtok"),
                    Map.entry("image_input_tokens", "image_input_per_mtok"),
                    Map.entry("image_output_tokens", "image_output_per_mtok"),
                    Map.entry("images", "per_image"),
                    Map.entry("video_milliseconds", "per_video_second"),
                    Map.entry("video_jobs", "per_video_job"),
                    Map.entry("audio_milliseconds", "per_audio_minute"),
                    Map.entry("characters", "per_mchar"),
                    Map.entry("searches", "per_search"),
                    Map.entry("training_tokens", "training_per_mtok"),
                    Map.entry("requests", "per_request"));

    /// The meter whose price applies where one has none.
    private static final Map<String, String> PRICED_AS =
            Map.of(
                    "cached_input_tokens", "input_tokens",
                    "cache_write_5m_tokens", "input_tokens",
                    "cache_write_1h_tokens", "cache_write_5m_tokens",
                    "reasoning_tokens", "output_tokens");

    private final Connection connection;
    private final Map<String, JsonNode> prices =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, JsonNode> eldest) {
                    return size() > REMEMBERED;
                }
            };

    PriceStore(Connection connection) {
        this.connection = connection;
    }

    /// The price of that version, or a missing node.
    JsonNode price(String version, @Nullable String provider, @Nullable String model)
            throws SQLException {
        String p = provider == null ? "" : provider;
        String m = model == null ? "" : model;
        String name = version + '\n' + p + '\n' + m;
        JsonNode price = prices.get(name);
        if (price == null) {
            price = read(version, p, m);
            prices.put(name, price);
        }
        return price;
    }

    private JsonNode read(String version, String provider, String model) throws SQLException {
        try (Rows rows = Rows.of(connection, SELECT, version, version, version, provider, model)) {
            return rows.next()
                    ? JsonMapper.shared().readTree(rows.row().getString("price"))
                    : JsonMapper.shared().missingNode();
        }
    }

    /// Whether the price has that rate for the meter, in whatever tier or condition.
    static boolean names(JsonNode price, String meter, BigDecimal rate) {
        String at = meter;
        Set<BigDecimal> rates = new HashSet<>();
        while (at != null) {
            collect(price, KEYS.getOrDefault(at, at), rates);
            at = PRICED_AS.get(at);
        }
        return rates.contains(rate.stripTrailingZeros());
    }

    private static void collect(JsonNode node, String key, Set<BigDecimal> into) {
        JsonNode value = node.get(key);
        if (value != null && value.isString()) {
            into.add(new BigDecimal(value.asString()).stripTrailingZeros());
        }
        node.forEach(child -> {
            if (child.isContainer()) {
                collect(child, key, into);
            }
        });
    }
}
