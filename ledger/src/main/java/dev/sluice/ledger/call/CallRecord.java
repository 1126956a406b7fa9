package dev.sluice.ledger.call;

import dev.sluice.catalog.CostLine;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.Money;
import dev.sluice.domain.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One call as it ended: the source of its usage row, transfers and roll-ups. Metadata only.
///
/// @param attribution to whom it is put down; null only for calls with an unknown credential, which
///     belong to the installation
/// @param hold what was asked for and granted, or null when the call was refused before a hold
/// @param modelServed the upstream model of the accepted attempt, or null
/// @param usage what the customer pays for, or [Usage#NONE]
/// @param estimated true when usage was not reported by the provider but counted by Sluice
/// @param chargeLines what the customer pays; their sum is `cost_usd`
/// @param priceVersion the version in force when the call was admitted, or null when unpriced
/// @param decisions the candidates and why each was taken or skipped, oldest first
public record CallRecord(
        String requestId,
        @Nullable Attribution attribution,
        String endpoint,
        boolean stream,
        @Nullable String modelAsked,
        @Nullable String modelServed,
        @Nullable Granted hold,
        Usage usage,
        boolean estimated,
        List<CostLine> chargeLines,
        @Nullable String priceVersion,
        Outcome outcome,
        Timings timings,
        List<Attempt> attempts,
        List<Map<String, String>> decisions) {

    /// The error code of calls that were cut because this process ended.
    public static final String GATEWAY_RESTARTED = "gateway_restarted";

    /// A granted hold.
    public record Granted(long outputTokens, Money amount) {}

    /// How the call ended for the client.
    ///
    /// @param statusCode the HTTP status the client saw; 499 when it left
    /// @param errorCode a [dev.sluice.domain.FaultCode] wire name, or null
    /// @param rule the quota rule that refused, or null
    /// @param errorMessage what a refused call was told; null for all others, whose end may quote
    ///     what a provider said. Not in the journal, where no refused call is
    public record Outcome(
            int statusCode,
            @Nullable String errorCode,
            @Nullable String finishReason,
            @Nullable String serviceTier,
            @Nullable String rule,
            @Nullable String errorMessage) {

        public Outcome(
                int statusCode,
                @Nullable String errorCode,
                @Nullable String finishReason,
                @Nullable String serviceTier,
                @Nullable String rule) {
            this(statusCode, errorCode, finishReason, serviceTier, rule, null);
        }

        /// The same of a call that was refused with these words.
        public Outcome saying(String message) {
            return new Outcome(statusCode, errorCode, finishReason, serviceTier, rule, message);
        }

        public boolean isError() {
            return statusCode >= 400;
        }
    }

    /// When things happened.
    ///
    /// @param firstByteMillis from arrival to the first byte for the client; null when none was
    ///     sent
    /// @param heldMillis from arrival to the hold's answer; null when none was asked for
    public record Timings(
            Instant admittedAt,
            Instant endedAt,
            @Nullable Long heldMillis,
            @Nullable Long firstByteMillis) {}

    /// One attempt at one target.
    ///
    /// @param status the provider's HTTP status, 0 when it never answered
    /// @param errorCode a fault code, or null when the attempt was accepted
    /// @param accepted true for the attempt whose answer the client got
    /// @param costLines what the provider is owed for it, at cost
    public record Attempt(
            String id,
            String upstreamId,
            String upstream,
            String provider,
            String model,
            int status,
            @Nullable String errorCode,
            @Nullable String providerRequestId,
            boolean accepted,
            Usage usage,
            boolean estimated,
            List<CostLine> costLines,
            @Nullable String priceVersion,
            Instant startedAt,
            long durationMillis) {}
}
