package dev.sluice.protocol.gemini;

import dev.sluice.domain.CallFacts;
import dev.sluice.protocol.Dialect;
import dev.sluice.protocol.PathText;
import dev.sluice.protocol.json.PointEdits;
import dev.sluice.protocol.json.StrictJson;
import dev.sluice.protocol.json.Trees;
import java.util.Optional;

/// `POST /v1beta/models/{model}:generateContent`, `:streamGenerateContent` and `:countTokens`: what
/// their paths and requests mean.
public final class GeminiContent {

    /// The endpoint family of [CallFacts#family].
    public static final String FAMILY = "gemini";

    /// The path of a plain call; a streamed one has another verb.
    public static final String PATH = "/v1beta/models/{model}:generateContent";

    private static final String ROOT = "/v1beta/models/";

    /// How often a declared tool that the provider runs is taken to run.
    static final int UNSTATED_ROUNDS = 10;

    private GeminiContent() {}

    /// What is asked of a model.
    public enum Verb {
        GENERATE(":generateContent"),
        STREAM(":streamGenerateContent"),
        COUNT(":countTokens"),
        EMBED(":embedContent"),
        EMBED_BATCH(":batchEmbedContents");

        private final String suffix;

        Verb(String suffix) {
            this.suffix = suffix;
        }

        /// The path of a call; what stands for the model is given.
        public String path(String model) {
            return ROOT + model + suffix;
        }
    }

    /// What a path says.
    ///
    /// @param model the model's name, decoded
    public record Address(String model, Verb verb) {}

    /// Reads a path; empty when it is none of these. Clients choose a version of the API, and the
    /// newest ones another than those before; what they ask is the same.
    public static Optional<Address> address(String path) {
        for (String root : Dialect.GEMINI_ROOTS) {
            for (Verb verb : Verb.values()) {
                int end = path.length() - verb.suffix.length();
                if (path.startsWith(root + "/") && path.endsWith(verb.suffix)) {
                    String model = path.substring(Math.min(root.length() + 1, end), end);
                    return Optional.of(new Address(PathText.decoded(model), verb));
                }
            }
        }
        return Optional.empty();
    }

    /// The path at an upstream, which is always asked for events where it streams.
    public static String upstreamPath(String model, boolean stream) {
        return ROOT
                + PathText.encoded(model)
                + (stream ? Verb.STREAM.suffix + "?alt=sse" : Verb.GENERATE.suffix);
    }

    /// The body with what its path says as its first members; what is no object stays as it is.
    public static byte[] addressed(byte[] body, Address address) {
        int brace = firstAfterSpace(body, 0);
        if (brace == body.length || body[brace] != '{') {
            return body;
        }
        int first = firstAfterSpace(body, brace + 1);
        boolean empty = first < body.length && body[first] == '}';
        return new PointEdits(body)
                .insertFirst(brace + 1, false, "model", PointEdits.quote(address.model()))
                .insertFirst(
                        brace + 1, empty, "stream", Boolean.toString(address.verb() == Verb.STREAM))
                .apply();
    }

    private static int firstAfterSpace(byte[] body, int from) {
        int at = from;
        while (at < body.length
                && (body[at] == ' ' || body[at] == '\n' || body[at] == '\r' || body[at] == '\t')) {
            at++;
        }
        return at;
    }

    /// Reads an addressed request in one pass.
    ///
    /// @throws dev.sluice.domain.FaultException `invalid_request` with the path of the field
    public static GeminiRequest decode(byte[] body) {
        return StrictJson.withDefaults()
                .read(body, parser -> new GeminiDecoder(body).request(parser));
    }

    /// Reads what is to be counted: contents, or a whole request around them.
    ///
    /// @throws dev.sluice.domain.FaultException `invalid_request` with the path of the field
    public static CallFacts decodeCount(byte[] body) {
        return decode(body).facts();
    }

    /// The answer to a count.
    public static byte[] count(long inputTokens) {
        return Trees.bytes(Trees.object().put("totalTokens", inputTokens));
    }
}
