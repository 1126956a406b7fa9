package dev.sluice.protocol.canonical;

import dev.sluice.domain.Usage;
import dev.sluice.protocol.json.Trees;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a dialect does for clients that speak it, when the upstream speaks another.
public interface ClientHalf {

    /// Reads a request that the dialect's decoder has let pass.
    ///
    /// @throws dev.sluice.domain.FaultException `invalid_request` for what makes no sense
    Conversation readRequest(JsonNode request, Losses losses);

    /// What of a request its answer repeats; kept until the answer is written.
    default ObjectNode repeated(JsonNode request) {
        return Trees.object();
    }

    /// A whole answer, in UTF-8.
    byte[] writeReply(Reply reply, Usage usage, Asked asked);

    /// A writer for one stream.
    EventWriter eventWriter(Asked asked);
}
