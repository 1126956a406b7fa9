package dev.sluice.control.access;

import dev.sluice.domain.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The installation's management credential (`SLUICE_ADMIN_KEY`), kept as a digest and compared in
/// constant time.
public final class AdminKey {

    private static final int MIN_LENGTH = 32;
    private static final int MIN_DIFFERENT = 10;
    private static final int MAX_PERIOD = 12;

    private final byte[] digest;

    private AdminKey(byte[] digest) {
        this.digest = digest;
    }

    /// Throws [IllegalArgumentException] that says why when the key is weak.
    public static AdminKey of(Secret key) {
        String text = key.reveal();
        if (text.length() < MIN_LENGTH) {
            throw weak("has fewer than " + MIN_LENGTH + " characters");
        }
        if (text.chars().distinct().count() < MIN_DIFFERENT) {
            throw weak("has fewer than " + MIN_DIFFERENT + " different characters");
        }
        for (int period = 1; period <= MAX_PERIOD; period++) {
            if (repeats(text, period)) {
                throw weak("repeats itself");
            }
        }
        return new AdminKey(digest(text));
    }

    public boolean matches(String credential) {
        return MessageDigest.isEqual(digest, digest(credential));
    }

    private static boolean repeats(String text, int period) {
        for (int i = period; i < text.length(); i++) {
            if (text.charAt(i) != text.charAt(i - period)) {
                return false;
            }
        }
        return true;
    }

    private static IllegalArgumentException weak(String why) {
        return new IllegalArgumentException(
                "SLUICE_ADMIN_KEY "
                        + why
                        + ". Take a random one, for example from: openssl rand -base64 32");
    }

    static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
