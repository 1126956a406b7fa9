package dev.sluice.gateway;

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
import dev.sluice.gateway.http.FaultAnswer;
import dev.sluice.gateway.http.OpenConnections;
import dev.sluice.gateway.http.SpoolReader;
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
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// What answers on one event loop, and what each of them is made of. [LoopRoutes] knows which path
/// is whose.
final class LoopWiring {

    private final Vertx vertx;
    private final DataPlane.Settings settings;
    private final DataPlane.Parts parts;
    private final Shared shared;
    private final FaultAnswer faults;
    private final Authenticator authenticator;
    private final @Nullable SpoolReader spool;
    private final UpstreamClient client;
    final Deadlines deadlines;
    final LoopLoad load;
    final BodyReader bodies;
    final CallHandler calls;
    final TokenCounts counts;
    final ModelRoutes models;
    final ResponseRoutes responses;
    final RealtimeRoute realtime;
    final SecretRoute secrets;
    final KeyedCalls keyed;
    final OffLoopBridge offLoop;

    /// Null where no jobs are served.
    final @Nullable VideoRoutes videos;

    /// Small documents of upstreams, asked on this event loop.
    final UpstreamAsks asks;

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
    LoopWiring(
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
        Closing closing = closing();
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
        calls = calls(admission, attempts, closing, decoding);
        videos = videoRoutes();
        counts = tokenCounts(decoding);
        models = new ModelRoutes(parts.snapshots(), authenticator, parts.clock(), faults);
        responses = responseRoutes();
        RealtimeCalls.Parts sessionCalls = sessionCalls(admission, closing);
        realtime = realtimeRoute(sessionCalls, attempts.auth());
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
            Admission admission, AttemptLoop attempts, Closing closing, WorkerExecutor decoding) {
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

    private @Nullable VideoRoutes videoRoutes() {
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

    private RealtimeRoute realtimeRoute(RealtimeCalls.Parts sessionCalls, UpstreamAuth auth) {
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

    private Closing closing() {
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

    private void uncaught(Exchange exchange, RuntimeException cause) {
        calls.uncaught(exchange, cause);
    }
}
