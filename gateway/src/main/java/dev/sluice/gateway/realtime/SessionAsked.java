package dev.sluice.gateway.realtime;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Fault;
import dev.sluice.gateway.callers.ClientSecret;
import dev.sluice.gateway.http.WebSockets;
import dev.sluice.protocol.openai.DeploymentPaths;
import dev.sluice.protocol.realtime.ConversationSize;
import dev.sluice.protocol.realtime.RealtimeSettings;
import dev.sluice.protocol.realtime.TranscriptSize;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The session that a client asks for.
///
/// @param model the public name
/// @param transcribes whether it writes down what is said, and does nothing else
/// @param beta whether its events are the beta's
/// @param setup how a client secret sets it, as JSON; null where that is left to the client
/// @param opened when it was asked for
record SessionAsked(
        String model, boolean transcribes, boolean beta, @Nullable String setup, Instant opened) {

    private static final String INTENT = "intent";
    private static final String TRANSCRIPTION = "transcription";

    /// Reads a handshake; throws the fault of one that asks for nothing that is served.
    ///
    /// @param secret that the client has instead of a key; null for none
    static SessionAsked read(
            HttpServerRequest request, @Nullable ClientSecret secret, Instant opened) {
        boolean beta = WebSockets.isBeta(request);
        try {
            boolean intended = TRANSCRIPTION.equals(request.getParam(INTENT));
            if (secret == null || secret.session() == null) {
                return new SessionAsked(model(request, null), intended, beta, null, opened);
            }
            if (secret.beta() != beta) {
                throw Fault.invalid(
                                secret.beta()
                                        ? "The client secret is for a session of the beta: connect"
                                                + " with the header OpenAI-Beta: realtime=v1."
                                        : "The client secret is for a session of today's events:"
                                                + " connect without the header OpenAI-Beta.",
                                "openai-beta")
                        .asException();
            }
            if (intended && !secret.transcribes()) {
                throw Fault.invalid(
                                "The client secret is not for a session that transcribes.", INTENT)
                        .asException();
            }
            return new SessionAsked(
                    model(request, secret.model()),
                    secret.transcribes(),
                    beta,
                    secret.session(),
                    opened);
        } catch (IllegalArgumentException _) {
            throw Fault.invalid("The query string is not well-formed.", null).asException();
        }
    }

    /// @param bound what alone may be asked for, and need not be; null for anything
    private static String model(HttpServerRequest request, @Nullable String bound) {
        String path = request.path();
        String named = DeploymentPaths.sessionsModel(path == null ? "/" : path);
        List<String> models = request.params().getAll(named);
        if (bound != null && models.isEmpty()) {
            return bound;
        }
        if (models.size() != 1 || models.getFirst().isBlank()) {
            throw Fault.invalid("Name one model in the query: ?%s=…".formatted(named), named)
                    .asException();
        }
        if (bound != null && !models.getFirst().equals(bound)) {
            throw Fault.invalid("The client secret is for the model '" + bound + "' alone.", named)
                    .asException();
        }
        return models.getFirst();
    }

    /// Enough to decide whether a key may have the session at all.
    static CallFacts facts(String model, boolean transcribes, RealtimeLimits limits) {
        return transcribes
                ? TranscriptSize.facts(model, 0, limits.realtimeHoldSound().toMillis())
                : new ConversationSize()
                        .facts(
                                model,
                                RealtimeSettings.SILENT,
                                0,
                                OptionalLong.of(limits.realtimeHoldTokens()));
    }
}
