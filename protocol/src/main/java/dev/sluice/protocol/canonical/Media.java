package dev.sluice.protocol.canonical;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where the bytes of an image, a sound or a document are.
public sealed interface Media {

    /// In the request itself.
    ///
    /// @param type the media type, `image/png`
    /// @param base64 the bytes, not checked
    record Inline(String type, String base64) implements Media {}

    /// At an address that the provider fetches.
    record Remote(String url) implements Media {}

    /// Reads a URL, which may be a data URI; null when it is one that holds no base64.
    static @Nullable Media ofUrl(String url) {
        if (!url.regionMatches(true, 0, "data:", 0, 5)) {
            return new Remote(url);
        }
        int comma = url.indexOf(',');
        String head = comma < 0 ? "" : url.substring(5, comma);
        if (!head.toLowerCase(Locale.ROOT).endsWith(";base64")) {
            return null;
        }
        int parameters = head.indexOf(';');
        return new Inline(head.substring(0, parameters), url.substring(comma + 1));
    }

    /// As a URL, inline bytes as a data URI.
    default String toUrl() {
        return switch (this) {
            case Inline inline -> "data:" + inline.type() + ";base64," + inline.base64();
            case Remote remote -> remote.url();
        };
    }
}
