package dev.sluice.gateway;

import dev.sluice.protocol.translate.Wire;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The calls to models that this listener serves.
enum Endpoint {
    CHAT("/v1/chat/completions", "chat"),
    EMBEDDINGS("/v1/embeddings", "embeddings"),
    MESSAGES("/v1/messages", "messages"),
    RESPONSES("/v1/responses", "responses");

    private final String path;
    private final String family;

    Endpoint(String path, String family) {
        this.path = path;
        this.family = family;
    }

    String path() {
        return path;
    }

    /// The endpoint family of SPEC's Words.
    String family() {
        return family;
    }

    /// The dialect of the conversation; null where there is none to be translated.
    @Nullable Wire wire() {
        return switch (this) {
            case CHAT -> Wire.OPENAI_CHAT;
            case MESSAGES -> Wire.ANTHROPIC_MESSAGES;
            case RESPONSES -> Wire.OPENAI_RESPONSES;
            case EMBEDDINGS -> null;
        };
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
