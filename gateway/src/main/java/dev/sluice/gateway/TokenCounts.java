package dev.sluice.gateway;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.callers.Authenticator;
import dev.sluice.gateway.http.BodyReader;
import dev.sluice.gateway.http.FaultAnswer;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Policy;
import dev.sluice.policy.Snapshot;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.protocol.UsageEstimate;
import dev.sluice.protocol.anthropic.AnthropicMessages;
import dev.sluice.protocol.gemini.GeminiContent;
import dev.sluice.protocol.responses.OpenAiResponses;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `POST /v1/messages/count_tokens`, `/v1/responses/input_tokens` and
/// `/v1beta/models/{model}:countTokens`: how long a prompt is, before it is sent. Counted here and
/// free, since no provider is asked; an estimate, as `x-sluice-estimated` says.
final class TokenCounts {

    private static final String MESSAGES = "/v1/messages/count_tokens";
    private static final String RESPONSES = "/v1/responses/input_tokens";

    private static final Logger LOG = LoggerFactory.getLogger(TokenCounts.class);

    private final SnapshotSource snapshots;
    private final Authenticator authenticator;
    private final BodyReader bodies;
    private final WorkerExecutor decodingPool;
    private final InstantSource clock;
    private final FaultAnswer faults;
    private final Limits limits;

    TokenCounts(
            SnapshotSource snapshots,
            Authenticator authenticator,
            BodyReader bodies,
            WorkerExecutor decodingPool,
            InstantSource clock,
            FaultAnswer faults,
            Limits limits) {
        this.snapshots = snapshots;
        this.authenticator = authenticator;
        this.bodies = bodies;
        this.decodingPool = decodingPool;
        this.clock = clock;
        this.faults = faults;
        this.limits = limits;
    }

    static boolean serves(String path) {
        return path.equals(MESSAGES) || path.equals(RESPONSES) || address(path).isPresent();
    }

    private static Optional<GeminiContent.Address> address(String path) {
        return GeminiContent.address(path)
                .filter(address -> address.verb() == GeminiContent.Verb.COUNT);
    }

    private static CallFacts decoded(String path, byte[] body) {
        return switch (path) {
            case MESSAGES -> AnthropicMessages.decodeCount(body);
            case RESPONSES -> OpenAiResponses.decodeCount(body);
            default ->
                    GeminiContent.decodeCount(
                            GeminiContent.addressed(body, address(path).orElseThrow()));
        };
    }

    private static byte[] counted(String path, CallFacts facts) {
        long tokens = UsageEstimate.inputTokens(facts);
        return switch (path) {
            case MESSAGES -> AnthropicMessages.count(tokens);
            case RESPONSES -> OpenAiResponses.count(tokens);
            default -> GeminiContent.count(tokens);
        };
    }

    private static String path(HttpServerRequest request) {
        return Objects.requireNonNull(request.path());
    }

    void handle(String requestId, HttpServerRequest request) {
        try {
            if (!request.method().name().equals("POST")) {
                request.response().putHeader("allow", "POST");
                throw Fault.of(FaultCode.METHOD_NOT_ALLOWED, "Use POST for " + path(request) + ".")
                        .asException();
            }
            Snapshot snapshot = snapshots.current();
            KeyEntry key = authenticator.authenticate(request, snapshot, clock.instant());
            Runnable abandon =
                    bodies.read(
                            request,
                            body -> read(requestId, request, body, snapshot, key),
                            fault -> refuse(requestId, request, fault));
            request.response().closeHandler(_ -> abandon.run());
        } catch (FaultException e) {
            refuse(requestId, request, e.fault());
        }
    }

    private void read(
            String requestId,
            HttpServerRequest request,
            byte[] body,
            Snapshot snapshot,
            KeyEntry key) {
        if (body.length <= limits.loopDecodeBytes()) {
            try {
                answer(requestId, request, decoded(path(request), body), snapshot, key);
            } catch (FaultException e) {
                refuse(requestId, request, e.fault());
            } finally {
                bodies.release(body.length);
            }
            return;
        }
        decodingPool
                .executeBlocking(() -> decoded(path(request), body), false)
                .onComplete(decoded -> {
                    bodies.release(body.length);
                    try {
                        if (decoded.succeeded()) {
                            answer(requestId, request, decoded.result(), snapshot, key);
                        } else {
                            refuse(requestId, request, faultOf(decoded.cause()));
                        }
                    } catch (FaultException e) {
                        refuse(requestId, request, e.fault());
                    }
                });
    }

    private static Fault faultOf(Throwable cause) {
        if (cause instanceof FaultException known) {
            return known.fault();
        }
        LOG.error("a prompt was not counted", cause);
        return Fault.of(FaultCode.INTERNAL_ERROR, "Sluice failed to count this prompt.");
    }

    private static void answer(
            String requestId,
            HttpServerRequest request,
            CallFacts facts,
            Snapshot snapshot,
            KeyEntry key) {
        boolean callable =
                Policy.callable(key, snapshot.organization(key.organizationId())).stream()
                        .anyMatch(model -> model.name().equals(facts.model()));
        if (!callable) {
            throw Policy.notFound(facts.model()).asException();
        }
        if (request.response().closed()) {
            return;
        }
        FaultAnswer.requestId(request.response(), requestId, path(request));
        request.response().putHeader("content-type", "application/json");
        request.response().putHeader("x-sluice-estimated", "true");
        var unused = request.response().end(Buffer.buffer(counted(path(request), facts)));
    }

    private void refuse(String requestId, HttpServerRequest request, Fault fault) {
        bodies.turnAway(request);
        faults.send(request.response(), fault, requestId, path(request));
    }
}
