package dev.sluice.domain;

import java.nio.charset.StandardCharsets;

/// Text where an address has room for few characters: the others stand as `%` and two hexadecimal
/// digits for each byte of their UTF-8 (RFC 3986, section 2.1).
public final class PercentEncoding {

    private PercentEncoding() {}

    /// The text with what has to be encoded.
    ///
    /// @param plain what stays as it is besides Latin letters and digits; ASCII
    public static String encoded(String text, String plain) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte next : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (next & 0xff);
            if (isLetterOrDigit(c) || plain.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append("%%%02X".formatted(next & 0xff));
            }
        }
        return encoded.toString();
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
