package dev.sluice.protocol.job;

/// What a provider is sent. A plain class: records compare arrays by identity.
public final class JobSend {

    private static final String JSON = "application/json";

    private final String path;
    private final String contentType;
    private final byte[] body;

    /// @param path from the host's root
    public JobSend(String path, String contentType, byte[] body) {
        this.path = path;
        this.contentType = contentType;
        this.body = body;
    }

    public static JobSend json(String path, byte[] body) {
        return new JobSend(path, JSON, body);
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
