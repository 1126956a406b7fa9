package dev.sluice.protocol.job;

import dev.sluice.domain.FaultException;
import dev.sluice.domain.Usage;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// One way in which a provider's jobs are looked after, and what clients see of them. Paths are
/// from the host's root; those of a job are worked out from the one it was sent to.
public interface JobWire {

    /// The name of the dialect it belongs to, as upstreams speak it.
    String dialect();

    /// The endpoint family whose path it is sent to.
    String family();

    /// What a job that is spoken of in this way is kept under.
    default String name() {
        return dialect();
    }

    /// Where jobs are sent, below an upstream's base URL.
    String path(String model);

    /// Where a job's state is.
    ///
    /// @param path where it was sent
    String lookAt(String path, String job);

    /// What asks for a job's state.
    ///
    /// @param path where it was sent
    default JobAsk look(String path, String job) {
        return JobAsk.get(lookAt(path, job));
    }

    /// Where a job is told to stop; empty where it cannot be.
    default Optional<String> cancel(String path, String job) {
        return Optional.empty();
    }

    /// Reads what a provider says of a job, in answer to its submit or to a look.
    ///
    /// @param asked what of the request was kept
    /// @throws FaultException `upstream_error` when it is nothing of the kind
    JobLook read(byte[] body, Map<String, String> asked);

    /// A job as clients see it after its provider was asked for it.
    ///
    /// @param before as it was shown last
    ObjectNode after(String before, JobLook look, Instant now);

    /// A job that nobody will hear of any more, as clients see it.
    ObjectNode lost(String before, String code, String message, Instant now);

    /// The most that a job which was asked for this may have used.
    Usage most(Map<String, String> asked);
}
