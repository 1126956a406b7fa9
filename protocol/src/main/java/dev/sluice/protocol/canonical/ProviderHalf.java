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

    /// Names of tools as the dialect takes them, for one call.
    ToolNames toolNames();

    /// Reads a whole answer that the dialect's meter took for one.
    ///
    /// @param losses what of the answer there are no words for
    Reply readReply(JsonNode answer, Losses losses);

    /// A reader for one stream.
    EventReader eventReader();
}
