package dev.sluice.gateway;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Policy;
import dev.sluice.policy.Snapshot;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.protocol.UsageEstimate;
import dev.sluice.protocol.anthropic.AnthropicMessages;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `POST /v1/messages/count_tokens`: how long a prompt is, before it is sent. Counted here and
/// free, since no provider is asked; an estimate, as `x-sluice-estimated` says.
final class TokenCounts {

    static final String PATH = "/v1/messages/count_tokens";

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

    void handle(String requestId, HttpServerRequest request) {
        try {
            if (!request.method().name().equals("POST")) {
                request.response().putHeader("allow", "POST");
                throw Fault.of(FaultCode.METHOD_NOT_ALLOWED, "Use POST for " + PATH + ".")
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
                answer(requestId, request, AnthropicMessages.decodeCount(body), snapshot, key);
            } catch (FaultException e) {
                refuse(requestId, request, e.fault());
            } finally {
                bodies.release(body.length);
            }
            return;
        }
        decodingPool
                .executeBlocking(() -> AnthropicMessages.decodeCount(body), false)
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
        FaultAnswer.requestId(request.response(), requestId, PATH);
        request.response().putHeader("content-type", "application/json");
        request.response().putHeader("x-sluice-estimated", "true");
        byte[] count = AnthropicMessages.count(UsageEstimate.inputTokens(facts));
        var unused = request.response().end(Buffer.buffer(count));
    }

    private void refuse(String requestId, HttpServerRequest request, Fault fault) {
        bodies.turnAway(request);
        faults.send(request.response(), fault, requestId, PATH);
    }
}
