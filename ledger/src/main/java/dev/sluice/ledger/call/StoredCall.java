package dev.sluice.ledger.call;

import dev.sluice.catalog.CostLine;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A call as the books know it. A call that is still running has the state [State#HELD] and no
/// outcome: `statusCode` 0, no attempts, no cost.
///
/// @param attribution null for calls with an unknown credential
/// @param errorMessage what a refused call was told, or null
/// @param count above one where refused calls were counted together
/// @param units what it used by public unit name
/// @param meters the same as disjoint meters
/// @param chargeLines the priced lines; `costUsd` is their sum unless the operator absorbed a part
/// @param seq the order in which calls were written; 0 while running
public record StoredCall(
        String requestId,
        @Nullable Attribution attribution,
        State state,
        long count,
        long seq,
        Instant admittedAt,
        @Nullable Instant endedAt,
        String endpoint,
        boolean stream,
        @Nullable String model,
        @Nullable String modelServed,
        @Nullable String upstreamId,
        @Nullable String upstream,
        int statusCode,
        @Nullable String errorCode,
        @Nullable String errorMessage,
        @Nullable String finishReason,
        @Nullable String serviceTier,
        @Nullable String rule,
        boolean estimated,
        @Nullable BigDecimal holdUsd,
        @Nullable Long holdOutputTokens,
        BigDecimal costUsd,
        BigDecimal absorbedUsd,
        BigDecimal providerUsd,
        @Nullable String priceVersion,
        Usage meters,
        Map<String, BigDecimal> units,
        List<CostLine> chargeLines,
        List<CallRecord.Attempt> attempts,
        List<Map<String, String>> decisions,
        @Nullable Long heldMillis,
        @Nullable Long firstByteMillis) {

    /// Where a call stands; the lower-case names are public.
    public enum State {
        HELD,
        SETTLED,
        REFUSED
    }
}
