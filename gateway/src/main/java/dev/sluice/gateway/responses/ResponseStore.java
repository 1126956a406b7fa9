package dev.sluice.gateway.responses;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.policy.KeyEntry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Responses that are kept for those who asked for them. Each belongs to one key; to every other
/// key it does not exist. Calls block.
public interface ResponseStore {

    /// Whose responses.
    record Owner(String organizationId, String keyId) {

        public static Owner of(KeyEntry key) {
            return new Owner(key.organizationId(), key.id());
        }
    }

    /// One response.
    ///
    /// @param previousId the response it goes on from, or null
    /// @param upstreamId the account that keeps it under the same id, or null
    /// @param turn [dev.sluice.protocol.responses.KeptTurn] as text
    record Kept(String id, @Nullable String previousId, @Nullable String upstreamId, String turn) {}

    /// What is kept, and for how long.
    ///
    /// @param keptResponse how long a response is kept after it was last used
    /// @param keptResponseCharacters the longest turn, its input and its answer as text
    /// @param keptConversationBytes all turns of a conversation together
    /// @param keptConversationTurns turns of a conversation
    record Limits(
            Duration keptResponse,
            int keptResponseCharacters,
            int keptConversationBytes,
            int keptConversationTurns) {

        public static final Limits DEFAULT =
                new Limits(Duration.ofDays(30), 8 << 20, 16 << 20, 1_000);
    }

    default void keep(Owner owner, Kept response) {
        keep(owner, response, Set.of());
    }

    /// Keeps one, and finds it by the ids of its items too.
    void keep(Owner owner, Kept response, Set<String> itemIds);

    /// The newest ones that have any of these items, as many as there are items at most.
    List<Kept> withItems(Owner owner, Set<String> itemIds);

    Optional<Kept> find(Owner owner, String id);

    /// The response and all it goes on from, oldest first; empty when one of them is not kept (any
    /// more).
    ///
    /// @throws dev.sluice.domain.FaultException `request_too_large` for more than the limits allow
    List<Kept> conversation(Owner owner, String id);

    /// Whether there was one.
    boolean delete(Owner owner, String id);

    /// What a client is told when a call here failed.
    static Fault unavailable() {
        return Fault.of(
                        FaultCode.ESCROW_UNAVAILABLE,
                        "Kept responses cannot be read: the database is away.")
                .withRetryAfter(Duration.ofSeconds(1));
    }
}
