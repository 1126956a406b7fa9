package dev.sluice.gateway.batches;

import dev.sluice.gateway.responses.ResponseStore.Owner;
import dev.sluice.protocol.batch.BatchStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A batch as the replica sees it that works on it.
///
/// @param headers what the client said of its calls, by lower-case name
/// @param status when it was taken
/// @param outcome what it is becoming: no line changes any more; null before
/// @param keep how long its files are kept
record HeldBatch(
        String id,
        Owner owner,
        String endpoint,
        String inputFileId,
        String outputFileId,
        String errorFileId,
        Map<String, String> headers,
        BatchStatus status,
        @Nullable BatchStatus outcome,
        Duration keep,
        Instant createdAt,
        Instant expiresAt) {}
