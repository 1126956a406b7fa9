package dev.sluice.ledger.journal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Reads what [ByteSink] wrote. Its input passed a checksum: what does not fit is a fault of the
/// format and throws an unchecked exception.
final class ByteSource {

    private final ByteBuffer bytes;

    ByteSource(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    boolean isEmpty() {
        return !bytes.hasRemaining();
    }

    int oneByte() {
        return bytes.get() & 0xff;
    }

    boolean flag() {
        return bytes.get() != 0;
    }

    long unsigned() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = bytes.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalStateException("a number of more than ten bytes");
    }

    long signed() {
        long value = unsigned();
        return (value >>> 1) ^ -(value & 1);
    }

    /// A number of things that follow, each at least one byte long.
    int count() {
        long count = unsigned();
        if (count < 0 || count > bytes.remaining()) {
            throw new IllegalStateException("more things than bytes: " + count);
        }
        return (int) count;
    }

    @Nullable Long optionalLong() {
        return flag() ? (Long) signed() : null;
    }

    @Nullable String optionalText() {
        long length = unsigned();
        if (length == 0) {
            return null;
        }
        return new String(raw(length - 1), StandardCharsets.UTF_8);
    }

    String text() {
        String text = optionalText();
        if (text == null) {
            throw new IllegalStateException("a required text is missing");
        }
        return text;
    }

    BigDecimal decimal() {
        int scale = Math.toIntExact(signed());
        return flag()
                ? BigDecimal.valueOf(signed(), scale)
                : new BigDecimal(new BigInteger(raw(unsigned())), scale);
    }

    @Nullable BigDecimal optionalDecimal() {
        return flag() ? decimal() : null;
    }

    Instant instant() {
        long second = signed();
        return Instant.ofEpochSecond(second, unsigned());
    }

    @Nullable Instant optionalInstant() {
        return flag() ? instant() : null;
    }

    private byte[] raw(long length) {
        if (length < 0 || length > bytes.remaining()) {
            throw new IllegalStateException("longer than its record: " + length);
        }
        byte[] copy = new byte[(int) length];
        bytes.get(copy);
        return copy;
    }
}
