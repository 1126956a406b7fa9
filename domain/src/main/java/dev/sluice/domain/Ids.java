package dev.sluice.domain;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// Makes ids of the form `<kind>_<ulid>`: 48 bits of milliseconds, then 80 random bits, in
/// Crockford's base 32. Ids of one kind sort by the millisecond they were made in.
///
/// Specification: github.com/ulid/spec. Lower-case letters are used so that ids read well in URLs.
public final class Ids {

    private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();

    private final InstantSource clock;
    private final RandomGenerator random;

    public Ids(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /// Ids from a cryptographic source of randomness.
    public static Ids secure(InstantSource clock) {
        return new Ids(clock, new SecureRandom());
    }

    public String next(String kind) {
        char[] text = new char[26];
        long millis = clock.millis();
        for (int i = 9; i >= 0; i--) {
            text[i] = ALPHABET[(int) (millis & 31)];
            millis >>>= 5;
        }
        encode(random.nextLong(), text, 10);
        encode(random.nextLong(), text, 18);
        return kind + "_" + new String(text);
    }

    private static void encode(long bits, char[] text, int from) {
        long rest = bits;
        for (int i = from; i < from + 8; i++) {
            text[i] = ALPHABET[(int) (rest & 31)];
            rest >>>= 5;
        }
    }
}
