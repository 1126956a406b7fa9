package dev.sluice.protocol.gemini;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.UpstreamFaults;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Reads a complete answer; its bytes go to the client as they are.
final class GeminiResponse {

    private static final JsonFactory JSON = new JsonFactory();

    private GeminiResponse() {}

    /// Reads one answer.
    ///
    /// @throws FaultException `upstream_error` for what is no answer, or the classified fault when
    ///     a provider wraps an error in a 200
    static Answer read(byte[] body) {
        AnswerScan scan = new AnswerScan();
        try (JsonParser p = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (p.nextToken() != JsonToken.START_OBJECT) {
                throw malformed();
            }
            scan.members(p);
            if (p.nextToken() != null) {
                throw malformed();
            }
        } catch (JacksonException e) {
            throw malformed();
        }
        if (scan.isError()) {
            throw UpstreamFaults.inStream(body, 0, body.length).fault().asException();
        }
        if (!scan.isAnswer()) {
            throw malformed();
        }
        return new Answer(
                body,
                new Answer.Facts(
                        scan.usage.report(0, scan.searches()),
                        scan.finishes(),
                        scan.contentBytes(),
                        scan.model(),
                        null,
                        scan.id(),
                        scan.searches()));
    }

    private static FaultException malformed() {
        return Fault.of(
                        FaultCode.UPSTREAM_ERROR,
                        "The upstream's answer is not what this endpoint answers with.")
                .asException();
    }
}
