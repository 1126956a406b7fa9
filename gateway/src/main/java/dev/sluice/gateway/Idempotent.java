package dev.sluice.gateway;

/// Remembers calls that carried an Idempotency-Key. Blocks: called on virtual threads alone.
public interface Idempotent {

    /// Which call this is, as the client sees it.
    ///
    /// @param path the HTTP path, which with the method and the key makes the scope
    record Scope(
            String organizationId,
            String keyId,
            String method,
            String path,
            String idempotencyKey) {}

    /// What is known of a key.
    sealed interface Seen {
        /// Nobody used it before: this call has it now.
        record First() implements Seen {}

        /// The same call is being served.
        record Running(String requestId) implements Seen {}

        /// The same call was served.
        record Finished(String requestId) implements Seen {}

        /// The key was used with another body.
        record Conflict(String requestId) implements Seen {}
    }

    Seen enter(Scope scope, String bodySha256, String requestId);

    /// The call was served, or may have been: its key is used up.
    void finish(Scope scope, String requestId);

    /// The call ended without an answer and without a charge: its key may be used again.
    void free(Scope scope, String requestId);
}
