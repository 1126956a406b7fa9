package dev.sluice.protocol.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;

/// A file with its bytes, and what it is: by its first bytes, else by the ending of its name. What
/// its uploader says of it is not asked. A plain class: records compare arrays by identity.
public final class NamedFile {

    static final String PDF = "application/pdf";

    private static final String OTHER = "application/octet-stream";
    private static final String OFFICE = "application/vnd.openxmlformats-officedocument.";

    /// Types of files that have no sign of their own, or share one.
    private static final Map<String, String> TYPE_OF_ENDING =
            Map.ofEntries(
                    Map.entry("csv", "text/csv"),
                    Map.entry("css", "text/css"),
                    Map.entry("htm", "text/html"),
                    Map.entry("html", "text/html"),
                    Map.entry("json", "application/json"),
                    Map.entry("md", "text/markdown"),
                    Map.entry("txt", "text/plain"),
                    Map.entry("xml", "text/xml"),
                    Map.entry("docx", OFFICE + "wordprocessingml.document"),
                    Map.entry("pptx", OFFICE + "presentationml.presentation"),
                    Map.entry("xlsx", OFFICE + "spreadsheetml.sheet"));

    /// Types of what has a sign of its own.
    private static final Map<String, String> TYPE_OF_SIGNED =
            Map.of(
                    "pdf", PDF,
                    "png", "image/png",
                    "jpg", "image/jpeg",
                    "jpeg", "image/jpeg",
                    "gif", "image/gif",
                    "webp", "image/webp");

    private final String name;
    private final byte[] content;

    public NamedFile(String name, byte[] content) {
        this.name = name;
        this.content = content;
    }

    String name() {
        return name;
    }

    /// The media type that a name stands for, whatever is in the file.
    public static String typeOf(String name) {
        String ending = ending(name);
        String known = TYPE_OF_ENDING.getOrDefault(ending, TYPE_OF_SIGNED.get(ending));
        return known == null ? OTHER : known;
    }

    private static String ending(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /// The media type.
    String type() {
        if (begins(0, "%PDF-")) {
            return PDF;
        }
        if (begins(0, "\u0089PNG\r\n")) {
            return "image/png";
        }
        if (begins(0, "\u00ff\u00d8\u00ff")) {
            return "image/jpeg";
        }
        if (begins(0, "GIF8")) {
            return "image/gif";
        }
        if (begins(0, "RIFF") && begins(8, "WEBP")) {
            return "image/webp";
        }
        String known = TYPE_OF_ENDING.get(ending(name));
        return known != null ? known : isText() ? "text/plain" : OTHER;
    }

    boolean isImage() {
        return type().startsWith("image/");
    }

    /// Whether it can be read as text, whatever its name.
    boolean isText() {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
            return text.indexOf('\0') < 0;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private boolean begins(int at, String sign) {
        byte[] bytes = sign.getBytes(StandardCharsets.ISO_8859_1);
        if (content.length < at + bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (content[at + i] != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    String text() {
        return new String(content, StandardCharsets.UTF_8);
    }

    String base64() {
        return Base64.getEncoder().encodeToString(content);
    }

    String dataUri() {
        return "data:" + type() + ";base64," + base64();
    }

    /// How many characters of base64 a file of so many bytes has.
    public static long base64Length(long bytes) {
        return 4 * ((bytes + 2) / 3);
    }
}
