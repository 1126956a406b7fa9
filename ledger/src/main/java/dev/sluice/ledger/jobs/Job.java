package dev.sluice.ledger.jobs;

import dev.sluice.catalog.Price;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.window.Settlement;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A job a provider works on after the call that began it was answered, as the books have it.
///
/// @param id what clients know it by
/// @param keyId whose it is: nobody else sees it
/// @param model the public name
/// @param hold what it holds until it is settled
/// @param call the call that began it, as far as it is known; of its attempts the last is under way
/// @param asked what of the request its settlement needs
/// @param shown what clients see of it, a JSON object
/// @param place where it was sent, null before
/// @param providerJobId null until the provider has told it
/// @param multiply the price rule at admission
public record Job(
        String id,
        String organizationId,
        String keyId,
        String requestId,
        State state,
        String model,
        Settlement.Open hold,
        CallRecord call,
        Map<String, String> asked,
        String shown,
        @Nullable Place place,
        @Nullable String providerJobId,
        BigDecimal multiply,
        Instant createdAt,
        @Nullable Instant endedAt) {

    /// How far a job has come; the lower-case names are those of the table.
    public enum State {
        /// Held and written down; the provider may be being asked.
        SUBMITTING,
        /// The provider was asked and nobody knows whether it took the job: never asked again.
        UNKNOWN,
        SUBMITTED,
        DONE,
        /// It came to nothing, and cost nothing.
        FAILED;

        public boolean isOpen() {
            return this == SUBMITTING || this == UNKNOWN || this == SUBMITTED;
        }

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State ofWireName(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }
    }

    /// Where a job is.
    ///
    /// @param wire how its provider is spoken to
    /// @param price pinned at admission
    public record Place(String wire, String upstreamId, String upstreamModel, Price price) {}

    /// Whose jobs.
    public record Owner(String organizationId, String keyId) {}

    /// A job that is about to be written down.
    ///
    /// @param call as it would be shown if it ended now
    /// @param submitBy when it counts as never sent, if nothing more is written
    public record Draft(
            String id,
            String keyId,
            String model,
            CallRecord call,
            Map<String, String> asked,
            String shown,
            BigDecimal multiply,
            Instant submitBy) {}
}
