package dev.sluice.checker;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One row of `call`, as it is stored.
record BookedCall(
        String requestId,
        @Nullable String organizationId,
        boolean settled,
        String endpoint,
        long count,
        Instant admittedAt,
        int statusCode,
        boolean estimated,
        @Nullable BigDecimal holdUsd,
        BigDecimal costUsd,
        BigDecimal absorbedUsd,
        BigDecimal providerUsd,
        @Nullable String priceVersion,
        @Nullable String provider,
        @Nullable String modelServed,
        JsonNode meters,
        JsonNode measures,
        JsonNode costLines,
        JsonNode attempts,
        JsonNode windows) {

    static final String SELECT =
            """
            SELECT request_id, organization_id, state, endpoint, count, admitted_at, status_code,
                   estimated, hold_usd, cost_usd, absorbed_usd, provider_usd, price_version,
                   provider, model_served, meters, measures, cost_lines, attempts, windows
              FROM call ORDER BY request_id COLLATE "C"
            """;

    private static final JsonMapper JSON = JsonMapper.shared();

    static BookedCall of(ResultSet row) throws SQLException {
        JsonNode meters = JSON.readTree(row.getString("meters"));
        JsonNode costLines = JSON.readTree(row.getString("cost_lines"));
        JsonNode attempts = JSON.readTree(row.getString("attempts"));
        // an attempt that does not tell them has those of the call
        for (JsonNode attempt : attempts) {
            ((ObjectNode) attempt).putIfAbsent("meters", meters);
            ((ObjectNode) attempt).putIfAbsent("cost_lines", costLines);
        }
        return new BookedCall(
                row.getString("request_id"),
                row.getString("organization_id"),
                "settled".equals(row.getString("state")),
                row.getString("endpoint"),
                row.getLong("count"),
                row.getObject("admitted_at", OffsetDateTime.class).toInstant(),
                row.getInt("status_code"),
                row.getBoolean("estimated"),
                row.getBigDecimal("hold_usd"),
                row.getBigDecimal("cost_usd"),
                row.getBigDecimal("absorbed_usd"),
                row.getBigDecimal("provider_usd"),
                row.getString("price_version"),
                row.getString("provider"),
                row.getString("model_served"),
                meters,
                JSON.readTree(row.getString("measures")),
                costLines,
                attempts,
                JSON.readTree(row.getString("windows")));
    }

    /// Where findings point.
    String place() {
        return organizationId + "/" + requestId;
    }
}
