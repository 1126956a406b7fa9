package dev.sluice.protocol;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a stream said, so far or in the end.
///
/// @param usage the last complete snapshot; snapshots are cumulative and never added up
/// @param finishReason the provider's word for why the last finished choice ended, or null
/// @param done the dialect's closing mark was seen
/// @param complete the answer is whole: the closing mark, or a finish for every choice begun. A
///     stream that ends without it was cut
/// @param semantic see [StreamReader#semantic]
/// @param contentBytes UTF-8 bytes of text, reasoning, refusal and tool arguments
/// @param deltas events that carried content
/// @param malformedFrames frames that were no JSON object
/// @param fault why the reader said FAIL, or null
/// @param retry where another try can help when `fault` is set
/// @param model the model the provider says it served, or null
/// @param serviceTier the tier the provider says it served, or null
/// @param responseId the provider's id of the answer, or null
/// @param searches web searches the answer shows
/// @param served what prices may depend on, as the provider says it served it
public record StreamReport(
        UsageReport usage,
        @Nullable String finishReason,
        boolean done,
        boolean complete,
        boolean semantic,
        long contentBytes,
        long deltas,
        int malformedFrames,
        @Nullable Fault fault,
        UpstreamFaults.Retry retry,
        @Nullable String model,
        @Nullable String serviceTier,
        @Nullable String responseId,
        int searches,
        Map<String, String> served) {

    /// Of a conversation.
    public StreamReport(
            UsageReport usage,
            @Nullable String finishReason,
            boolean done,
            boolean complete,
            boolean semantic,
            long contentBytes,
            long deltas,
            int malformedFrames,
            @Nullable Fault fault,
            UpstreamFaults.Retry retry,
            @Nullable String model,
            @Nullable String serviceTier,
            @Nullable String responseId,
            int searches) {
        this(
                usage,
                finishReason,
                done,
                complete,
                semantic,
                contentBytes,
                deltas,
                malformedFrames,
                fault,
                retry,
                model,
                serviceTier,
                responseId,
                searches,
                Map.of());
    }

    /// The same of a stream whose last event could not be read.
    public StreamReport asMalformed() {
        return new StreamReport(
                usage,
                finishReason,
                done,
                false,
                semantic,
                contentBytes,
                deltas,
                malformedFrames + 1,
                Fault.of(FaultCode.UPSTREAM_ERROR, "The upstream sent a malformed stream event."),
                UpstreamFaults.Retry.SAME_TARGET,
                model,
                serviceTier,
                responseId,
                searches,
                served);
    }
}
