package dev.sluice.gateway;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.gateway.callers.Authenticator;
import dev.sluice.gateway.callers.ClientAddress;
import dev.sluice.gateway.calls.Admission;
import dev.sluice.gateway.calls.AttemptLoop;
import dev.sluice.gateway.calls.CallHandler;
import dev.sluice.gateway.calls.CallShapes;
import dev.sluice.gateway.calls.Closing;
import dev.sluice.gateway.calls.Exchange;
import dev.sluice.gateway.calls.FilesInCalls;
import dev.sluice.gateway.calls.IdempotencyGate;
import dev.sluice.gateway.calls.KeptResponses;
import dev.sluice.gateway.calls.OpenExchanges;
import dev.sluice.gateway.http.BodyReader;
import dev.sluice.gateway.http.EarlyRefusal;
import dev.sluice.gateway.http.FaultAnswer;
import dev.sluice.gateway.http.OpenConnections;
import dev.sluice.gateway.http.SpoolReader;
import dev.sluice.gateway.http.WebSockets;
import dev.sluice.gateway.limits.ByteBudget;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.limits.LoopLoad;
import dev.sluice.gateway.limits.OverloadLimits;
import dev.sluice.gateway.offloop.KeyedCalls;
import dev.sluice.gateway.offloop.KeyedRoutes;
import dev.sluice.gateway.offloop.OffLoopBridge;
import dev.sluice.gateway.realtime.RealtimeCalls;
import dev.sluice.gateway.realtime.RealtimeRoute;
import dev.sluice.gateway.realtime.RealtimeSessions;
import dev.sluice.gateway.realtime.RealtimeUpstream;
import dev.sluice.gateway.realtime.SecretRoute;
import dev.sluice.gateway.requests.Endpoint;
import dev.sluice.gateway.responses.ResponseRoutes;
import dev.sluice.gateway.responses.ResponseStore;
import dev.sluice.gateway.spool.Spool;
import dev.sluice.gateway.tuning.TuningRoutes;
import dev.sluice.gateway.upstream.UpstreamAsks;
import dev.sluice.gateway.upstream.UpstreamAuth;
import dev.sluice.gateway.upstream.UpstreamClient;
import dev.sluice.gateway.videos.VideoContent;
import dev.sluice.gateway.videos.VideoRoutes;
import dev.sluice.ledger.jobs.JobBooks;
import dev.sluice.protocol.openai.DeploymentPaths;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// What one event loop serves: who answers which path, and what each of them is made of.
final class LoopRoutes {

    private final Vertx vertx;
    private final DataPlane.Settings settings;
    private final DataPlane.Parts parts;
    private final Shared shared;
    private final FaultAnswer faults;
    private final Authenticator authenticator;
    private final BodyReader bodies;
    private final @Nullable SpoolReader spool;
    private final CallHandler calls;
    private final UpstreamClient client;
    private final UpstreamAsks asks;
    private final @Nullable VideoRoutes videos;
    private final TokenCounts counts;
    private final ModelRoutes models;
    private final ResponseRoutes responses;
    private final RealtimeRoute realtime;
    private final SecretRoute secrets;
    private final KeyedCalls keyed;
    private final OffLoopBridge offLoop;
    private final LoopLoad load;
    private final Deadlines deadlines;

    /// What the loops of a process share.
    ///
    /// @param spool where large forms are; null where they are in memory
    record Shared(
            OpenExchanges open,
            ByteBudget budget,
            RealtimeSessions sessions,
            @Nullable Spool spool,
            OpenConnections connections,
            LongAdder turnedAway) {}

    /// Called on the event loop that it is for.
    LoopRoutes(
            Vertx vertx,
            DataPlane.Settings settings,
            DataPlane.Parts parts,
            Shared shared,
            FaultAnswer faults) {
        this.vertx = vertx;
        this.settings = settings;
        this.parts = parts;
        this.shared = shared;
        this.faults = faults;
        this.load =
                new LoopLoad(
                        parts.nanoTime(),
                        task -> vertx.runOnContext(_ -> task.run()),
                        OverloadLimits.DEFAULT,
                        shared.turnedAway());
        Limits limits = settings.limits();
        ClientAddress addresses = new ClientAddress(settings.trustedProxies());
        authenticator = new Authenticator(addresses, parts.passes(), parts.secrets());
        deadlines = new Deadlines(vertx, parts.nanoTime());
        bodies = new BodyReader(vertx, deadlines, limits, shared.budget());
        Spool folder = shared.spool();
        spool = folder == null ? null : new SpoolReader(vertx, deadlines, limits, folder);
        WorkerExecutor decoding =
                vertx.createSharedWorkerExecutor(
                        "decode", Runtime.getRuntime().availableProcessors());
        client = upstreamClient();
        Closing closing = closing(deadlines);
        AttemptLoop attempts =
                new AttemptLoop(
                        vertx,
                        deadlines,
                        client,
                        parts.ids(),
                        closing,
                        parts.nanoTime(),
                        this::uncaught);
        Admission admission =
                new Admission(
                        parts.snapshots(),
                        authenticator,
                        parts.policy(),
                        parts.ledger(),
                        parts.random(),
                        parts.nanoTime());
        asks = new UpstreamAsks(vertx, deadlines, client, attempts.auth());
        calls = calls(admission, attempts, closing, deadlines, decoding);
        videos = videoRoutes(deadlines);
        counts = tokenCounts(decoding);
        models = new ModelRoutes(parts.snapshots(), authenticator, parts.clock(), faults);
        responses = responseRoutes();
        RealtimeCalls.Parts sessionCalls = sessionCalls(admission, closing);
        realtime = realtimeRoute(sessionCalls, deadlines, client, attempts.auth());
        secrets = new SecretRoute(sessionCalls, parts.secrets(), bodies, faults);
        OffLoopBridge.Parts bridge =
                new OffLoopBridge.Parts(
                        parts.threads(), bodies, spool, faults, addresses, deadlines, limits);
        keyed =
                new KeyedCalls(
                        keyedRoutes(), parts.snapshots(), authenticator, parts.clock(), bridge);
        offLoop = new OffLoopBridge(parts.offLoop(), bridge.inMemory());
    }

    private CallHandler calls(
            Admission admission,
            AttemptLoop attempts,
            Closing closing,
            Deadlines deadlines,
            WorkerExecutor decoding) {
        Limits limits = settings.limits();
        IdempotencyGate idempotency =
                new IdempotencyGate(
                        parts.idempotency(), parts.threads(), vertx, parts.nanoTime(), limits);
        KeptResponses kept =
                new KeptResponses(parts.responses(), parts.threads(), ResponseStore.Limits.DEFAULT);
        CallShapes shapes =
                new CallShapes(
                        new CallShapes.Parts(
                                deadlines,
                                decoding,
                                attempts,
                                closing,
                                idempotency,
                                kept,
                                jobParts(),
                                parts.nanoTime(),
                                limits));
        return new CallHandler(
                decoding,
                new CallHandler.Parts(
                        parts.snapshots(),
                        bodies,
                        spool,
                        admission,
                        idempotency,
                        new FilesInCalls(parts.files(), parts.threads(), bodies, limits),
                        kept,
                        shapes,
                        closing,
                        shared.open(),
                        faults,
                        parts.ids(),
                        parts.clock(),
                        parts.nanoTime(),
                        limits));
    }

    private List<KeyedRoutes> keyedRoutes() {
        List<KeyedRoutes> routes = new ArrayList<>(parts.keyed());
        JobBooks books = parts.jobs();
        if (books != null) {
            routes.add(new TuningRoutes(books, parts.snapshots(), asks, parts.clock()));
        }
        return routes;
    }

    private CallShapes.@Nullable JobParts jobParts() {
        JobBooks books = parts.jobs();
        return books == null
                ? null
                : new CallShapes.JobParts(
                        books, asks, parts.threads(), parts.ids(), parts.clock(), faults);
    }

    private @Nullable VideoRoutes videoRoutes(Deadlines deadlines) {
        JobBooks books = parts.jobs();
        return books == null
                ? null
                : new VideoRoutes(
                        new VideoRoutes.Parts(
                                parts.snapshots(),
                                authenticator,
                                books,
                                asks,
                                new VideoContent(
                                        vertx, deadlines, asks, parts.clock(), settings.limits()),
                                calls,
                                parts.threads(),
                                parts.clock(),
                                faults));
    }

    /// Small documents of upstreams, asked on this event loop.
    UpstreamAsks asks() {
        return asks;
    }

    /// The replica stops.
    void stopping() {
        client.stopping();
    }

    private UpstreamClient upstreamClient() {
        return new UpstreamClient(
                vertx,
                settings.outbound(),
                parts.threads(),
                settings.limits(),
                settings.realtime().realtimeMessageBytes());
    }

    private RealtimeCalls.Parts sessionCalls(Admission admission, Closing closing) {
        return new RealtimeCalls.Parts(
                parts.snapshots(),
                admission,
                closing,
                shared.open(),
                parts.ids(),
                parts.clock(),
                parts.nanoTime(),
                settings.realtime());
    }

    private RealtimeRoute realtimeRoute(
            RealtimeCalls.Parts sessionCalls,
            Deadlines deadlines,
            UpstreamClient client,
            UpstreamAuth auth) {
        return new RealtimeRoute(
                sessionCalls,
                shared.sessions(),
                new RealtimeUpstream(client, auth, deadlines, parts.clock()),
                deadlines,
                settings.limits(),
                faults);
    }

    private ResponseRoutes responseRoutes() {
        return new ResponseRoutes(
                parts.snapshots(),
                authenticator,
                parts.responses(),
                parts.threads(),
                parts.clock(),
                faults);
    }

    private Closing closing(Deadlines deadlines) {
        return new Closing(
                deadlines,
                parts.ledger(),
                parts.clock(),
                parts.nanoTime(),
                shared.open(),
                parts.observer(),
                settings.limits());
    }

    private TokenCounts tokenCounts(WorkerExecutor decoding) {
        return new TokenCounts(
                parts.snapshots(),
                authenticator,
                bodies,
                decoding,
                parts.clock(),
                faults,
                settings.limits());
    }

    /// Turns away what [#serve] would, when this event loop is behind.
    EarlyRefusal earlyRefusal() {
        return new EarlyRefusal(
                load,
                deadlines,
                OverloadLimits.DEFAULT,
                this::isCall,
                CallHandler.overloaded(),
                () -> parts.ids().next("req"));
    }

    private boolean isCall(String path) {
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
        if (videos != null && VideoRoutes.serves(request.method().name(), plain)) {
            videos.handle(parts.ids().next("req"), request, context, plain);
            return;
        }
        Optional<Endpoint> endpoint = Endpoint.ofPath(path);
        boolean listed = TuningRoutes.lists(request.method().name(), plain) && keyed.serves(path);
        if (endpoint.isPresent() && !listed) {
            if (!request.method().name().equals("POST")) {
                request.response().putHeader("allow", "POST");
                refuse(request, notByThis(request, path));
            } else if (load.isTooLate()) {
                load.turnAway();
                refuse(request, CallHandler.overloaded());
            } else {
                load.take();
                calls.handle(endpoint.get(), request, context);
            }
        } else if (TokenCounts.serves(path)) {
            counts.handle(parts.ids().next("req"), request);
        } else if (ModelRoutes.serves(plain)) {
            models.handle(parts.ids().next("req"), request, plain);
        } else if (ResponseRoutes.serves(path)) {
            responses.handle(parts.ids().next("req"), request, context, path);
        } else if (RealtimeRoute.serves(plain)) {
            realtime.handle(request, context);
        } else if (SecretRoute.serves(plain)) {
            secrets.handle(request, context, plain);
        } else if (keyed.serves(path, FaultAnswer.dialect(request))) {
            keyed.handle(parts.ids().next("req"), request, context, path);
        } else if (isModelPath(path) || !servesHere(path)) {
            refuse(request, nothingAt(path));
        } else {
            offLoop.handle(parts.ids().next("req"), request, context);
        }
    }

    /// On a listener of its own.
    void manage(HttpServerRequest request) {
        String path = request.path();
        if (path == null || isModelPath(path)) {
            refuse(request, nothingAt(path));
        } else {
            offLoop.handle(parts.ids().next("req"), request, vertx.getOrCreateContext());
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
        return path.startsWith("/v1/organization/") || path.startsWith("/v1/dashboard/billing/");
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
        bodies.turnAway(request);
        faults.send(request, fault, parts.ids().next("req"));
    }

    private void uncaught(Exchange exchange, RuntimeException cause) {
        calls.uncaught(exchange, cause);
    }
}
