package dev.sluice.gateway;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.openai.DeploymentPaths;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The listener of one event loop, with the upstream client of the same loop. Strict HTTP: what is
/// not well-formed is refused, never repaired.
final class LoopListener extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(LoopListener.class);

    private final DataPlane.Settings settings;
    private final DataPlane.Parts parts;
    private final OpenExchanges open;
    private final ByteBudget budget;
    private final FaultAnswer faults = new FaultAnswer();

    /// That of the models, then that of the management plane if it has one of its own.
    private final List<HttpServer> servers = new ArrayList<>();

    private @Nullable CallHandler calls;
    private @Nullable ModelRoutes models;
    private @Nullable ResponseRoutes responses;
    private @Nullable TokenCounts counts;
    private @Nullable KeyedCalls keyed;
    private @Nullable OffLoopBridge offLoop;
    private @Nullable BodyReader bodies;
    private final IdleConnections idle;

    LoopListener(
            DataPlane.Settings settings,
            DataPlane.Parts parts,
            OpenExchanges open,
            ByteBudget budget) {
        this.settings = settings;
        this.parts = parts;
        this.open = open;
        this.budget = budget;
        this.idle = new IdleConnections(settings.limits().connectionIdle(), parts.nanoTime());
    }

    @Override
    public Future<?> start() {
        wire();
        idle.start(vertx);
        Future<?> models = listen(settings.port(), this::route);
        Integer adminPort = settings.adminPort();
        return adminPort == null
                ? models
                : Future.all(models, listen(adminPort, this::routeManagement));
    }

    private Future<?> listen(int port, Consumer<HttpServerRequest> routes) {
        HttpServer server = vertx.createHttpServer(serverOptions());
        servers.add(server);
        server.requestHandler(request -> accept(request, routes));
        server.invalidRequestHandler(this::invalid);
        server.exceptionHandler(e -> LOG.debug("connection failed", e));
        server.connectionHandler(this::opened);
        return server.listen(port, settings.host());
    }

    /// Every connection of a client begins here, before anything is read from it.
    private void opened(HttpConnection connection) {
        connection.exceptionHandler(e -> LOG.debug("connection of a client failed", e));
        idle.opened(connection);
        if (connection instanceof Http1ServerConnection http1) {
            Limits limits = settings.limits();
            http1.channel()
                    .pipeline()
                    .replace(
                            "httpDecoder",
                            "httpDecoder",
                            new StrictHttpDecoder(
                                    new Http1ServerConfig()
                                            .setMaxInitialLineLength(limits.uriBytes())
                                            .setMaxHeaderSize(limits.headerBytes())));
        }
    }

    private void wire() {
        Limits limits = settings.limits();
        UpstreamClient client =
                new UpstreamClient(vertx, settings.outbound(), parts.threads(), limits);
        WorkerExecutor decoding =
                vertx.createSharedWorkerExecutor(
                        "decode", Runtime.getRuntime().availableProcessors());
        Deadlines deadlines = new Deadlines(vertx, parts.nanoTime());
        BodyReader bodies = new BodyReader(vertx, deadlines, limits, budget);
        this.bodies = bodies;
        Closing closing = closing(deadlines);
        IdempotencyGate idempotency =
                new IdempotencyGate(
                        parts.idempotency(), parts.threads(), vertx, parts.nanoTime(), limits);
        KeptResponses kept =
                new KeptResponses(parts.responses(), parts.threads(), ResponseStore.Limits.DEFAULT);
        AttemptLoop attempts =
                new AttemptLoop(
                        vertx,
                        deadlines,
                        client,
                        parts.ids(),
                        closing,
                        parts.nanoTime(),
                        this::uncaught);
        CallShapes shapes =
                new CallShapes(
                        new CallShapes.Parts(
                                deadlines,
                                decoding,
                                attempts,
                                closing,
                                idempotency,
                                kept,
                                parts.nanoTime(),
                                limits));
        Authenticator authenticator = new Authenticator(settings.trustedProxies(), parts.passes());
        Admission admission =
                new Admission(
                        parts.snapshots(),
                        authenticator,
                        parts.policy(),
                        parts.ledger(),
                        parts.random(),
                        parts.nanoTime());
        calls =
                new CallHandler(
                        vertx,
                        decoding,
                        new CallHandler.Parts(
                                parts.snapshots(),
                                bodies,
                                admission,
                                idempotency,
                                kept,
                                shapes,
                                closing,
                                open,
                                faults,
                                parts.ids(),
                                parts.clock(),
                                parts.nanoTime(),
                                limits));
        counts = tokenCounts(authenticator, bodies, decoding);
        models = new ModelRoutes(parts.snapshots(), authenticator, parts.clock(), faults);
        responses = responseRoutes(authenticator);
        keyed =
                new KeyedCalls(
                        parts.keyed(),
                        parts.snapshots(),
                        authenticator,
                        parts.threads(),
                        bodies,
                        parts.clock(),
                        faults);
        offLoop = new OffLoopBridge(parts.offLoop(), parts.threads(), bodies, faults);
    }

    private ResponseRoutes responseRoutes(Authenticator authenticator) {
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
                open,
                parts.observer(),
                settings.limits());
    }

    private TokenCounts tokenCounts(
            Authenticator authenticator, BodyReader bodyReader, WorkerExecutor decoding) {
        return new TokenCounts(
                parts.snapshots(),
                authenticator,
                bodyReader,
                decoding,
                parts.clock(),
                faults,
                settings.limits());
    }

    private HttpServerOptions serverOptions() {
        Limits limits = settings.limits();
        HttpServerOptions options =
                new HttpServerOptions()
                        .setTcpNoDelay(true)
                        .setTcpKeepAlive(true)
                        .setReuseAddress(true)
                        .setMaxInitialLineLength(limits.uriBytes())
                        .setMaxHeaderSize(limits.headerBytes())
                        // A client that asks for an upgrade to HTTP/2 in plain text is answered in
                        // HTTP/1.1, as if it had not asked.
                        .setHttp2ClearTextEnabled(false)
                        // nothing here speaks WebSocket: its handlers would see every request
                        .setPerFrameWebSocketCompressionSupported(false)
                        .setPerMessageWebSocketCompressionSupported(false);
        Path cert = settings.tlsCert();
        Path key = settings.tlsKey();
        if (cert != null && key != null) {
            options.setSsl(true)
                    .setUseAlpn(true)
                    .setKeyCertOptions(
                            new PemKeyCertOptions()
                                    .addCertPath(cert.toString())
                                    .addKeyPath(key.toString()));
        }
        return options;
    }

    private void accept(HttpServerRequest request, Consumer<HttpServerRequest> routes) {
        idle.began(request);
        try {
            if (request.uri().length() > settings.limits().uriBytes()) {
                refuse(request, tooLong());
            } else {
                routes.accept(request);
            }
        } catch (FaultException e) {
            refuse(request, e.fault());
        } catch (RuntimeException e) {
            LOG.error("a request was not routed", e);
            refuse(request, FaultCode.INTERNAL_ERROR, "Sluice failed to answer.");
        }
    }

    private void route(HttpServerRequest request) {
        Context context = vertx.getOrCreateContext();
        String path = request.path();
        if (path == null) {
            refuse(request, FaultCode.INVALID_REQUEST, "The request target is not understood.");
            return;
        }
        Optional<Endpoint> endpoint = Endpoint.ofPath(path);
        if (endpoint.isPresent()) {
            if (!request.method().name().equals("POST")) {
                request.response().putHeader("allow", "POST");
                refuse(request, notByThis(request, path));
            } else if (calls != null) {
                calls.handle(endpoint.get(), request, context);
            }
        } else if (TokenCounts.serves(path)) {
            if (counts != null) {
                counts.handle(parts.ids().next("req"), request);
            }
        } else if (ModelRoutes.serves(DeploymentPaths.plain(path))) {
            if (models != null) {
                models.handle(parts.ids().next("req"), request, DeploymentPaths.plain(path));
            }
        } else if (ResponseRoutes.serves(path)) {
            if (responses != null) {
                responses.handle(parts.ids().next("req"), request, context, path);
            }
        } else if (keyed != null && keyed.serves(path)) {
            keyed.handle(parts.ids().next("req"), request, context, path);
        } else if (isModelPath(path) || !servesHere(path)) {
            refuse(request, nothingAt(path));
        } else if (offLoop != null) {
            offLoop.handle(parts.ids().next("req"), request, context);
        }
    }

    private void routeManagement(HttpServerRequest request) {
        String path = request.path();
        if (path == null || isModelPath(path)) {
            refuse(request, nothingAt(path));
        } else if (offLoop != null) {
            offLoop.handle(parts.ids().next("req"), request, vertx.getOrCreateContext());
        }
    }

    /// What applications and load balancers read stays beside the models, whatever moves away.
    private boolean servesHere(String path) {
        return settings.adminPort() == null
                || Set.of("/livez", "/readyz", "/openapi.json").contains(path)
                || path.startsWith("/api/")
                || path.startsWith("/v1/organization/");
    }

    private static Fault nothingAt(@Nullable String path) {
        return Fault.of(FaultCode.NOT_FOUND, "There is nothing at " + path + ".");
    }

    /// Paths of providers' APIs that are not served: never an unmetered pass-through.
    private static boolean isModelPath(String path) {
        return (path.startsWith("/v1/") && !path.startsWith("/v1/organization/"))
                || path.startsWith("/v1beta/")
                || path.startsWith("/openai/");
    }

    /// Clients that try a WebSocket first take this status, and no other, for good.
    private static Fault notByThis(HttpServerRequest request, String path) {
        Fault fault = Fault.of(FaultCode.METHOD_NOT_ALLOWED, "Use POST for " + path + ".");
        String upgrade = request.getHeader("upgrade");
        if (upgrade == null || !upgrade.equalsIgnoreCase("websocket")) {
            return fault;
        }
        request.response().putHeader("upgrade", "HTTP/1.1").putHeader("connection", "upgrade");
        return fault.withStatus(426);
    }

    private Fault tooLong() {
        return Fault.of(
                FaultCode.URI_TOO_LONG,
                "The request line is longer than " + settings.limits().uriBytes() + " bytes.");
    }

    private void refuse(HttpServerRequest request, FaultCode code, String message) {
        refuse(request, Fault.of(code, message));
    }

    private void refuse(HttpServerRequest request, Fault fault) {
        if (bodies != null) {
            bodies.turnAway(request);
        }
        faults.send(request.response(), fault, parts.ids().next("req"), request.path());
    }

    /// What the HTTP codec could not read; the connection is closed after the answer.
    private void invalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        FaultCode code =
                switch (cause) {
                    case TooLongHttpLineException _ -> FaultCode.URI_TOO_LONG;
                    case TooLongHttpHeaderException _ -> FaultCode.HEADERS_TOO_LARGE;
                    case TooLongFrameException _ -> FaultCode.HEADERS_TOO_LARGE;
                    case null, default -> FaultCode.INVALID_REQUEST;
                };
        String message =
                code == FaultCode.HEADERS_TOO_LARGE
                        ? "The request headers are larger than "
                                + settings.limits().headerBytes()
                                + " bytes."
                        : "The request is not well-formed HTTP.";
        request.response().putHeader("connection", "close");
        request.response()
                .endHandler(_ -> {
                    var unused = request.connection().close();
                });
        Fault fault = code == FaultCode.URI_TOO_LONG ? tooLong() : Fault.of(code, message);
        faults.send(request.response(), fault, parts.ids().next("req"), request.path());
    }

    private void uncaught(Exchange exchange, RuntimeException cause) {
        if (calls != null) {
            calls.uncaught(exchange, cause);
        }
    }

    int port() {
        return servers.getFirst().actualPort();
    }

    int adminPort() {
        return servers.getLast().actualPort();
    }

    void giveNotice() {
        idle.closeAfterNext();
    }

    Future<?> shutdown(long timeout, TimeUnit unit) {
        return Future.join(servers.stream().map(server -> server.shutdown(timeout, unit)).toList());
    }

    Future<?> reloadTls() {
        Path cert = settings.tlsCert();
        Path key = settings.tlsKey();
        if (cert == null || key == null) {
            return Future.succeededFuture();
        }
        io.vertx.core.net.ServerSSLOptions ssl =
                new io.vertx.core.net.ServerSSLOptions()
                        .setKeyCertOptions(
                                new PemKeyCertOptions()
                                        .addCertPath(cert.toString())
                                        .addKeyPath(key.toString()))
                        .setApplicationLayerProtocols(List.of("h2", "http/1.1"));
        return Future.join(
                servers.stream().map(server -> server.updateSSLOptions(ssl, true)).toList());
    }
}
