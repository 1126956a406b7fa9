package dev.sluice.protocol.media;

import dev.sluice.protocol.Pieces;
import org.jspecify.annotations.Nullable;

/// One part of a multipart form.
public final class Part {

    private final String name;
    private final @Nullable String filename;
    private final @Nullable String contentType;
    private final Pieces content;

    /// A file in memory.
    public Part(
            String name, @Nullable String filename, @Nullable String contentType, byte[] content) {
        this(name, filename, contentType, Pieces.of(content));
    }

    /// A file, wherever it is.
    public Part(
            String name, @Nullable String filename, @Nullable String contentType, Pieces content) {
        this.name = name;
        this.filename = filename;
        this.contentType = contentType;
        this.content = content;
    }

    /// A field.
    public static Part text(String name, byte[] value) {
        return new Part(name, null, null, value);
    }

    public String name() {
        return name;
    }

    public @Nullable String filename() {
        return filename;
    }

    public @Nullable String contentType() {
        return contentType;
    }

    /// All of it, in memory. Not to be changed.
    public byte[] content() {
        return content.whole();
    }

    public Pieces pieces() {
        return content;
    }

    public boolean isFile() {
        return filename != null;
    }
}
