package dev.sluice.protocol.video;

import dev.sluice.protocol.Base64Pieces;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.JsonPieces;
import dev.sluice.protocol.Pieces;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A picture a video begins with: its bytes in base 64, or where it is.
///
/// @param type its media type
/// @param base64 null for one that is elsewhere
/// @param url null for one whose bytes are here
record VideoImage(String type, @Nullable Pieces base64, @Nullable String url) {

    private static final Pattern INLINE =
            Pattern.compile("data:(image/[a-z0-9.+-]{1,40});base64,([A-Za-z0-9+/=]+)");
    private static final String USUAL_TYPE = "image/png";

    /// @param bytes the picture, wherever it is
    static VideoImage of(@Nullable String type, Pieces bytes) {
        return new VideoImage(type == null ? USUAL_TYPE : type, new Base64Pieces(bytes), null);
    }

    /// @param text a URL, one with the bytes in it, or the bytes alone
    static VideoImage of(String text) {
        Matcher inline = INLINE.matcher(text);
        if (inline.matches()) {
            return new VideoImage(inline.group(1), ascii(inline.group(2)), null);
        }
        if (text.startsWith("https://") || text.startsWith("http://")) {
            return new VideoImage(USUAL_TYPE, null, text);
        }
        if (!text.isEmpty() && text.matches("[A-Za-z0-9+/=]+")) {
            return new VideoImage(USUAL_TYPE, ascii(text), null);
        }
        throw Fields.wrong(VideoRequest.IMAGE, "a picture, or the URL of one");
    }

    private static Pieces ascii(String base64) {
        return Pieces.of(base64.getBytes(StandardCharsets.US_ASCII));
    }

    /// Where it is, or the beginning of itself as a URL, which its bytes follow.
    String urlHead() {
        return url == null ? "data:" + type + ";base64," : url;
    }

    /// A document with the picture in it.
    ///
    /// @param member the one of this name whose text is `head` ends with the picture
    Pieces in(ObjectNode body, String member, String head) {
        Pieces picture = base64;
        if (picture == null) {
            throw new IllegalStateException("the picture is elsewhere");
        }
        return JsonPieces.ending(body, member, head, picture);
    }
}
