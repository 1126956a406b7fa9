package dev.sluice.domain;

import java.security.SecureRandom;
import java.time.Instant;
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
        return at(kind, clock.instant());
    }

    /// An id that sorts as if it had been made at that moment, for what happened then.
    public String at(String kind, Instant moment) {
        char[] text = new char[26];
        long millis = moment.toEpochMilli();
        for (int i = 9; i >= 0; i--) {
            text[i] = ALPHABET[(int) (millis & 31)];
            millis >>>= 5;
        }
        // all at once: a cryptographic source is asked often enough
        byte[] bits = new byte[10];
        random.nextBytes(bits);
        encode(bits, 0, text, 10);
        encode(bits, 5, text, 18);
        return kind + "_" + new String(text);
    }

    /// Five bytes as eight digits.
    private static void encode(byte[] bits, int first, char[] text, int from) {
        long rest = 0;
        for (int i = first; i < first + 5; i++) {
            rest = rest << 8 | (bits[i] & 0xff);
        }
        for (int i = from; i < from + 8; i++) {
            text[i] = ALPHABET[(int) (rest & 31)];
            rest >>>= 5;
        }
    }
}
