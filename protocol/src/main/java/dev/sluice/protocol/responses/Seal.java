package dev.sluice.protocol.responses;

import dev.sluice.protocol.canonical.Block;
import org.jspecify.annotations.Nullable;

/// Reasoning of other providers in `encrypted_content`, which a client sends back as it got it:
/// a signature of the text that is shown, or reasoning that only its provider can read.
final class Seal {

    private static final String SIGNATURE = OpenAiResponses.SEAL + "signature.";
    private static final String SECRET = OpenAiResponses.SEAL + "secret.";

    private Seal() {}

    static String ofSignature(@Nullable String signature) {
        return SIGNATURE + (signature == null ? "" : signature);
    }

    static String ofSecret(String data) {
        return SECRET + data;
    }

    /// The reasoning that was sealed here, or that was never sealed; null when it is another's.
    static @Nullable Block open(String sealed, String text) {
        if (sealed.startsWith(SIGNATURE)) {
            String signature = sealed.substring(SIGNATURE.length());
            return new Block.Thinking(text, signature.isEmpty() ? null : signature);
        }
        if (sealed.startsWith(SECRET)) {
            return new Block.SealedThinking(sealed.substring(SECRET.length()));
        }
        return sealed.isEmpty() && !text.isEmpty() ? new Block.Thinking(text, null) : null;
    }
}
