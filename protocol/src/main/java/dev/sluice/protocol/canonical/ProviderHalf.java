package dev.sluice.protocol.canonical;

import tools.jackson.databind.JsonNode;

/// What a dialect does for upstreams that speak it, when the client speaks another.
///
/// Usage, faults and the end of a stream are read by the dialect's own meter, as without
/// translation.
public interface ProviderHalf {

    /// The request to send, but for what is edited into it: the model's name is any, a limit that
    /// the dialect requires and the client did not send is any.
    ///
    /// @param names turns names of tools into what the dialect takes
    /// @throws dev.sluice.domain.FaultException `invalid_request` for what cannot be asked in this
    ///     dialect, where leaving it out would ask something else
    byte[] writeRequest(Conversation conversation, ToolNames names, Losses losses);

    /// Whether a request without an output limit is refused.
    default boolean requiresLimit() {
        return false;
    }

    /// The longest name of a tool.
    int longestToolName();

    /// Reads a whole answer that the dialect's meter took for one.
    Reply readReply(JsonNode answer);

    /// A reader for one stream.
    EventReader eventReader();
}
