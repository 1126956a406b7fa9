package dev.sluice.gateway.offloop;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.callers.Authenticator;
import dev.sluice.gateway.callers.CallHeaders;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.protocol.Dialect;
import dev.sluice.protocol.openai.DeploymentPaths;
import dev.sluice.store.DatabaseException;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings requests to [KeyedRoutes]: finds the caller by the headers, before any of the body is
/// kept, and goes on on a virtual thread.
public final class KeyedCalls {

    private static final Logger LOG = LoggerFactory.getLogger(KeyedCalls.class);

    private final List<KeyedRoutes> routes;
    private final SnapshotSource snapshots;
    private final Authenticator authenticator;
    private final InstantSource clock;
    private final OffLoopBridge.Parts bridge;

    public KeyedCalls(
            List<KeyedRoutes> routes,
            SnapshotSource snapshots,
            Authenticator authenticator,
            InstantSource clock,
            OffLoopBridge.Parts bridge) {
        this.routes = List.copyOf(routes);
        this.snapshots = snapshots;
        this.authenticator = authenticator;
        this.clock = clock;
        this.bridge = bridge;
    }

    private Optional<KeyedRoutes> of(String path) {
        return routes.stream().filter(one -> one.serves(path)).findFirst();
    }

    public boolean serves(String path) {
        return of(DeploymentPaths.plain(path)).isPresent();
    }

    /// Whether the path is served to clients of this dialect.
    public boolean serves(String path, Dialect dialect) {
        return of(DeploymentPaths.plain(path)).filter(one -> one.speaks(dialect)).isPresent();
    }

    public void handle(String requestId, HttpServerRequest request, Context context, String path) {
        try {
            KeyEntry key =
                    authenticator.authenticate(request, snapshots.current(), clock.instant());
            // What it says of its calls has to be right before they are kept.
            var unused = CallHeaders.read(request.headers(), key, null);
            String plain = DeploymentPaths.plain(path);
            KeyedRoutes serving = of(plain).orElseThrow();
            new OffLoopBridge(ask -> answer(serving, key, at(plain, ask)), bridge)
                    .handle(requestId, request, context);
        } catch (FaultException e) {
            bridge.bodies().turnAway(request);
            bridge.faults().send(request, e.fault(), requestId);
        }
    }

    private static OffLoop.Ask at(String path, OffLoop.Ask ask) {
        return new OffLoop.Ask(
                ask.requestId(),
                ask.method(),
                path,
                ask.query(),
                ask.headers(),
                ask.body(),
                ask.remoteAddress());
    }

    private static OffLoop.Answer answer(KeyedRoutes serving, KeyEntry key, OffLoop.Ask ask) {
        try {
            return serving.handle(key, ask);
        } catch (FaultException e) {
            return KeyedAnswers.fault(e.fault(), ask);
        } catch (DatabaseException e) {
            LOG.warn("request {} was not served", ask.requestId(), e);
            return KeyedAnswers.fault(
                    Fault.of(
                                    FaultCode.ESCROW_UNAVAILABLE,
                                    "Files, batches and jobs cannot be reached: the database is"
                                            + " away.")
                            .withRetryAfter(Duration.ofSeconds(1)),
                    ask);
        }
    }
}
