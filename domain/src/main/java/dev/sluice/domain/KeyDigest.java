package dev.sluice.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The SHA-256 of a credential in lower-case hex: what is stored and looked up instead of the
/// credential. Credentials carry 256 random bits, so a plain digest cannot be searched, and looking
/// one up by digest leaks no timing about the credential itself.
public record KeyDigest(String hex) {

    public static KeyDigest of(String credential) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(credential.getBytes(StandardCharsets.UTF_8));
            return new KeyDigest(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
