package dev.sluice.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The check against the platform's own strict decoder.
final class Utf8Test {

    @Test
    void agreesWithTheStrictDecoderOnRandomBytes() {
        Random random = new Random(99);
        int refused = 0;
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = bytes(random);
            boolean valid = decodes(bytes);
            refused += valid ? 0 : 1;
            assertThat(Utf8.check(bytes) == null).as(() -> hex(bytes)).isEqualTo(valid);
        }
        assertThat(refused).isBetween(20_000, 180_000);
    }

    @Test
    void takesEveryScalarValueAndNoSurrogate() {
        for (int c = 1; c <= Character.MAX_CODE_POINT; c++) {
            if (c == '\\') {
                continue;
            }
            byte[] bytes = encoded(c);
            boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
            if ((Utf8.check(bytes) == null) == surrogate) {
                throw new AssertionError("U+" + Integer.toHexString(c));
            }
        }
    }

    @Test
    void namesTheFirstFlawAtAnyOffset() {
        for (int at = 0; at < 40; at++) {
            for (byte bad : new byte[] {0, (byte) 0x80, (byte) 0xFF}) {
                byte[] bytes = "x".repeat(40).getBytes(StandardCharsets.UTF_8);
                bytes[at] = bad;
                Utf8.Flaw flaw = Utf8.check(bytes);
                assertThat(flaw == null ? -1 : flaw.offset()).isEqualTo(at);
            }
        }
    }

    /// The bytes a lenient encoder would write, surrogates included.
    private static byte[] encoded(int c) {
        if (c < 0x80) {
            return new byte[] {'a', (byte) c, 'b'};
        }
        if (c < 0x800) {
            return new byte[] {(byte) (0xC0 | (c >> 6)), tail(c, 0)};
        }
        if (c < 0x10000) {
            return new byte[] {'x', (byte) (0xE0 | (c >> 12)), tail(c, 6), tail(c, 0)};
        }
        return new byte[] {(byte) (0xF0 | (c >> 18)), tail(c, 12), tail(c, 6), tail(c, 0)};
    }

    private static byte tail(int c, int shift) {
        return (byte) (0x80 | ((c >> shift) & 0x3F));
    }

    /// Mostly well-formed text with one byte changed now and then; no NUL, backslash or mark, which
    /// the check refuses or reads for other reasons.
    private static byte[] bytes(Random random) {
        int[] scalars =
                random.ints(random.nextInt(12), 1, Character.MAX_CODE_POINT + 1)
                        .map(c -> random.nextInt(3) == 0 ? 'a' + c % 26 : c)
                        .filter(c -> c != '\\' && c != 0xFEFF && (c < 0xD800 || c > 0xDFFF))
                        .toArray();
        byte[] bytes = new String(scalars, 0, scalars.length).getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 && random.nextBoolean()) {
            byte changed = (byte) random.nextInt(1, 256);
            bytes[random.nextInt(bytes.length)] = changed == '\\' ? (byte) 'y' : changed;
        }
        boolean mark = bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB;
        return mark ? new byte[0] : bytes;
    }

    private static boolean decodes(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
