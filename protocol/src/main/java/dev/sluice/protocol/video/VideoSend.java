package dev.sluice.protocol.video;

/// What a provider is sent. A plain class: records compare arrays by identity.
public final class VideoSend {

    private static final String JSON = "application/json";

    private final String path;
    private final String contentType;
    private final byte[] body;

    /// @param path from the host's root
    VideoSend(String path, String contentType, byte[] body) {
        this.path = path;
        this.contentType = contentType;
        this.body = body;
    }

    static VideoSend json(String path, byte[] body) {
        return new VideoSend(path, JSON, body);
    }

    public String path() {
        return path;
    }

    public String contentType() {
        return contentType;
    }

    public byte[] body() {
        return body;
    }
}
