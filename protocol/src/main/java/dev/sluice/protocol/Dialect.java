package dev.sluice.protocol;

/// Whose envelope a client expects its errors in. The path alone decides, so that a refusal before
/// decoding speaks the client's language too.
public enum Dialect {
    OPENAI,
    /// As [#OPENAI], but for how a stream fails.
    OPENAI_RESPONSES,
    ANTHROPIC,
    GEMINI;

    /// `/v1/messages` and below is Anthropic's, `/v1beta` and below Gemini's, everything else is
    /// answered as OpenAI would: `/v1/responses` and below with events of its own.
    public static Dialect ofPath(String path) {
        if (under(path, "/v1/messages")) {
            return ANTHROPIC;
        }
        if (under(path, "/v1/responses")) {
            return OPENAI_RESPONSES;
        }
        return under(path, "/v1beta") ? GEMINI : OPENAI;
    }

    private static boolean under(String path, String root) {
        return path.startsWith(root)
                && (path.length() == root.length()
                        || path.charAt(root.length()) == '/'
                        || path.charAt(root.length()) == '?');
    }
}
