package dev.sluice.protocol.openai;

import dev.sluice.domain.FaultException;
import dev.sluice.protocol.json.StrictJson;

/// `POST /v1/chat/completions`: what its requests mean.
public final class OpenAiChat {

    /// The endpoint family of [dev.sluice.domain.CallFacts#family].
    public static final String FAMILY = "chat";

    /// How often a declared provider-run tool is taken to run when the request sets no bound
    /// (`max_uses`). A search model looks once before it answers; see [#SEARCH_ROUNDS].
    public static final int UNSTATED_ROUNDS = 10;

    /// `web_search_options` means one search before the answer.
    public static final int SEARCH_ROUNDS = 1;

    private OpenAiChat() {}

    /// Reads a request in one pass.
    ///
    /// @throws FaultException `invalid_request` with the path of the offending field
    public static ChatRequest decode(byte[] body) {
        return decode(body, StrictJson.withDefaults());
    }

    public static ChatRequest decode(byte[] body, StrictJson json) {
        return json.read(
                body,
                parser -> {
                    ChatDecoder decoder = new ChatDecoder(body);
                    ChatRequest request = decoder.decode(parser);
                    Boolean costAsked = decoder.costAsked();
                    return costAsked == null
                            ? request
                            : decode(CostQuestion.without(body), json).askedForCost(costAsked);
                });
    }
}
