package dev.sluice.protocol.anthropic;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.canonical.Seals;
import dev.sluice.protocol.json.StrictJson;
import dev.sluice.protocol.json.Trees;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// `POST /v1/messages` and `/v1/messages/count_tokens`: what their requests mean.
public final class AnthropicMessages {

    /// The endpoint family of [CallFacts#family].
    public static final String FAMILY = "messages";

    /// The signature of thinking that another provider did: none that takes thinking back knows it.
    static final String UNSIGNED = Seals.MARK + "unsigned";

    private static final String VERSION_HEADER = "anthropic-version";
    private static final String BETA_HEADER = "anthropic-beta";

    /// What the requests that are written here are.
    private static final String VERSION = "2023-06-01";

    private static final String WIDER_CONTEXT = "context-1m";
    private static final int MOST_BETAS = 32;
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._-]{1,64}");

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

    /// The headers of a request to an upstream: the version, which every one must have, and the
    /// betas, less those that widen the context window, on whose size the most a call may cost
    /// rests.
    ///
    /// @param client the values of a header of a client that speaks this dialect
    public static Map<String, String> headers(Function<String, List<String>> client) {
        Map<String, String> headers = new LinkedHashMap<>();
        String version = String.join(",", client.apply(VERSION_HEADER));
        headers.put(VERSION_HEADER, isPlain(version) ? version : VERSION);
        String betas =
                client.apply(BETA_HEADER).stream()
                        .flatMap(value -> Stream.of(value.split(",")))
                        .map(String::strip)
                        .filter(beta -> isPlain(beta) && !beta.startsWith(WIDER_CONTEXT))
                        .limit(MOST_BETAS)
                        .collect(Collectors.joining(","));
        if (!betas.isEmpty()) {
            headers.put(BETA_HEADER, betas);
        }
        return headers;
    }

    private static boolean isPlain(String value) {
        return PLAIN.matcher(value).matches();
    }
}
