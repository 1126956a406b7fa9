package dev.sluice.simulator.plan;

import dev.sluice.simulator.answer.Seed;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// What a provider gives a client to keep and to send back byte for byte: the signature of a
/// thought, or the thought itself, encrypted. Opaque to everybody else; the simulator knows its own
/// and notices when one was changed.
public final class Seal {

    private Seal() {}

    /// The same for the same text; no other kind's seal.
    public static String of(String kind, String text) {
        String content = "sim-" + kind + ' ' + Seed.of(kind + '/' + text).hex();
        String sealed = content + ' ' + Seed.of(content).head(16);
        return Base64.getEncoder().encodeToString(sealed.getBytes(StandardCharsets.UTF_8));
    }

    public static boolean isOwn(String kind, String seal) {
        String sealed;
        try {
            sealed = new String(Base64.getDecoder().decode(seal), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return false;
        }
        int end = sealed.lastIndexOf(' ');
        return end > 0
                && sealed.startsWith("sim-" + kind + ' ')
                && sealed.substring(end + 1).equals(Seed.of(sealed.substring(0, end)).head(16));
    }
}
