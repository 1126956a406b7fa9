package dev.sluice.ledger.journal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A growing buffer and the primitives of the record format; reused, never shared by threads.
final class ByteSink {

    // a record is a few hundred bytes; what one huge call needed is not kept for ever
    private static final int KEPT_BYTES = 64 * 1024;

    private byte[] bytes = new byte[1024];
    private int size;

    void clear() {
        size = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[KEPT_BYTES];
        }
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, size);
    }

    void oneByte(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    void flag(boolean value) {
        oneByte(value ? 1 : 0);
    }

    /// Seven bits a byte, low ones first; negative numbers take ten bytes.
    void unsigned(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /// Small numbers of both signs are short.
    void signed(long value) {
        unsigned((value << 1) ^ (value >> 63));
    }

    void optionalLong(@Nullable Long value) {
        flag(value != null);
        if (value != null) {
            signed(value);
        }
    }

    /// The length in bytes plus one, then UTF-8; zero is null.
    void optionalText(@Nullable String value) {
        if (value == null) {
            oneByte(0);
        } else {
            text(value);
        }
    }

    void text(String value) {
        int length = value.length();
        int start = size;
        unsigned(length + 1L);
        room(length);
        for (int i = 0; i < length; i++) {
            char character = value.charAt(i);
            if (character >= 0x80) {
                size = start;
                encoded(value);
                return;
            }
            bytes[size++] = (byte) character;
        }
    }

    private void encoded(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        unsigned(utf8.length + 1L);
        raw(utf8);
    }

    void decimal(BigDecimal value) {
        signed(value.scale());
        // precision() of a compact value allocates nothing; 18 digits always fit a long
        boolean small = value.precision() <= 18;
        flag(small);
        if (small) {
            signed(value.scale() == 0 ? value.longValue() : value.unscaledValue().longValue());
        } else {
            BigInteger unscaled = value.unscaledValue();
            byte[] big = unscaled.toByteArray();
            unsigned(big.length);
            raw(big);
        }
    }

    void optionalDecimal(@Nullable BigDecimal value) {
        flag(value != null);
        if (value != null) {
            decimal(value);
        }
    }

    void instant(Instant value) {
        signed(value.getEpochSecond());
        unsigned(value.getNano());
    }

    void optionalInstant(@Nullable Instant value) {
        flag(value != null);
        if (value != null) {
            instant(value);
        }
    }

    private void raw(byte[] added) {
        room(added.length);
        System.arraycopy(added, 0, bytes, size, added.length);
        size += added.length;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
