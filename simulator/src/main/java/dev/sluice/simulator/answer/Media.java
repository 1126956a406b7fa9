package dev.sluice.simulator.answer;

import java.util.Base64;

/// What images, files and audio cost in tokens. Their bytes say little about it: a tiny picture is
/// as dear as its pixels.
public final class Media {

    /// An image in low detail, whatever its size; the part of a larger one beside its tiles.
    public static final long IMAGE_LOW = 85;

    /// One tile of 512 × 512 pixels.
    public static final long IMAGE_TILE = 170;

    /// No image costs more; one of unknown size costs this much.
    public static final long IMAGE_MOST = 1105;

    /// A page of a PDF: its text and its picture.
    public static final long PDF_PAGE = 1_500;

    /// Pages of a file that is only named by an id.
    public static final long UNSEEN_PAGES = 3;

    /// Bytes of compressed audio per token: a tenth of a second at 128 kbit/s.
    public static final long AUDIO_BYTES = 1_600;

    private Media() {}

    /// An image part by URL or data URL.
    public static long imageTokens(String url, String detail) {
        if (detail.equals("low")) {
            return IMAGE_LOW;
        }
        return imageTokens(decoded(url));
    }

    /// An image in high detail by its bytes.
    public static long imageTokens(byte[] bytes) {
        int width = bytes.length < 24 ? 0 : int32(bytes, 16);
        int height = bytes.length < 24 ? 0 : int32(bytes, 20);
        boolean png = bytes.length >= 24 && bytes[1] == 'P' && bytes[2] == 'N' && bytes[3] == 'G';
        if (!png || width <= 0 || height <= 0) {
            return IMAGE_MOST;
        }
        return ofPixels(width, height);
    }

    /// Fit into 2048 × 2048, then the short side to at most 768, then count tiles.
    static long ofPixels(long width, long height) {
        long longest = Math.max(width, height);
        if (longest > 2048) {
            width = Math.max(1, width * 2048 / longest);
            height = Math.max(1, height * 2048 / longest);
        }
        long shortest = Math.min(width, height);
        if (shortest > 768) {
            width = width * 768 / shortest;
            height = height * 768 / shortest;
        }
        long tiles = ((width + 511) / 512) * ((height + 511) / 512);
        return Math.min(IMAGE_MOST, IMAGE_LOW + IMAGE_TILE * tiles);
    }

    /// A file part: a PDF by its pages, anything else by its bytes.
    public static long fileTokens(String dataUrl) {
        byte[] bytes = decoded(dataUrl);
        String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        if (!text.startsWith("%PDF")) {
            return (bytes.length + 3L) / 4;
        }
        long pages = 0;
        for (int at = text.indexOf("/Type"); at >= 0; at = text.indexOf("/Type", at + 5)) {
            String rest = text.substring(at + 5, Math.min(text.length(), at + 13)).strip();
            if (rest.startsWith("/Page") && !rest.startsWith("/Pages")) {
                pages++;
            }
        }
        return Math.max(1, pages) * PDF_PAGE;
    }

    /// An audio part by its base64 bytes.
    public static long audioTokens(String base64) {
        return Math.max(1, (decoded(base64).length + AUDIO_BYTES - 1) / AUDIO_BYTES);
    }

    /// The bytes of a data URL or plain base64; none where it is neither.
    private static byte[] decoded(String source) {
        String encoded = source;
        if (source.startsWith("data:")) {
            encoded = source.substring(source.indexOf(',') + 1);
        } else if (source.startsWith("http:") || source.startsWith("https:")) {
            return new byte[0];
        }
        try {
            return Base64.getMimeDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static int int32(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | (bytes[at + 3] & 0xff);
    }
}
