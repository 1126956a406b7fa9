package dev.sluice.protocol.gemini;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// The signature of a call within the call's id. Gemini refuses a call of its own that comes back
/// without its signature, and the id is the one thing that every client of every dialect sends
/// back.
///
/// @param id the call's id
/// @param signature the call's `thoughtSignature`, or null
record CallSeal(String id, @Nullable String signature) {

    private static final String MARK = "__sluice__";

    /// The id as clients of other dialects keep it: letters, digits, `_` and `-`.
    String sealed() {
        return signature == null
                ? id
                : id
                        + MARK
                        + Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(signature.getBytes(StandardCharsets.UTF_8));
    }

    static CallSeal open(String sealed) {
        int mark = sealed.lastIndexOf(MARK);
        if (mark < 0) {
            return new CallSeal(sealed, null);
        }
        try {
            byte[] signature =
                    Base64.getUrlDecoder().decode(sealed.substring(mark + MARK.length()));
            return new CallSeal(
                    sealed.substring(0, mark), new String(signature, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException _) {
            return new CallSeal(sealed, null);
        }
    }
}
