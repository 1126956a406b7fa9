package dev.sluice.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Inputs made of good ones by a few edits each: of bytes, of whole JSON values and names, and of
/// pieces of another input.
final class FuzzMutations {

    /// A JSON name or value, or nothing in particular.
    private static final Pattern VALUE =
            Pattern.compile(
                    "\"(?:[^\"\\\\]|\\\\.)*\"|-?\\d+(?:\\.\\d+)?|true|false|null|\\{}|\\[]");

    private static final List<String> OTHERS =
            List.of(
                    "null",
                    "true",
                    "-1",
                    "0",
                    "1e999",
                    "1.5",
                    "99999999999999999999",
                    "2147483648",
                    "\"\"",
                    "\"x\"",
                    "{}",
                    "[]",
                    "[null]",
                    "{\"a\":1}",
                    "[[[[[[[[]]]]]]]]",
                    "\"\\ud800\"",
                    "\"data:image/png;base64,\"",
                    "\"auto\"",
                    "\"type\"",
                    "\"function\"",
                    "\"text\"",
                    "\"error\"",
                    "\"content\"");

    private static final List<String> TOKENS =
            List.of(
                    "{",
                    "}",
                    "[",
                    "]",
                    "\"",
                    ",",
                    ":",
                    "\\",
                    "\0",
                    "\r",
                    "\n",
                    "\n\n",
                    "\r\n\r\n",
                    "data: ",
                    "event: error\n",
                    "--b\r\n",
                    "--b--\r\n",
                    "\u00ff",
                    ";",
                    "=");

    private static final int MOST_BYTES = 16_384;

    private final List<byte[]> kept;
    private final RandomGenerator random;

    FuzzMutations(List<byte[]> kept, RandomGenerator random) {
        this.kept = kept;
        this.random = random;
    }

    /// One input, with 1 to `edits` edits.
    byte[] next(int edits) {
        byte[] input = any();
        int count = 1 + random.nextInt(edits);
        for (int i = 0; i < count; i++) {
            input = edited(input);
        }
        return input.length > MOST_BYTES ? Arrays.copyOf(input, MOST_BYTES) : input;
    }

    private byte[] any() {
        return kept.get(random.nextInt(kept.size()));
    }

    private byte[] anyByte() {
        return new byte[] {(byte) random.nextInt(256)};
    }

    private byte[] edited(byte[] input) {
        int at = input.length == 0 ? 0 : random.nextInt(input.length);
        int length = Math.min(input.length - at, 1 + random.nextInt(24));
        return switch (random.nextInt(10)) {
            case 0 -> spliced(input, at, 0, anyByte());
            case 1 -> spliced(input, at, Math.min(1, length), anyByte());
            case 2 -> spliced(input, at, length, new byte[0]);
            case 3 -> spliced(input, at, 0, Arrays.copyOfRange(input, at, at + length));
            case 4 -> Arrays.copyOf(input, at);
            case 5 -> spliced(input, at, 0, bytes(TOKENS.get(random.nextInt(TOKENS.size()))));
            case 6 -> crossed(input, at);
            default -> otherValue(input, at);
        };
    }

    /// Goes on as another input does.
    private byte[] crossed(byte[] input, int at) {
        byte[] other = any();
        int from = other.length == 0 ? 0 : random.nextInt(other.length);
        return spliced(input, at, input.length - at, Arrays.copyOfRange(other, from, other.length));
    }

    /// Another value, or another name, in the place of the next one.
    private byte[] otherValue(byte[] input, int at) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        Matcher value = VALUE.matcher(text);
        if (!value.find(at)) {
            return input;
        }
        byte[] other = bytes(OTHERS.get(random.nextInt(OTHERS.size())));
        return spliced(input, value.start(), value.end() - value.start(), other);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] spliced(byte[] input, int at, int length, byte[] middle) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(input.length + middle.length);
        out.write(input, 0, at);
        out.writeBytes(middle);
        out.write(input, at + length, input.length - at - length);
        return out.toByteArray();
    }
}
