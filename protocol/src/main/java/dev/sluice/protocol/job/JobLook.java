package dev.sluice.protocol.job;

import dev.sluice.domain.Usage;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What a provider says of a job.
///
/// @param job the provider's own id of it
/// @param shown what clients are to see, in their shape, as far as the provider says it
/// @param usage what a job that ended used; of one that failed the customer pays nothing
/// @param served what the price may depend on: `resolution`
/// @param url where a completed video is fetched from, where it is not below the job
public record JobLook(
        String job,
        State state,
        ObjectNode shown,
        Usage usage,
        Map<String, String> served,
        @Nullable String url) {

    /// How far a job is; the words are those of clients' shape.
    public enum State {
        QUEUED("queued"),
        IN_PROGRESS("in_progress"),
        COMPLETED("completed"),
        /// As the client wanted; what was made until then is paid.
        CANCELLED("cancelled"),
        FAILED("failed");

        private final String word;

        State(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }

        public boolean isEnd() {
            return this == COMPLETED || this == CANCELLED || this == FAILED;
        }
    }
}
