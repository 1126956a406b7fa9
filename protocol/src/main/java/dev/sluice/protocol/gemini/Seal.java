package dev.sluice.protocol.gemini;

import dev.sluice.protocol.canonical.Block;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Another provider's seal of its thinking as a `thoughtSignature`, which clients keep and send
/// back. They take it for bytes and may write its base64 in another alphabet: the seal is text
/// inside, so that it comes back as it was.
final class Seal {

    private static final String SIGNATURE = "sluice.signature:";
    private static final String SEALED = "sluice.sealed:";

    /// How both begin in base64.
    private static final String OWN = "c2x1aWNlL";

    private Seal() {}

    static boolean isOwn(String thoughtSignature) {
        return thoughtSignature.startsWith(OWN);
    }

    static String ofSignature(String signature) {
        return encoded(SIGNATURE + signature);
    }

    static String ofSealed(String data) {
        return encoded(SEALED + data);
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /// The thinking that is sealed with this; null when Gemini itself sealed it.
    static @Nullable Block thinking(String text, String thoughtSignature) {
        String opened = opened(thoughtSignature);
        if (opened.startsWith(SIGNATURE)) {
            return new Block.Thinking(text, opened.substring(SIGNATURE.length()));
        }
        return opened.startsWith(SEALED)
                ? new Block.SealedThinking(opened.substring(SEALED.length()))
                : null;
    }

    private static String opened(String thoughtSignature) {
        String plain = thoughtSignature.replace('-', '+').replace('_', '/');
        try {
            return new String(Base64.getDecoder().decode(plain), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return "";
        }
    }
}
