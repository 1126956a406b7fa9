package dev.sluice.control.access;

import java.util.random.RandomGenerator;

/// Makes credentials: a prefix and 43 characters of base 62 that carry 256 random bits.
public final class Credentials {

    public static final String KEY_PREFIX = "sk-sluice-";
    public static final String ADMIN_PREFIX = "sk-sluice-admin-";

    public static final String INVITATION_PREFIX = "inv-";

    private static final char[] ALPHABET =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray();
    private static final int LENGTH = 43;

    private final RandomGenerator random;

    /// Credentials from a source of randomness.
    ///
    /// @param random a cryptographic one, except in tests
    public Credentials(RandomGenerator random) {
        this.random = random;
    }

    public String key() {
        return KEY_PREFIX + characters();
    }

    public String adminToken() {
        return ADMIN_PREFIX + characters();
    }

    public String session() {
        return characters();
    }

    public String invitation() {
        return INVITATION_PREFIX + characters();
    }

    /// 62⁴³ is a little more than 2²⁵⁶: drawing each character evenly loses nothing.
    private String characters() {
        char[] text = new char[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            text[i] = ALPHABET[random.nextInt(ALPHABET.length)];
        }
        return new String(text);
    }

    /// Whether a text looks like a credential that somebody pasted where a reference belongs.
    public static boolean looksLikeOne(String text) {
        return text.matches("(?s).*\\bsk-[A-Za-z0-9_-]{16,}.*");
    }
}
