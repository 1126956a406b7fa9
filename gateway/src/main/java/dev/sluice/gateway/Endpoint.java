package dev.sluice.gateway;

import dev.sluice.protocol.gemini.GeminiContent;
import dev.sluice.protocol.openai.DeploymentPaths;
import dev.sluice.protocol.translate.Wire;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The calls to models that this listener serves.
enum Endpoint {
    CHAT("/v1/chat/completions", "chat"),
    EMBEDDINGS("/v1/embeddings", "embeddings"),
    MESSAGES("/v1/messages", "messages"),
    RESPONSES("/v1/responses", "responses"),
    GEMINI(GeminiContent.PATH, GeminiContent.FAMILY);

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
            case GEMINI -> Wire.GEMINI;
            case EMBEDDINGS -> null;
        };
    }

    /// The body of a request together with what its path says of it.
    byte[] addressed(String path, byte[] body) {
        return this == GEMINI
                ? GeminiContent.address(path)
                        .map(address -> GeminiContent.addressed(body, address))
                        .orElse(body)
                : DeploymentPaths.deployment(path)
                        .map(deployment -> DeploymentPaths.addressed(body, deployment))
                        .orElse(body);
    }

    static Optional<Endpoint> ofPath(String asked) {
        String path = DeploymentPaths.plain(asked);
        Optional<GeminiContent.Address> address = GeminiContent.address(path);
        if (address.isPresent()) {
            return address.get().verb() == GeminiContent.Verb.COUNT
                    ? Optional.empty()
                    : Optional.of(GEMINI);
        }
        for (Endpoint endpoint : values()) {
            if (endpoint.path.equals(path)) {
                return Optional.of(endpoint);
            }
        }
        return Optional.empty();
    }
}
