package dev.sluice.protocol.canonical;

import dev.sluice.domain.Usage;
import tools.jackson.databind.JsonNode;

/// What a dialect does for clients that speak it, when the upstream speaks another.
public interface ClientHalf {

    /// Reads a request that the dialect's decoder has let pass.
    ///
    /// @throws dev.sluice.domain.FaultException `invalid_request` for what makes no sense
    Conversation readRequest(JsonNode request, Losses losses);

    /// A whole answer, in UTF-8.
    byte[] writeReply(Reply reply, Usage usage, Asked asked);

    /// A writer for one stream.
    EventWriter eventWriter(Asked asked);
}
