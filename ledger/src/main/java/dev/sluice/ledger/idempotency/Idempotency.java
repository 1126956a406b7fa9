package dev.sluice.ledger.idempotency;

import java.time.Duration;

/// Idempotency keys of model calls: at most one upstream call per key for 24 hours. Calls block.
public interface Idempotency {

    /// How long a key is kept.
    Duration KEPT = Duration.ofHours(24);

    /// Where a key is valid.
    record Scope(
            String organizationId,
            String keyId,
            String method,
            String path,
            String idempotencyKey) {}

    /// What a key says about a call that wants to begin.
    sealed interface Begin {
        /// The key is this call's now: finish or free it.
        record Started() implements Begin {}

        /// The same call is on its way; ask again after a while.
        record Running(String requestId) implements Begin {}

        /// The same call has ended.
        record Finished(String requestId) implements Begin {}

        /// The key belongs to a call with another body.
        record Conflict(String requestId) implements Begin {}
    }

    /// Asks for a key; the same request may ask again after a lost answer.
    Begin begin(Scope scope, String bodySha256, String requestId);

    /// The call was answered or charged: the key stays taken.
    void finish(Scope scope, String requestId);

    /// The call was refused, or ended without an answer and without a charge: the key may be used
    /// again.
    void free(Scope scope, String requestId);
}
