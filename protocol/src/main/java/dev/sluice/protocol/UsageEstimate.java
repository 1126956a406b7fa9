package dev.sluice.protocol;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;

/// What a call is taken to have used when the provider did not say, or not credibly. Rows settled
/// from it are marked `estimated`; the caller caps them at the hold.
///
/// Input: one token per 4 bytes of prompt (English text has 4 to 5, JSON framing counts as text),
/// rounded up, and [#TOKENS_PER_MEDIA_PART] per image or other media part, what a provider charges
/// for a one-megapixel image. Output: one token per 4 bytes of content, rounded up, and never less
/// than one per event with content, since a stream event carries at least a token. All of it counts
/// as plain input and output: which part was cached or reasoning is unknown.
public final class UsageEstimate {

    public static final int BYTES_PER_TOKEN = 4;
    public static final int TOKENS_PER_MEDIA_PART = 765;

    private UsageEstimate() {}

    /// The estimate of one attempt.
    ///
    /// @param contentBytes of the answer so far, see [StreamReport#contentBytes]
    /// @param deltas events with content; 0 for answers that were no stream
    public static Usage of(CallFacts facts, long contentBytes, long deltas, int searches) {
        return Usage.builder()
                .set(MeterKind.INPUT, inputTokens(facts))
                .set(MeterKind.OUTPUT, outputTokens(contentBytes, deltas))
                .set(MeterKind.SEARCHES, searches)
                .set(MeterKind.REQUESTS, 1)
                .build();
    }

    public static long inputTokens(CallFacts facts) {
        long media = (long) facts.images() + facts.otherMedia();
        return Math.ceilDiv(facts.textBytes(), BYTES_PER_TOKEN) + media * TOKENS_PER_MEDIA_PART;
    }

    public static long outputTokens(long contentBytes, long deltas) {
        return Math.max(Math.ceilDiv(contentBytes, BYTES_PER_TOKEN), deltas);
    }
}
