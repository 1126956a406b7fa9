package dev.sluice.protocol.responses;

import dev.sluice.domain.FaultException;
import dev.sluice.protocol.json.StrictJson;

/// `POST /v1/responses`: what its requests mean.
///
/// A request has to say all of itself. What points at something an account of the provider keeps
/// (an earlier response, a conversation, a stored prompt) is refused: several clients share that
/// account, and what is kept there has no owner here.
public final class OpenAiResponses {

    /// The endpoint family of [dev.sluice.domain.CallFacts#family].
    public static final String FAMILY = "responses";

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
