package dev.sluice.protocol.canonical;

/// Efforts as budgets of tokens and back, for dialects that have only one of the two. Neither has
/// a fixed size in the other's terms.
public final class Efforts {

    private static final long LOW = 4_096;
    private static final long MEDIUM = 16_384;

    private Efforts() {}

    /// Tokens to think with.
    ///
    /// @param level of [Conversation.Reasoning.Effort]
    public static long budget(String level) {
        return switch (level) {
            case "minimal" -> 1_024;
            case "low" -> 2_048;
            case "medium" -> 8_192;
            case "high" -> 16_384;
            default -> 32_000;
        };
    }

    public static String level(long tokens) {
        return tokens <= LOW ? "low" : tokens <= MEDIUM ? "medium" : "high";
    }
}
