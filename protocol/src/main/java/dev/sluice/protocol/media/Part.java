package dev.sluice.protocol.media;

import org.jspecify.annotations.Nullable;

/// One part of a multipart form.
public final class Part {

    private final String name;
    private final @Nullable String filename;
    private final @Nullable String contentType;
    private final byte[] content;

    /// A file.
    public Part(
            String name, @Nullable String filename, @Nullable String contentType, byte[] content) {
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

    /// Not to be changed.
    public byte[] content() {
        return content;
    }

    public boolean isFile() {
        return filename != null;
    }
}
