package dev.sluice.gateway;

import java.util.Optional;

/// The calls to models that this listener serves.
enum Endpoint {
    CHAT("/v1/chat/completions", "chat", "/chat/completions"),
    EMBEDDINGS("/v1/embeddings", "embeddings", "/embeddings");

    private final String path;
    private final String family;
    private final String upstreamPath;

    Endpoint(String path, String family, String upstreamPath) {
        this.path = path;
        this.family = family;
        this.upstreamPath = upstreamPath;
    }

    String path() {
        return path;
    }

    /// The endpoint family of SPEC's Words.
    String family() {
        return family;
    }

    /// The path below an upstream's base URL.
    String upstreamPath() {
        return upstreamPath;
    }

    static Optional<Endpoint> ofPath(String path) {
        for (Endpoint endpoint : values()) {
            if (endpoint.path.equals(path)) {
                return Optional.of(endpoint);
            }
        }
        return Optional.empty();
    }
}
