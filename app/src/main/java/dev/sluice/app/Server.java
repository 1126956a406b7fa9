package dev.sluice.app;

import dev.sluice.app.demo.Stage;
import dev.sluice.app.probes.ScheduledProbes;
import dev.sluice.catalog.PriceBook;
import dev.sluice.control.ControlPlane;
import dev.sluice.control.MoneyRoutes;
import dev.sluice.control.Options;
import dev.sluice.control.RoutingPlane;
import dev.sluice.control.config.VersionStore;
import dev.sluice.control.http.ManagementRequest;
import dev.sluice.control.pricing.EndpointFamilies;
import dev.sluice.control.secrets.MasterKey;
import dev.sluice.domain.CrashPoint;
import dev.sluice.domain.Ids;
import dev.sluice.domain.Secret;
import dev.sluice.egress.EgressPolicy;
import dev.sluice.gateway.CannotListenException;
import dev.sluice.gateway.DataPlane;
import dev.sluice.gateway.batches.Batches;
import dev.sluice.gateway.callers.ClientSecrets;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.responses.PostgresResponseStore;
import dev.sluice.gateway.responses.ResponseStore;
import dev.sluice.gateway.telemetry.CallLog;
import dev.sluice.gateway.telemetry.CallMetrics;
import dev.sluice.gateway.telemetry.CallObserver;
import dev.sluice.gateway.upstream.Outbound;
import dev.sluice.ledger.EscrowLedger;
import dev.sluice.ledger.LedgerSettings;
import dev.sluice.ledger.LedgerStart;
import dev.sluice.ledger.escrow.EscrowStore;
import dev.sluice.ledger.idempotency.PostgresIdempotency;
import dev.sluice.ledger.jobs.JobBooks;
import dev.sluice.ledger.jobs.JobLimits;
import dev.sluice.policy.DialectReach;
import dev.sluice.policy.Policy;
import dev.sluice.protocol.translate.Wire;
import dev.sluice.simulator.Simulator;
import dev.sluice.store.DataDirectory;
import dev.sluice.store.Database;
import dev.sluice.store.DatabaseSettings;
import dev.sluice.store.Migrations;
import dev.sluice.store.Notifications;
import dev.sluice.store.PostgresUrl;
import dev.sluice.store.embedded.EmbeddedPostgres;
import dev.sluice.store.embedded.PostgresSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running replica: the object graph as constructor calls, in order. What is started last is
/// stopped first.
final class Server implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration DRAIN_GRACE = Duration.ofSeconds(5);
    private static final Duration CATCH_UP = Duration.ofMillis(250);

    private final Deque<AutoCloseable> stops = new ArrayDeque<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Config config;
    private final InstallationClock clock;
    private final Ids ids;
    private final KeptSecrets secrets;
    private final Database database;
    private final ControlPlane control;
    private final Path journal;
    private final Path spool;
    private final EscrowLedger ledger;
    private final JobBooks jobs;
    private final DataPlane plane;
    private final Health health;
    private final Secret adminKey;
    private final LastUsed lastUsed;
    private final ScheduledProbes probes;
    private final Policy policy =
            new Policy(
                    Limits.DEFAULT.defaultOutputTokens(),
                    DialectReach.of(Wire::reaches, Wire::translates));
    private @Nullable Simulator simulator;

    /// Starts a replica and waits until it serves; throws [IllegalStateException] that says what to
    /// do when it cannot.
    static Server start(Config config, PrintStream callLog) {
        return new Server(config, callLog);
    }

    private Server(Config config, PrintStream callLog) {
        this.config = config;
        try {
            DataDirectory data = stopping(DataDirectory.open(config.dataDirectory()));
            ids = Ids.secure(InstallationClock.unshifted());
            secrets = new KeptSecrets(data);
            Secret external = config.databaseUrl();
            EmbeddedPostgres embedded =
                    external == null
                            ? stopping(EmbeddedPostgres.start(data, PostgresSettings.production()))
                            : null;
            PostgresUrl url =
                    external != null
                            ? PostgresUrl.parse(external.reveal())
                            : Objects.requireNonNull(embedded).url();
            database = stopping(Database.open(url, DatabaseSettings.standard()));
            Migrations.migrate(database);
            clock = InstallationClock.of(database, config.testClock());
            String replica = config.replica() == null ? secrets.replica(ids) : config.replica();
            adminKey = config.adminKey() == null ? secrets.passingAdminKey() : config.adminKey();
            journal = data.folder("journal");
            spool = data.folder("spool");
            ledger =
                    stopping(
                            LedgerStart.start(
                                    database,
                                    clock,
                                    System::nanoTime,
                                    ids,
                                    replica,
                                    journal,
                                    LedgerSettings.standard()));
            jobs = new JobBooks(database, ledger, clock, System::nanoTime, ids, JobLimits.STANDARD);
            PostgresIdempotency idempotency = new PostgresIdempotency(database, clock, replica);
            MasterKey masterKey = secrets.masterKey(config.masterKey());
            SealedContent sealing = new SealedContent(masterKey);
            ResponseStore responses =
                    PostgresResponseStore.keeping(config.keepResponses(), database, clock, sealing);
            control = stopping(wireControl(masterKey));
            registerMoneyRoutes();
            // a lower limit is in force before the first call is decided by it
            control.snapshots()
                    .beforePublishing(snapshot -> ledger.limits(SnapshotLimits.of(snapshot)));
            control.initialize();
            listen();
            lastUsed = new LastUsed(control::touchLastUsed);
            idempotency.recover();
            health = new Health(control.snapshots(), ledger::notReady, System::nanoTime);
            if (embedded != null) {
                var unused = embedded.ended().whenComplete((_, _) -> health.databaseEnded());
            }
            Batches batches = batches(sealing, replica);
            ClientSecrets clientSecrets = new ClientSecrets(sealing);
            plane = startDataPlane(idempotency, responses, batches, clientSecrets, callLog);
            batches.start();
            stopping(batches::pause);
            probes = probes(batches);
            startChores(idempotency, responses, batches);
        } catch (RuntimeException e) {
            stopAll();
            throw e;
        }
    }

    private void startChores(
            PostgresIdempotency idempotency, ResponseStore responses, Batches batches) {
        stopping(
                Chores.sweeps(
                        List.of(
                                ledger::sweep,
                                jobs::sweep,
                                idempotency::sweep,
                                responses::sweep,
                                batches::sweep,
                                lastUsed::flush)));
        stopping(Chores.proofs(database, clock));
    }

    private ScheduledProbes probes(Batches batches) {
        return stopping(
                Probing.start(database, ledger, control, policy, batches, ids, clock, config));
    }

    private ControlPlane wireControl(MasterKey masterKey) {
        return new ControlPlane(
                database,
                clock,
                ids,
                new SecureRandom(),
                masterKey,
                PriceBook.shipped(),
                new Options(
                        adminKey,
                        config.egressAllow(),
                        InetAddress::getAllByName,
                        config.tlsCert() != null,
                        name -> Optional.ofNullable(System.getenv(name)),
                        config.providers()));
    }

    /// What other replicas announce: newer configurations, and slices they ask back.
    private void listen() {
        stopping(
                Notifications.start(
                        database,
                        Map.of(
                                VersionStore.CHANNEL, control.snapshots()::wake,
                                EscrowStore.RECALL_CHANNEL, ledger::wake)));
    }

    /// The routes that read money and usage, which need the ledger and the data plane's own policy.
    private void registerMoneyRoutes() {
        CountDownLatch closing = new CountDownLatch(1);
        stopping(closing::countDown);
        MoneyRoutes.register(
                control,
                new MoneyRoutes.Books(database, ledger, clock, ids, new SecureRandom()),
                new MoneyRoutes.Surroundings(
                        servedFamilies(),
                        DataPlane::decodeFacts,
                        pause -> !closing.await(pause.toMillis(), TimeUnit.MILLISECONDS),
                        policy,
                        control.snapshots(),
                        PriceBook.shipped()));
        RoutingPlane.register(control, database, ownListener(), System::nanoTime);
    }

    private static EndpointFamilies servedFamilies() {
        Map<String, EndpointFamilies.Served> served = new LinkedHashMap<>();
        DataPlane.families()
                .forEach((family, path) ->
                        served.put(family, new EndpointFamilies.Served("POST", path)));
        served.put("realtime", new EndpointFamilies.Served("GET", DataPlane.sessionPath()));
        return new EndpointFamilies(served);
    }

    private DataPlane startDataPlane(
            PostgresIdempotency idempotency,
            ResponseStore responses,
            Batches batches,
            ClientSecrets clientSecrets,
            PrintStream callLog) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Vertx vertx = DataPlane.newVertx();
        stopping(() -> await(vertx.close().toCompletionStage().toCompletableFuture()));
        ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("plane-", 0).factory());
        stopping(threads::shutdown);
        CallLog log = stopping(new CallLog(callLog));
        CallMetrics metrics = new CallMetrics(registry);
        CallObserver observer =
                call -> {
                    metrics.ended(call);
                    log.ended(call);
                    lastUsed.ended(call);
                };
        DataPlane.Settings settings =
                new DataPlane.Settings(
                        config.host(),
                        config.port(),
                        config.adminPort(),
                        config.tlsCert(),
                        config.tlsKey(),
                        new Outbound(
                                config.caBundle(),
                                config.proxies(),
                                new EgressPolicy(config.egressAllow()),
                                InetAddress::getAllByName),
                        config.trustedProxies(),
                        Math.max(1, Runtime.getRuntime().availableProcessors()),
                        Limits.DEFAULT,
                        spool);
        Management management =
                new Management(
                        control.router(),
                        () -> ledger.catchUp(CATCH_UP),
                        health,
                        metricsPage(registry));
        DataPlane started =
                listening(
                        DataPlane.start(
                                vertx,
                                settings,
                                new DataPlane.Parts(
                                        control.snapshots(),
                                        ledger,
                                        idempotency,
                                        responses,
                                        jobs,
                                        batches,
                                        policy,
                                        batches.files(),
                                        batches.routes(),
                                        batches.passes(),
                                        clientSecrets,
                                        management,
                                        threads,
                                        observer,
                                        ids,
                                        new SecureRandom(),
                                        clock,
                                        System::nanoTime)));
        metrics.watch(started::openExchanges, started::turnedAway, log);
        stopping(() -> drain(started));
        return started;
    }

    private DataPlane listening(Future<DataPlane> starting) {
        try {
            return await(starting.toCompletionStage().toCompletableFuture());
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof ExecutionException failed
                    && failed.getCause() instanceof CannotListenException refused) {
                throw new IllegalStateException(config.wayOut(refused), e);
            }
            throw e;
        }
    }

    /// Beside the models, metrics are for those who may view usage; a listener of their own is the
    /// operator's to guard.
    private MetricsPage metricsPage(PrometheusMeterRegistry registry) {
        LedgerGauges gauges = new LedgerGauges(ledger::figures, journal, registry);
        return new MetricsPage(
                registry,
                gauges::refresh,
                config.adminPort() == null ? this::mayViewUsage : _ -> true);
    }

    private boolean mayViewUsage(ManagementRequest request) {
        ManagementRequest asked =
                new ManagementRequest(
                        "GET",
                        "/admin/v1/balance",
                        Map.of(),
                        Map.of(
                                "authorization",
                                request.header("authorization").stream().toList(),
                                "cookie",
                                request.header("cookie").stream().toList()),
                        new byte[0],
                        request.remoteAddress());
        return control.router().handle(asked).status() == 200;
    }

    /// The lines of batches are asked of this server's own listener.
    private Batches batches(SealedContent sealing, String replica) {
        return stopping(
                new Batches(
                        new Batches.Parts(
                                database,
                                sealing,
                                control.snapshots(),
                                jobs,
                                ownListener(),
                                ids,
                                new SecureRandom(),
                                clock,
                                replica)));
    }

    private LoopbackClient ownListener() {
        return stopping(
                new LoopbackClient(() -> config.ownAddress(port()), config.tlsCert() != null));
    }

    /// Starts the simulated provider beside the server.
    Simulator startSimulator(dev.sluice.simulator.Options options) {
        Simulator started = stopping(Simulator.start(options));
        simulator = started;
        return started;
    }

    @Nullable Simulator simulator() {
        return simulator;
    }

    int port() {
        return plane.port();
    }

    /// The port of the management plane; that of the models when it has none of its own.
    int adminPort() {
        return plane.adminPort();
    }

    boolean isTestClock() {
        return clock.isShifted();
    }

    ControlPlane control() {
        return control;
    }

    KeptSecrets secrets() {
        return secrets;
    }

    /// The installation's management credential: the configured one, or one of this process alone.
    Secret adminKey() {
        return adminKey;
    }

    InstallationClock clock() {
        return clock;
    }

    DataPlane plane() {
        return plane;
    }

    ScheduledProbes probes() {
        return probes;
    }

    /// The installation as it is now, for what writes an organization's past.
    Stage stage(String organization) {
        return new Stage(
                database,
                policy,
                control.snapshots().current(),
                organization,
                clock.instant(),
                clock.ahead());
    }

    /// Something that runs beside the server and is stopped with it.
    void beside(AutoCloseable work) {
        stopping(work);
    }

    private void drain(DataPlane started) {
        CrashPoint.STOP_BEFORE_DRAIN.reached();
        health.draining();
        if (health.isWatched()) {
            await(started.giveNotice().toCompletionStage().toCompletableFuture());
        }
        await(started.drain().toCompletionStage().toCompletableFuture());
        started.leaveJobs();
    }

    private static <T> T await(java.util.concurrent.CompletableFuture<T> future) {
        Duration wait = Limits.DEFAULT.drain().plus(DRAIN_GRACE);
        try {
            return future.get(
                    Math.max(wait.toSeconds(), START_TIMEOUT.toSeconds()), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("took longer than " + wait.toSeconds() + " s", e);
        }
    }

    private <T extends AutoCloseable> T stopping(T part) {
        stops.push(part);
        return part;
    }

    private void stopAll() {
        for (AutoCloseable part : stops) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("stopping {} failed", part.getClass().getSimpleName(), e);
            }
        }
    }

    /// Drains, settles what is open and stops everything; safe to call again.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            stopAll();
        }
    }
}
