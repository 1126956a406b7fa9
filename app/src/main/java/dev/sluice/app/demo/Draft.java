package dev.sluice.app.demo;

import dev.sluice.app.demo.Cast.Traffic;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One call as chance has it, before anybody decides about it. Everything random is in here, so
/// that what becomes of it can be told again and again.
///
/// @param inputTokens all of them, `cachedTokens` included
/// @param outputTokens all of them, `reasoningTokens` included
/// @param attemptIds one more than a call can need
/// @param providerIds the provider's names of the attempts
record Draft(
        String requestId,
        Instant at,
        Traffic traffic,
        Fate fate,
        @Nullable String workflow,
        @Nullable String productArea,
        @Nullable String customer,
        @Nullable String user,
        @Nullable String actionId,
        long inputTokens,
        long cachedTokens,
        long outputTokens,
        long reasoningTokens,
        int pictures,
        boolean fine,
        boolean stream,
        long firstByteMillis,
        long microsPerToken,
        List<String> attemptIds,
        List<String> providerIds) {

    /// What happens to a call that is let through.
    enum Fate {
        ANSWERED,
        /// Ended at its output limit.
        TRUNCATED,
        /// The first upstream fails, the next one answers.
        FAILED_OVER,
        /// As before, after the first was waited for in vain.
        TIMED_OUT,
        /// Every upstream fails.
        FAILED,
        /// The client leaves in the middle of the answer.
        LEFT,
        /// The provider refuses the request as such.
        REJECTED,
        /// The model's name is misspelt.
        MISSPELT
    }

    long tokenMillis(long tokens) {
        return tokens * microsPerToken / 1_000;
    }
}
