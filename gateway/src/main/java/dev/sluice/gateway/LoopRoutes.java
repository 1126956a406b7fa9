package dev.sluice.gateway;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.Ids;
import dev.sluice.gateway.calls.CallHandler;
import dev.sluice.gateway.http.EarlyRefusal;
import dev.sluice.gateway.http.FaultAnswer;
import dev.sluice.gateway.http.WebSockets;
import dev.sluice.gateway.limits.OverloadLimits;
import dev.sluice.gateway.realtime.RealtimeRoute;
import dev.sluice.gateway.realtime.SecretRoute;
import dev.sluice.gateway.requests.Endpoint;
import dev.sluice.gateway.responses.ResponseRoutes;
import dev.sluice.gateway.tuning.TuningRoutes;
import dev.sluice.gateway.videos.VideoRoutes;
import dev.sluice.protocol.openai.DeploymentPaths;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who answers which path of one event loop.
final class LoopRoutes {

    private final Vertx vertx;
    private final DataPlane.Settings settings;
    private final Ids ids;
    private final FaultAnswer faults;
    private final LoopWiring wired;

    LoopRoutes(
            Vertx vertx,
            DataPlane.Settings settings,
            Ids ids,
            FaultAnswer faults,
            LoopWiring wired) {
        this.vertx = vertx;
        this.settings = settings;
        this.ids = ids;
        this.faults = faults;
        this.wired = wired;
    }

    /// Turns away what [#serve] would, when this event loop is behind.
    EarlyRefusal earlyRefusal() {
        return new EarlyRefusal(
                wired.load,
                wired.deadlines,
                OverloadLimits.DEFAULT,
                this::isCall,
                CallHandler.overloaded(),
                () -> ids.next("req"));
    }

    private boolean isCall(String path) {
        VideoRoutes videos = wired.videos;
        boolean video = videos != null && VideoRoutes.serves("POST", DeploymentPaths.plain(path));
        return !video && Endpoint.ofPath(path).isPresent();
    }

    void serve(HttpServerRequest request) {
        Context context = vertx.getOrCreateContext();
        String path = request.path();
        if (path == null) {
            refuse(
                    request,
                    Fault.of(FaultCode.INVALID_REQUEST, "The request target is not understood."));
            return;
        }
        String plain = DeploymentPaths.plain(path);
        VideoRoutes videos = wired.videos;
        if (videos != null && VideoRoutes.serves(request.method().name(), plain)) {
            videos.handle(ids.next("req"), request, context, plain);
            return;
        }
        Optional<Endpoint> endpoint = Endpoint.ofPath(path);
        boolean listed =
                TuningRoutes.lists(request.method().name(), plain) && wired.keyed.serves(path);
        if (endpoint.isPresent() && !listed) {
            if (!request.method().name().equals("POST")) {
                request.response().putHeader("allow", "POST");
                refuse(request, notByThis(request, path));
            } else if (wired.load.isTooLate()) {
                wired.load.turnAway();
                refuse(request, CallHandler.overloaded());
            } else {
                wired.load.take();
                wired.calls.handle(endpoint.get(), request, context);
            }
        } else if (TokenCounts.serves(path)) {
            wired.counts.handle(ids.next("req"), request);
        } else if (ModelRoutes.serves(plain)) {
            wired.models.handle(ids.next("req"), request, plain);
        } else if (ResponseRoutes.serves(path)) {
            wired.responses.handle(ids.next("req"), request, context, path);
        } else if (RealtimeRoute.serves(plain)) {
            wired.realtime.handle(request, context);
        } else if (SecretRoute.serves(plain)) {
            wired.secrets.handle(request, context, plain);
        } else if (wired.keyed.serves(path, FaultAnswer.dialect(request))) {
            wired.keyed.handle(ids.next("req"), request, context, path);
        } else if (isModelPath(path) || !servesHere(path)) {
            refuse(request, nothingAt(path));
        } else {
            wired.offLoop.handle(ids.next("req"), request, context);
        }
    }

    /// On a listener of its own.
    void manage(HttpServerRequest request) {
        String path = request.path();
        if (path == null || isModelPath(path)) {
            refuse(request, nothingAt(path));
        } else {
            wired.offLoop.handle(ids.next("req"), request, vertx.getOrCreateContext());
        }
    }

    /// What applications and load balancers read stays beside the models, whatever moves away.
    private boolean servesHere(String path) {
        return settings.adminPort() == null
                || Set.of("/livez", "/readyz", "/openapi.json").contains(path)
                || path.startsWith("/api/")
                || isView(path);
    }

    private static Fault nothingAt(@Nullable String path) {
        return Fault.of(FaultCode.NOT_FOUND, "There is nothing at " + path + ".");
    }

    /// Paths of providers' APIs that are not served: never an unmetered pass-through.
    private static boolean isModelPath(String path) {
        return (path.startsWith("/v1/") && !isView(path))
                || path.startsWith("/v1beta/")
                || path.startsWith("/v1beta1/")
                || path.startsWith("/upload/")
                || path.startsWith("/v1alpha/")
                || path.startsWith("/openai/");
    }

    /// What clients of models read about their money.
    private static boolean isView(String path) {
        return path.startsWith("/v1/organization/")
                || path.startsWith("/v1/dashboard/billing/")
                || path.startsWith("/dashboard/billing/");
    }

    /// Clients that try a WebSocket first take this status, and no other, for good.
    private static Fault notByThis(HttpServerRequest request, String path) {
        Fault fault = Fault.of(FaultCode.METHOD_NOT_ALLOWED, "Use POST for " + path + ".");
        if (!WebSockets.isAsked(request)) {
            return fault;
        }
        request.response().putHeader("upgrade", "HTTP/1.1").putHeader("connection", "upgrade");
        return fault.withStatus(426);
    }

    /// Answers with the fault, whatever of the request was read.
    void refuse(HttpServerRequest request, Fault fault) {
        wired.bodies.turnAway(request);
        faults.send(request, fault, ids.next("req"));
    }
}
