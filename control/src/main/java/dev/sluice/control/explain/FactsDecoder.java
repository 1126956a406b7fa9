package dev.sluice.control.explain;

import dev.sluice.domain.CallFacts;

/// Reads what a decision rests on out of a request body, as the data plane would.
@FunctionalInterface
public interface FactsDecoder {

    /// Throws [dev.sluice.domain.FaultException] for an unknown endpoint or a bad body.
    ///
    /// @param endpoint the path the call would be sent to, such as `/v1/chat/completions`
    CallFacts decode(String endpoint, byte[] body);
}
