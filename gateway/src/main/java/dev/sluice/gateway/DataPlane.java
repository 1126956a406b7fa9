package dev.sluice.gateway;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.CidrBlock;
import dev.sluice.domain.Fault;
import dev.sluice.domain.Ids;
import dev.sluice.gateway.callers.ClientSecrets;
import dev.sluice.gateway.callers.Passes;
import dev.sluice.gateway.calls.Charges;
import dev.sluice.gateway.calls.OpenExchanges;
import dev.sluice.gateway.files.CallFiles;
import dev.sluice.gateway.http.BoundedAccept;
import dev.sluice.gateway.http.OpenConnections;
import dev.sluice.gateway.jobs.BatchItems;
import dev.sluice.gateway.jobs.JobEnds;
import dev.sluice.gateway.jobs.JobPoller;
import dev.sluice.gateway.limits.ByteBudget;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.offloop.KeyedRoutes;
import dev.sluice.gateway.offloop.OffLoop;
import dev.sluice.gateway.realtime.RealtimeLimits;
import dev.sluice.gateway.realtime.RealtimeSessions;
import dev.sluice.gateway.requests.Endpoint;
import dev.sluice.gateway.requests.RequestBody;
import dev.sluice.gateway.responses.ResponseStore;
import dev.sluice.gateway.spool.Spool;
import dev.sluice.gateway.spool.SpoolLimits;
import dev.sluice.gateway.telemetry.CallObserver;
import dev.sluice.gateway.upstream.Outbound;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.idempotency.Idempotency;
import dev.sluice.ledger.jobs.JobBooks;
import dev.sluice.policy.Policy;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.protocol.realtime.SecretRequest;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The running data plane: one listener and one upstream client on each event loop.
public final class DataPlane {

    /// Where it listens and what bounds it.
    ///
    /// @param port 0 for a free one
    /// @param adminPort where everything moves that applications do not need, 0 for a free one;
    ///     null to serve it beside the models
    /// @param tlsCert PEM certificate chain, or null for plain HTTP
    /// @param outbound how upstreams are reached
    /// @param trustedProxies only these may name the client's address
    /// @param spool a folder of this process alone for large uploads; null to keep them in memory
    public record Settings(
            String host,
            int port,
            @Nullable Integer adminPort,
            @Nullable Path tlsCert,
            @Nullable Path tlsKey,
            Outbound outbound,
            Set<CidrBlock> trustedProxies,
            int eventLoops,
            Limits limits,
            RealtimeLimits realtime,
            @Nullable Path spool) {

        /// With the usual bounds of sessions.
        public Settings(
                String host,
                int port,
                @Nullable Integer adminPort,
                @Nullable Path tlsCert,
                @Nullable Path tlsKey,
                Outbound outbound,
                Set<CidrBlock> trustedProxies,
                int eventLoops,
                Limits limits,
                @Nullable Path spool) {
            this(
                    host,
                    port,
                    adminPort,
                    tlsCert,
                    tlsKey,
                    outbound,
                    trustedProxies,
                    eventLoops,
                    limits,
                    RealtimeLimits.DEFAULT,
                    spool);
        }
    }

    /// What it works with.
    ///
    /// @param jobs null where no jobs are served
    /// @param files what calls may name by their ids
    /// @param keyed what keys are served beside the models
    /// @param passes credentials of this process's own calls
    /// @param secrets credentials that owners of keys give to their clients
    /// @param offLoop serves every path that is not a call to a model
    /// @param threads runs `offLoop` and the blocking parts of admission
    public record Parts(
            SnapshotSource snapshots,
            Ledger ledger,
            Idempotency idempotency,
            ResponseStore responses,
            @Nullable JobBooks jobs,
            BatchItems batches,
            Policy policy,
            CallFiles files,
            List<KeyedRoutes> keyed,
            Passes passes,
            ClientSecrets secrets,
            OffLoop offLoop,
            ExecutorService threads,
            CallObserver observer,
            Ids ids,
            RandomGenerator random,
            InstantSource clock,
            LongSupplier nanoTime) {}

    private final Vertx vertx;
    private final Settings settings;
    private final OpenExchanges open = new OpenExchanges();
    private final ByteBudget bodies = new ByteBudget(Runtime.getRuntime().maxMemory() / 4);
    private final RealtimeSessions sessions;
    private final @Nullable Spool spool;
    private final OpenConnections connections;
    private final LongAdder turnedAway = new LongAdder();
    private final List<LoopListener> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable JobPoller poller;

    private DataPlane(Vertx vertx, Settings settings) {
        this.vertx = vertx;
        this.settings = settings;
        this.sessions = new RealtimeSessions(settings.realtime());
        Path folder = settings.spool();
        this.spool = folder == null ? null : Spool.open(folder, SpoolLimits.DEFAULT);
        this.connections = OpenConnections.ofThisProcess();
    }

    /// What it runs on: its servers accept as many connections as there is room for. It keeps no
    /// copies of files, whose folder a killed process would leave behind.
    public static Vertx newVertx() {
        return Vertx.builder()
                .with(
                        new VertxOptions()
                                .setFileSystemOptions(
                                        new FileSystemOptions()
                                                .setFileCachingEnabled(false)
                                                .setClassPathResolvingEnabled(false)))
                .withTransport(new BoundedAccept(OpenConnections.mostAccepted()))
                .build();
    }

    /// The endpoint families served, each with its path; all are called by POST.
    public static Map<String, String> families() {
        Map<String, String> families = new LinkedHashMap<>();
        for (Endpoint endpoint : Endpoint.ALL) {
            families.putIfAbsent(endpoint.family(), endpoint.path());
        }
        return families;
    }

    /// Where realtime sessions are opened, by GET.
    public static String sessionPath() {
        return Endpoint.REALTIME.path();
    }

    /// Where keys ask for secrets that open sessions, by POST.
    public static Set<String> secretPaths() {
        return Arrays.stream(SecretRequest.Shape.values())
                .map(SecretRequest.Shape::path)
                .collect(Collectors.toSet());
    }

    /// The paths of all calls to models, by POST.
    public static Set<String> paths() {
        Set<String> paths = Endpoint.ALL.stream().map(Endpoint::path).collect(Collectors.toSet());
        paths.add(Endpoint.VIDEOS + "/{video_id}/remix");
        return paths;
    }

    /// Reads a request's facts as a call to this path would be read; throws the fault of an unknown
    /// path or a bad body.
    public static CallFacts decodeFacts(String path, byte[] body) {
        Endpoint endpoint =
                Endpoint.ofPath(path)
                        .orElseThrow(() ->
                                Fault.invalid(
                                                "There is no model endpoint " + path + ".",
                                                "endpoint")
                                        .asException());
        return RequestBody.decode(endpoint, path, "", body, Limits.DEFAULT).facts();
    }

    /// Listens on every event loop; fails when the address is taken.
    public static Future<DataPlane> start(Vertx vertx, Settings settings, Parts parts) {
        DataPlane plane = new DataPlane(vertx, settings);
        return vertx.deployVerticle(
                        () -> {
                            LoopListener listener =
                                    new LoopListener(
                                            settings,
                                            parts,
                                            new LoopWiring.Shared(
                                                    plane.open,
                                                    plane.bodies,
                                                    plane.sessions,
                                                    plane.spool,
                                                    plane.connections,
                                                    plane.turnedAway));
                            plane.listeners.add(listener);
                            return listener;
                        },
                        new DeploymentOptions().setInstances(settings.eventLoops()))
                .map(_ -> {
                    plane.lookAfterJobs(parts);
                    return plane;
                });
    }

    private void lookAfterJobs(Parts parts) {
        JobBooks books = parts.jobs();
        if (books != null) {
            JobPoller started =
                    new JobPoller(
                            books,
                            parts.snapshots(),
                            listeners.getFirst().asks(),
                            parts.batches(),
                            new JobEnds(Charges::lines),
                            parts.observer()::ended,
                            parts.threads(),
                            parts.clock());
            started.start();
            poller = started;
        }
    }

    /// Looks after no more jobs: other replicas do, or the next start. Blocks for as long as one
    /// look takes.
    public void leaveJobs() {
        JobPoller running = poller;
        if (running != null) {
            running.close();
        }
    }

    /// The port it really listens on.
    public int port() {
        return listeners.getFirst().port();
    }

    /// The port of the management plane; that of the models when it has none of its own.
    public int adminPort() {
        return listeners.getFirst().adminPort();
    }

    /// Calls that are not closed.
    public int openExchanges() {
        return open.count();
    }

    /// Calls that were told 503 because an event loop was behind, since the start.
    public long turnedAway() {
        return turnedAway.sum();
    }

    /// Realtime sessions that are open.
    public int openSessions() {
        return sessions.count();
    }

    /// Bytes of large request bodies in memory, of all calls together.
    public long bodyBytesHeld() {
        return bodies.taken();
    }

    /// Bytes of uploads that are on disk at the moment.
    public long spooledBytes() {
        return spool == null ? 0 : spool.taken();
    }

    /// For those who are told by readiness to send their calls elsewhere and need a moment for it:
    /// serves on, and closes each connection with the answer to the next request on it.
    public Future<Void> giveNotice() {
        listeners.forEach(LoopListener::giveNotice);
        return vertx.timer(settings.limits().drainNotice().toMillis(), TimeUnit.MILLISECONDS)
                .mapEmpty();
    }

    /// Takes no new connection, lets open exchanges end within the drain limit, then closes.
    public Future<Void> drain() {
        Duration drain = settings.limits().drain();
        listeners.forEach(LoopListener::stopping);
        return sessions.drain(vertx)
                .compose(_ ->
                        Future.join(
                                listeners.stream()
                                        .map(listener ->
                                                listener.shutdown(
                                                        drain.toSeconds(), TimeUnit.SECONDS))
                                        .toList()))
                .mapEmpty();
    }

    /// Reads certificate and key again; new connections use them.
    public Future<Void> reloadTls() {
        return Future.join(listeners.stream().map(LoopListener::reloadTls).toList()).mapEmpty();
    }

    Vertx vertx() {
        return vertx;
    }
}
