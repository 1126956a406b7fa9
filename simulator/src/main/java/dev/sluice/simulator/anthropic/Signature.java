package dev.sluice.simulator.anthropic;

import dev.sluice.simulator.answer.Seed;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// What proves that a thinking block is this provider's own and unchanged. A client has to send it
/// back byte for byte; the simulator notices when it does not.
final class Signature {

    private static final String REDACTED = "sim-redacted ";

    private Signature() {}

    static String of(String thinking) {
        return encoded("sim-signature " + Seed.of("signature/" + thinking).hex());
    }

    /// What stands for thinking that is not shown: how long it was, and its hash.
    static String redacted(String thinking, long tokens) {
        String content = tokens + " " + Seed.of("redacted/" + thinking).hex();
        return encoded(REDACTED + content + ' ' + Seed.of(content).head(16));
    }

    static boolean isRedacted(String data) {
        String decoded = decoded(data);
        int end = decoded.lastIndexOf(' ');
        if (!decoded.startsWith(REDACTED) || end < REDACTED.length()) {
            return false;
        }
        String content = decoded.substring(REDACTED.length(), end);
        return decoded.substring(end + 1).equals(Seed.of(content).head(16));
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String data) {
        try {
            return new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
