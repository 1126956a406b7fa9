package dev.sluice.protocol.video;

import dev.sluice.domain.FaultException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/// Takes the first video out of an answer that has it in base 64, piece by piece: no more of it is
/// kept than a few characters.
public final class InlineVideo {

    private static final byte[] MEMBER =
            ('"' + GoogleOperations.BYTES + '"').getBytes(StandardCharsets.US_ASCII);
    private static final int GROUP = 4;
    private static final int HEX_DIGITS = 4;
    private static final int HEX = 16;

    private enum Place {
        BEFORE,
        AT_VALUE,
        IN_VALUE,
        AFTER
    }

    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private Place place = Place.BEFORE;
    private int matched;
    private boolean escaped;
    private int hexLeft;
    private int hex;

    /// The bytes of the video that this piece of the answer has.
    ///
    /// @throws FaultException `upstream_error` where they are no base 64
    public byte[] push(byte[] piece) {
        for (byte next : piece) {
            switch (place) {
                case BEFORE -> before(next);
                case AT_VALUE -> atValue(next);
                case IN_VALUE -> inValue(next);
                case AFTER -> {
                    // whatever else it says
                }
            }
        }
        return decoded();
    }

    /// Whether the video was there, and is whole.
    public boolean isComplete() {
        return place == Place.AFTER && text.size() == 0;
    }

    /// The quotes around a name do not occur within any text: they would be escaped.
    private void before(byte next) {
        if (next == MEMBER[matched]) {
            matched++;
        } else {
            matched = next == '"' ? 1 : 0;
        }
        if (matched == MEMBER.length) {
            matched = 0;
            place = Place.AT_VALUE;
        }
    }

    private void atValue(byte next) {
        if (next == '"') {
            place = Place.IN_VALUE;
        } else if (next != ':' && next != ' ' && next != '\n' && next != '\r' && next != '\t') {
            place = Place.BEFORE;
        }
    }

    /// Some write `=`, `+` and `/` escaped.
    private void inValue(byte next) {
        if (hexLeft > 0) {
            hex = hex * HEX + Math.max(0, Character.digit(next, HEX));
            if (--hexLeft == 0) {
                text.write(hex);
            }
        } else if (escaped) {
            escaped = false;
            if (next == 'u') {
                hexLeft = HEX_DIGITS;
                hex = 0;
            } else {
                text.write(next);
            }
        } else if (next == '\\') {
            escaped = true;
        } else if (next == '"') {
            place = Place.AFTER;
        } else {
            text.write(next);
        }
    }

    private byte[] decoded() {
        byte[] all = text.toByteArray();
        int whole = all.length - all.length % GROUP;
        text.reset();
        text.write(all, whole, all.length - whole);
        try {
            return Base64.getDecoder().decode(Arrays.copyOf(all, whole));
        } catch (IllegalArgumentException _) {
            throw VideoWire.unreadable();
        }
    }
}
