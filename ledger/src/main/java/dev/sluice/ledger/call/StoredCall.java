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

    /// A call that is still running, with what is known of it by now.
    ///
    /// @param last the attempt that is under way, or null
    /// @param outputTokens what its hold allows for
    public static StoredCall running(
            String requestId,
            @Nullable Attribution attribution,
            Instant admittedAt,
            String endpoint,
            boolean stream,
            @Nullable String model,
            CallRecord.@Nullable Attempt last,
            BigDecimal holdUsd,
            @Nullable Long outputTokens,
            List<Map<String, String>> decisions,
            @Nullable Long heldMillis,
            @Nullable Long firstByteMillis) {
        return new StoredCall(
                requestId,
                attribution,
                State.HELD,
                1,
                0,
                admittedAt,
                null,
                endpoint,
                stream,
                model,
                last == null ? null : last.model(),
                last == null ? null : last.upstreamId(),
                last == null ? null : last.upstream(),
                0,
                null,
                null,
                null,
                null,
                null,
                false,
                holdUsd,
                outputTokens,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                null,
                Usage.NONE,
                Map.of(),
                List.of(),
                List.of(),
                decisions,
                heldMillis,
                firstByteMillis);
    }
}
