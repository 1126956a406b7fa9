package dev.sluice.protocol.anthropic;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.json.StrictJson;
import dev.sluice.protocol.json.Trees;
import java.util.Locale;

/// `POST /v1/messages` and `/v1/messages/count_tokens`: what their requests mean.
public final class AnthropicMessages {

    /// The endpoint family of [CallFacts#family].
    public static final String FAMILY = "messages";

    /// How often a declared provider-run tool is taken to run when the request sets no bound.
    static final int UNSTATED_ROUNDS = 10;

    private AnthropicMessages() {}

    /// Reads a request in one pass.
    ///
    /// @throws FaultException `invalid_request` with the path of the offending field
    public static MessagesRequest decode(byte[] body) {
        return StrictJson.withDefaults()
                .read(body, parser -> new MessagesDecoder(body).request(parser));
    }

    /// Reads what is to be counted: as a request, but without its limit.
    ///
    /// @throws FaultException `invalid_request` with the path of the offending field
    public static CallFacts decodeCount(byte[] body) {
        return StrictJson.withDefaults()
                .read(body, parser -> new MessagesDecoder(body).counted(parser));
    }

    /// The answer to a count.
    public static byte[] count(long inputTokens) {
        return Trees.bytes(Trees.object().put("input_tokens", inputTokens));
    }

    /// Whether a beta may be asked for: not those that widen the context window, on whose size the
    /// most a call may cost rests.
    public static boolean mayForwardBeta(String beta) {
        return !beta.toLowerCase(Locale.ROOT).startsWith("context-1m");
    }
}
