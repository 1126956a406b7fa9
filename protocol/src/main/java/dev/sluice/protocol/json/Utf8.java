package dev.sluice.protocol.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Checks the bytes of a document before a parser sees them: the parser's own decoder takes
/// overlong forms, encoded surrogates and other Unicode encodings in its stride.
final class Utf8 {

    /// What is wrong with the bytes, in words, and where.
    record Flaw(String what, int offset) {}

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGHS = 0x8080808080808080L;
    private static final long ONES = 0x0101010101010101L;
    private static final long BACKSLASHES = 0x5c5c5c5c5c5c5c5cL;

    private static final String NOT_UTF8 = "is not valid UTF-8";
    private static final String LONE = "has a lone surrogate escape";

    private Utf8() {}

    /// Returns the first flaw: invalid UTF-8, a NUL, a byte order mark, or an escaped surrogate
    /// without its other half; null when there is none.
    static @org.jspecify.annotations.Nullable Flaw check(byte[] bytes) {
        int length = bytes.length;
        if (length >= 3
                && bytes[0] == (byte) 0xEF
                && bytes[1] == (byte) 0xBB
                && bytes[2] == (byte) 0xBF) {
            return new Flaw("starts with a byte order mark", 0);
        }
        int at = 0;
        while (at < length) {
            if (at + Long.BYTES <= length && plain((long) LONGS.get(bytes, at))) {
                at += Long.BYTES;
                continue;
            }
            int b = bytes[at];
            if (b > 0 && b != '\\') {
                at++;
            } else if (b == 0) {
                return new Flaw("has a NUL byte", at);
            } else if (b == '\\') {
                int next = afterEscape(bytes, at);
                if (next < 0) {
                    return new Flaw(LONE, at);
                }
                at = next;
            } else {
                int size = sequence(bytes, at);
                if (size < 0) {
                    return new Flaw(NOT_UTF8, at);
                }
                at += size;
            }
        }
        return null;
    }

    /// Eight bytes without high bit, NUL and backslash.
    private static boolean plain(long word) {
        long nul = (word - ONES) & ~word;
        long slashed = word ^ BACKSLASHES;
        long slash = (slashed - ONES) & ~slashed;
        return ((word | nul | slash) & HIGHS) == 0;
    }

    /// The offset behind the escape at `at`, or -1 when it is a lone surrogate. Escapes that are
    /// no JSON are left to the parser.
    private static int afterEscape(byte[] bytes, int at) {
        if (at + 1 >= bytes.length || bytes[at + 1] != 'u') {
            // The escaped byte may begin a multi-byte sequence, which is then checked by itself.
            return at + 1 < bytes.length && bytes[at + 1] > 0 ? at + 2 : at + 1;
        }
        int unit = unit(bytes, at);
        if (unit < 0) {
            return at + 2;
        }
        if (unit < 0xD800 || unit > 0xDFFF) {
            return at + 6;
        }
        boolean pair =
                unit <= 0xDBFF
                        && at + 7 < bytes.length
                        && bytes[at + 6] == '\\'
                        && bytes[at + 7] == 'u';
        int low = pair ? unit(bytes, at + 6) : -1;
        return low >= 0xDC00 && low <= 0xDFFF ? at + 12 : -1;
    }

    private static int unit(byte[] bytes, int at) {
        if (at + 6 > bytes.length) {
            return -1;
        }
        int unit = 0;
        for (int i = at + 2; i < at + 6; i++) {
            int digit = Character.digit(bytes[i], 16);
            if (digit < 0) {
                return -1;
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }

    /// The length of the well-formed sequence at `at` (Unicode 16, table 3-7), or -1.
    private static int sequence(byte[] bytes, int at) {
        int first = bytes[at] & 0xFF;
        int size = first < 0xC2 ? -1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : -1;
        if (size < 0 || at + size > bytes.length) {
            return -1;
        }
        int second = bytes[at + 1] & 0xFF;
        int low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < low || second > high) {
            return -1;
        }
        for (int i = 2; i < size; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                return -1;
            }
        }
        return size;
    }
}
