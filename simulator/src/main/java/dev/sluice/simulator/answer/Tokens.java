package dev.sluice.simulator.answer;

import java.util.ArrayList;
import java.util.List;

/// The simulator's tokenizer: from the left, as many whole code points as fit into four UTF-8
/// bytes. ASCII text of n characters is ceil(n / 4) tokens; no text has more tokens than bytes.
public final class Tokens {

    private static final int BYTES = 4;

    private Tokens() {}

    public static long count(String text) {
        long tokens = 0;
        int room = 0;
        for (int at = 0; at < text.length(); ) {
            int point = text.codePointAt(at);
            int size = utf8Size(point);
            if (size > room) {
                tokens++;
                room = BYTES;
            }
            room -= size;
            at += Character.charCount(point);
        }
        return tokens;
    }

    /// The tokens themselves; their concatenation is the text.
    public static List<String> split(String text) {
        List<String> tokens = new ArrayList<>();
        int start = 0;
        int room = BYTES;
        for (int at = 0; at < text.length(); ) {
            int point = text.codePointAt(at);
            int size = utf8Size(point);
            if (size > room) {
                tokens.add(text.substring(start, at));
                start = at;
                room = BYTES;
            }
            room -= size;
            at += Character.charCount(point);
        }
        if (start < text.length()) {
            tokens.add(text.substring(start));
        }
        return tokens;
    }

    /// The first `limit` tokens of a text.
    public static String head(String text, long limit) {
        List<String> tokens = split(text);
        if (tokens.size() <= limit) {
            return text;
        }
        return String.join("", tokens.subList(0, Math.toIntExact(limit)));
    }

    /// Bytes in UTF-8; a lone surrogate counts as the three bytes of its replacement.
    public static long utf8Length(String text) {
        long bytes = 0;
        for (int at = 0; at < text.length(); ) {
            int point = text.codePointAt(at);
            bytes += utf8Size(point);
            at += Character.charCount(point);
        }
        return bytes;
    }

    private static int utf8Size(int point) {
        if (point < 0x80) {
            return 1;
        }
        if (point < 0x800) {
            return 2;
        }
        return point < 0x10000 ? 3 : 4;
    }
}
