package dev.sluice.protocol;

import dev.sluice.domain.PercentEncoding;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Names in paths, where what means something else stands as `%` and two hexadecimal digits.
public final class PathText {

    private static final String PLAIN = "-._~/";

    private PathText() {}

    /// A name that cannot be decoded is nobody's, like any other unknown one.
    public static String decoded(String name) {
        byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length);
        for (int i = 0; i < encoded.length; i++) {
            if (encoded[i] != '%') {
                bytes.write(encoded[i]);
                continue;
            }
            int high = i + 2 < encoded.length ? Character.digit(encoded[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(encoded[i + 2], 16);
            if (low < 0) {
                return name;
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    public static String encoded(String name) {
        return PercentEncoding.encoded(name, PLAIN);
    }
}
