package dev.sluice.simulator.answer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/// A hash of what was asked: the only source of variety. Same request, same seed, same answer.
public record Seed(String hex) {

    public static Seed of(String text) {
        return new Seed(HexFormat.of().formatHex(sha256(text)));
    }

    /// A seed of its own for a part of the answer.
    public Seed part(String name) {
        return of(hex + '/' + name);
    }

    public Random random() {
        return new Random(number());
    }

    public long number() {
        return Long.parseUnsignedLong(hex, 0, 16, 16);
    }

    /// The first characters, for ids.
    public String head(int characters) {
        return hex.substring(0, characters);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
