package dev.sluice.protocol.canonical;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/// Names of tools for a dialect that takes shorter ones: a name it does not take is cut and marked
/// with a digest, the same way on every turn, and turned back in the answer.
public final class ToolNames {

    private static final int MARK = 8;

    private final int longest;
    private final boolean letterFirst;
    private final Map<String, String> originals = new HashMap<>();

    /// Names for one call.
    ///
    /// @param longest characters a name may have; letters, digits, `_` and `-` are always fine
    /// @param letterFirst whether the first must be a letter or `_`
    public ToolNames(int longest, boolean letterFirst) {
        this.longest = longest;
        this.letterFirst = letterFirst;
    }

    /// The name to send.
    public String sent(String name) {
        if (isFine(name)) {
            return name;
        }
        String plain = name.replaceAll("[^A-Za-z0-9_-]", "_");
        plain = begins(plain) ? plain : "_" + plain;
        int kept = Math.min(plain.length(), longest - MARK - 1);
        String sent = plain.substring(0, kept) + "_" + digest(name);
        originals.put(sent, name);
        return sent;
    }

    /// The client's name of a tool that was sent under this one.
    public String original(String sent) {
        return originals.getOrDefault(sent, sent);
    }

    private boolean begins(String name) {
        return !letterFirst || (!name.isEmpty() && isLetter(name.charAt(0)));
    }

    private boolean isFine(String name) {
        return !name.isEmpty()
                && begins(name)
                && name.length() <= longest
                && name.chars().allMatch(ToolNames::isPlain);
    }

    private static boolean isPlain(int c) {
        return isLetter(c) || (c >= '0' && c <= '9') || c == '-';
    }

    private static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private static String digest(String name) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, MARK);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
