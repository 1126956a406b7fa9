package dev.sluice.protocol.responses;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.json.StrictJson;
import dev.sluice.protocol.json.Trees;

/// `POST /v1/responses`: what its requests mean.
///
/// What points at something an account of the provider keeps (a conversation, a stored prompt) is
/// refused: several clients share that account, and what is kept there has no owner here. An
/// earlier response is one that Sluice keeps for its owner ([KeptItems]); a request that names one
/// is told whole before anything is decided by it.
public final class OpenAiResponses {

    /// The endpoint family of [dev.sluice.domain.CallFacts#family].
    public static final String FAMILY = "responses";

    /// What the gateway tells a translation of the answer: its id, and the one before it. No client
    /// may send it.
    static final String KEEPING = "sluice";

    /// What the writer of an answer is told of the tools that were offered.
    static final String TOOLS = "sluice_tools";

    static final String LIMIT = "max_output_tokens";

    /// How `encrypted_content` begins that was written here: the seal of another provider, or none.
    static final String SEAL = "sluice.";

    /// How often a declared provider-run tool is taken to run when the request sets no bound.
    static final int UNSTATED_ROUNDS = 10;

    private OpenAiResponses() {}

    /// Reads a request in one pass.
    ///
    /// @throws FaultException `invalid_request` with the path of the offending field
    public static ResponsesRequest decode(byte[] body) {
        return StrictJson.withDefaults()
                .read(body, parser -> new ResponsesDecoder(body).decode(parser));
    }

    /// Reads what is to be counted: as a request that says all of its conversation itself.
    ///
    /// @throws FaultException `invalid_request` with the path of the offending field
    public static CallFacts decodeCount(byte[] body) {
        ResponsesRequest request = decode(body);
        if (request.keeping().previousId() != null) {
            throw Fault.invalid(
                            "What is kept is not counted: send the whole conversation in `input`.",
                            "previous_response_id")
                    .asException();
        }
        return request.facts();
    }

    /// The answer to a count.
    public static byte[] count(long inputTokens) {
        return Trees.bytes(
                Trees.object()
                        .put("object", "response.input_tokens")
                        .put("input_tokens", inputTokens));
    }
}
