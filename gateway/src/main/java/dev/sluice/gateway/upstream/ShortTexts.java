package dev.sluice.gateway.upstream;

import java.io.ByteArrayOutputStream;

/// Gathers a JSON document whose long texts nobody asks for, such as a video in base 64: each is
/// cut, so that what is kept is a document still.
final class ShortTexts {

    private static final int MOST_TEXT_BYTES = 64 << 10;
    private static final int HEX_DIGITS = 4;

    private final int mostBytes;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private boolean inText;
    private boolean cut;
    private int textBytes;
    private boolean afterBackslash;
    private int hexLeft;

    ShortTexts(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /// Whether what is kept is not too much.
    boolean add(byte[] piece) {
        for (byte next : piece) {
            if (inText) {
                text(next);
            } else {
                kept.write(next);
                inText = next == '"';
                cut = false;
                textBytes = 0;
            }
        }
        return kept.size() <= mostBytes;
    }

    byte[] document() {
        return kept.toByteArray();
    }

    /// No character and no escape is cut in two.
    private void text(byte next) {
        if (afterBackslash) {
            afterBackslash = false;
            hexLeft = next == 'u' ? HEX_DIGITS : 0;
        } else if (hexLeft > 0) {
            hexLeft--;
        } else if (next == '"') {
            inText = false;
            kept.write(next);
            return;
        } else {
            boolean within = (next & 0xC0) == 0x80;
            cut = cut || (textBytes >= MOST_TEXT_BYTES && !within);
            afterBackslash = next == '\\';
        }
        textBytes++;
        if (!cut) {
            kept.write(next);
        }
    }
}
