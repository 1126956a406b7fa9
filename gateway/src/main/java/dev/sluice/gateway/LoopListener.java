package dev.sluice.gateway;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.http.EarlyRefusal;
import dev.sluice.gateway.http.FaultAnswer;
import dev.sluice.gateway.http.IdleConnections;
import dev.sluice.gateway.http.StrictHttpDecoder;
import dev.sluice.gateway.http.WebSockets;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.upstream.UpstreamAsks;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
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
import java.util.Objects;
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
    private final LoopWiring.Shared shared;
    private final FaultAnswer faults = new FaultAnswer();

    /// That of the models, then that of the management plane if it has one of its own.
    private final List<HttpServer> servers = new ArrayList<>();

    private @Nullable LoopWiring wired;
    private final IdleConnections idle;

    LoopListener(DataPlane.Settings settings, DataPlane.Parts parts, LoopWiring.Shared shared) {
        this.settings = settings;
        this.parts = parts;
        this.shared = shared;
        this.idle =
                new IdleConnections(
                        settings.limits().connectionIdle(), parts.nanoTime(), shared.connections());
    }

    @Override
    public Future<?> start() {
        LoopWiring wiring = new LoopWiring(vertx, settings, parts, shared, faults);
        wired = wiring;
        LoopRoutes made = new LoopRoutes(vertx, settings, parts.ids(), faults, wiring);
        EarlyRefusal early = made.earlyRefusal();
        idle.start(vertx);
        Future<?> models = listen(settings.port(), made, early, made::serve);
        Integer adminPort = settings.adminPort();
        return adminPort == null
                ? models
                : Future.all(models, listen(adminPort, made, null, made::manage));
    }

    /// @param early what turns calls away, null where none are served
    private Future<?> listen(
            int port,
            LoopRoutes made,
            @Nullable EarlyRefusal early,
            Consumer<HttpServerRequest> serves) {
        HttpServer server = vertx.createHttpServer(serverOptions());
        servers.add(server);
        server.requestHandler(request -> accept(request, made, serves));
        server.invalidRequestHandler(this::invalid);
        server.exceptionHandler(e -> LOG.debug("connection failed", e));
        server.connectionHandler(connection -> opened(connection, early));
        return server.listen(port, settings.host())
                .recover(e ->
                        Future.failedFuture(new CannotListenException(settings.host(), port, e)));
    }

    /// Every connection of a client begins here, before anything is read from it.
    private void opened(HttpConnection connection, @Nullable EarlyRefusal early) {
        connection.exceptionHandler(e -> LOG.debug("connection of a client failed", e));
        Runnable closed = idle.opened(connection);
        if (connection instanceof Http1ServerConnection http1) {
            Limits limits = settings.limits();
            // the connection itself is not told when it has become a session
            http1.channel().closeFuture().addListener(_ -> closed.run());
            http1.channel()
                    .pipeline()
                    .replace(
                            "httpDecoder",
                            "httpDecoder",
                            new StrictHttpDecoder(
                                    new Http1ServerConfig()
                                            .setMaxInitialLineLength(limits.uriBytes())
                                            .setMaxHeaderSize(limits.headerBytes()),
                                    early == null ? null : early.on(() -> idle.owes(connection))));
        } else {
            connection.closeHandler(_ -> closed.run());
        }
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
                        .setWebSocketSubProtocols(List.of(WebSockets.PROTOCOL))
                        .setMaxWebSocketFrameSize(settings.realtime().realtimeMessageBytes())
                        .setMaxWebSocketMessageSize(settings.realtime().realtimeMessageBytes())
                        // its handlers would see every request, and a small event could become a
                        // large one unnoticed
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

    private void accept(
            HttpServerRequest request, LoopRoutes made, Consumer<HttpServerRequest> serves) {
        idle.began(request);
        try {
            if (request.uri().length() > settings.limits().uriBytes()) {
                made.refuse(request, tooLong());
            } else {
                serves.accept(request);
            }
        } catch (FaultException e) {
            made.refuse(request, e.fault());
        } catch (RuntimeException e) {
            LOG.error("a request was not routed", e);
            made.refuse(request, Fault.of(FaultCode.INTERNAL_ERROR, "Sluice failed to answer."));
        }
    }

    private Fault tooLong() {
        return Fault.of(
                FaultCode.URI_TOO_LONG,
                "The request line is longer than " + settings.limits().uriBytes() + " bytes.");
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

    /// Small documents of upstreams, asked on this event loop.
    UpstreamAsks asks() {
        return Objects.requireNonNull(wired).asks;
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

    /// The replica stops: no upstream keeps it waiting for a connection.
    void stopping() {
        LoopWiring wiring = Objects.requireNonNull(wired);
        context.runOnContext(_ -> wiring.stopping());
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
