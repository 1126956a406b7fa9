package dev.sluice.protocol.responses;

import dev.sluice.domain.FaultException;
import dev.sluice.protocol.json.StrictJson;

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
}
