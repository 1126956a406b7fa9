package dev.sluice.ledger.journal;

import java.time.Duration;

/// The journal's named limits.
///
/// @param segmentBytes how large a segment is
/// @param closingBytes room that is kept for the closing records of every open call
/// @param batchBytes how much one write takes together
/// @param lazyFlush after which time what nobody waits for is flushed
/// @param unbookedBytes of segments with calls that the books do not have yet: beyond it no call is
///     admitted
/// @param keep how long a segment is kept once all its calls are in the books
/// @param keepBytes how much of those is kept at most
public record JournalSettings(
        int segmentBytes,
        int closingBytes,
        int batchBytes,
        Duration lazyFlush,
        long unbookedBytes,
        Duration keep,
        long keepBytes) {

    /// The system property that makes segments smaller, so that a test meets in seconds what else
    /// takes hours.
    public static final String SEGMENT_BYTES = "sluice.journal_segment_bytes";

    public static JournalSettings standard() {
        int segmentBytes = Integer.getInteger(SEGMENT_BYTES, 16 << 20);
        return new JournalSettings(
                segmentBytes,
                8 << 10,
                Math.min(1 << 20, segmentBytes),
                Duration.ofMillis(20),
                1L << 30,
                Duration.ofHours(24),
                1L << 30);
    }
}
