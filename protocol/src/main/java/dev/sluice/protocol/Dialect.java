package dev.sluice.protocol;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Whose envelope a client expects its errors in. The path alone decides, so that a refusal before
/// decoding speaks the client's language too.
public enum Dialect {
    OPENAI,
    /// As [#OPENAI], but for how a stream fails.
    OPENAI_RESPONSES,
    ANTHROPIC,
    GEMINI;

    /// Where Gemini's clients find models. The last is OpenAI's and Anthropic's, too.
    public static final List<String> GEMINI_ROOTS =
            List.of("/v1beta/models", "/v1alpha/models", "/v1/models");

    private static final String ANTHROPIC_HEADER = "anthropic-version";

    private static final List<String> GEMINI_HEADERS =
            List.of("x-goog-api-key", "x-goog-api-client");

    /// What is asked of a model that stands in a path.
    private static final Pattern GEMINI_CALL =
            Pattern.compile(
                    "/v1/models/[^?]*:"
                            + "(generateContent|streamGenerateContent|countTokens|embedContent"
                            + "|batchEmbedContents)([?].*)?");

    /// `/v1/messages` and below is Anthropic's, `/v1beta` and below Gemini's, everything else is
    /// answered as OpenAI would: `/v1/responses` and below with events of its own. Of `/v1/models`
    /// what ends in one of Gemini's verbs is Gemini's.
    public static Dialect ofPath(String path) {
        if (under(path, "/v1/messages")) {
            return ANTHROPIC;
        }
        if (under(path, "/v1/responses")) {
            return OPENAI_RESPONSES;
        }
        boolean gemini =
                under(path, "/v1beta")
                        || under(path, "/v1alpha")
                        || (under(path, "/v1/models") && GEMINI_CALL.matcher(path).matches());
        return gemini ? GEMINI : OPENAI;
    }

    /// The same where several dialects share a path, or where there is nothing: headers that every
    /// client of one of them sends tell whose it is. A path of one dialect alone decides.
    ///
    /// @param hasHeader whether the request has a header of this name
    public static Dialect of(String path, Predicate<String> hasHeader) {
        Dialect own = ofPath(path);
        if (own != OPENAI) {
            return own;
        }
        if (GEMINI_HEADERS.stream().anyMatch(hasHeader)) {
            return GEMINI;
        }
        return hasHeader.test(ANTHROPIC_HEADER) ? ANTHROPIC : OPENAI;
    }

    private static boolean under(String path, String root) {
        return path.startsWith(root)
                && (path.length() == root.length()
                        || path.charAt(root.length()) == '/'
                        || path.charAt(root.length()) == '?');
    }
}
