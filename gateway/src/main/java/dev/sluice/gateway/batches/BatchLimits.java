package dev.sluice.gateway.batches;

import java.time.Duration;

/// What bounds batches. `docs/reference/limits.md` lists them.
///
/// @param batchLines calls of a batch; more and it fails
/// @param batchErrors of an input file that are told; the rest is not looked for
/// @param openBatches of an organization at a time; more is 429
/// @param batchesAtOnce that one replica works on
/// @param batchLinesAtOnce of one batch that are asked at the same time
/// @param batchWindow how long a batch has; then what is left expires
/// @param batchLease how long a replica holds a batch that it does not hear of
/// @param batchLineWait for the answer to one line
/// @param batchLineTries of a line that an upstream fails; those that are told to wait go on
/// @param batchRetryWait the longest pause before a line is asked again
/// @param batchUnsure how long a line waits for a replica that asked it and is gone
/// @param keptBatch how long a batch is told of
public record BatchLimits(
        int batchLines,
        int batchErrors,
        int openBatches,
        int batchesAtOnce,
        int batchLinesAtOnce,
        Duration batchWindow,
        Duration batchLease,
        Duration batchLineWait,
        int batchLineTries,
        Duration batchRetryWait,
        Duration batchUnsure,
        Duration keptBatch) {

    public static final BatchLimits DEFAULT =
            new BatchLimits(
                    50_000,
                    100,
                    100,
                    4,
                    8,
                    Duration.ofHours(24),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(20),
                    5,
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(10),
                    Duration.ofDays(30));
}
