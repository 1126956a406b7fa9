package dev.sluice.protocol.job;

import dev.sluice.protocol.Pieces;

/// What a provider is sent.
///
/// @param path from the host's root
/// @param pieces its body, which need not be in memory
public record JobSend(String path, String contentType, Pieces pieces) {

    private static final String JSON = "application/json";

    public JobSend(String path, String contentType, byte[] body) {
        this(path, contentType, Pieces.of(body));
    }

    public static JobSend json(String path, Pieces body) {
        return new JobSend(path, JSON, body);
    }

    public static JobSend json(String path, byte[] body) {
        return new JobSend(path, JSON, body);
    }

    /// All of its body in memory.
    public byte[] body() {
        return pieces.whole();
    }
}
