package dev.sluice.protocol.media;

import dev.sluice.protocol.Answer;
import dev.sluice.protocol.StreamReader;

/// How the answers to one request are metered.
interface AnswerReader {

    /// Reads a whole answer.
    ///
    /// @param contentType as the provider says it, empty when it does not
    /// @throws dev.sluice.domain.FaultException `upstream_error` when it is none
    Answer whole(String contentType, byte[] body);

    /// A reader for a stream; one per attempt.
    default StreamReader stream() {
        throw new UnsupportedOperationException("this endpoint does not stream");
    }
}
