package dev.sluice.protocol.video;

import dev.sluice.protocol.Fields;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A picture a video begins with: its bytes in base 64, or where it is.
///
/// @param type its media type
/// @param base64 null for one that is elsewhere
/// @param url null for one whose bytes are here
record VideoImage(String type, @Nullable String base64, @Nullable String url) {

    private static final Pattern INLINE =
            Pattern.compile("data:(image/[a-z0-9.+-]{1,40});base64,([A-Za-z0-9+/=]+)");
    private static final String USUAL_TYPE = "image/png";

    static VideoImage of(@Nullable String type, byte[] bytes) {
        return new VideoImage(
                type == null ? USUAL_TYPE : type, Base64.getEncoder().encodeToString(bytes), null);
    }

    /// @param text a URL, one with the bytes in it, or the bytes alone
    static VideoImage of(String text) {
        Matcher inline = INLINE.matcher(text);
        if (inline.matches()) {
            return new VideoImage(inline.group(1), inline.group(2), null);
        }
        if (text.startsWith("https://") || text.startsWith("http://")) {
            return new VideoImage(USUAL_TYPE, null, text);
        }
        if (!text.isEmpty() && text.matches("[A-Za-z0-9+/=]+")) {
            return new VideoImage(USUAL_TYPE, text, null);
        }
        throw Fields.wrong(VideoRequest.IMAGE, "a picture, or the URL of one");
    }

    /// Where it is, or itself as a URL.
    String asUrl() {
        return url == null ? "data:" + type + ";base64," + base64 : url;
    }
}
