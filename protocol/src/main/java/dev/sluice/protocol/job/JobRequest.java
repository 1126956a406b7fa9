package dev.sluice.protocol.job;

import dev.sluice.protocol.Decoded;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A decoded request that begins a job; it has no answer but that.
public interface JobRequest extends Decoded {

    /// What the ids of such jobs begin with.
    String kind();

    /// What of the request the settlement needs.
    Map<String, String> kept();

    /// The job as clients see it before any provider has it.
    ///
    /// @param organization whose it is
    /// @param of the job it is another version of, or null
    ObjectNode begun(String id, String organization, Instant at, @Nullable String of);

    /// The same in answer to the request itself.
    ///
    /// @param shown the job as its provider took it
    default ObjectNode told(ObjectNode shown) {
        return shown;
    }

    /// The job that no provider took.
    ObjectNode lost(String before, String code, String message, Instant now);
}
