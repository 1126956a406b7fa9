package dev.sluice.gateway.upstream;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.Secret;
import dev.sluice.egress.ProxyRules;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.policy.Upstream;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens requests to upstreams from one event loop, over connections that are kept alive; through
/// the proxy where there is one.
///
/// A name that users gave is resolved for every request, and only an address that users may name is
/// connected to: the name may point elsewhere than when it was set.
public final class UpstreamClient {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamClient.class);

    /// Idle keep-alive connections to upstreams are closed before the usual server does, so that a
    /// call is not sent into a connection that is being closed.
    private static final int KEEP_ALIVE_SECONDS = 30;

    private static final Fault NOT_ALLOWED =
            Fault.of(
                    FaultCode.UPSTREAM_ERROR,
                    "The upstream's host is at a private address; the operator may list it in"
                            + " SLUICE_EGRESS_ALLOW.");

    private final Vertx vertx;
    private final HttpClientAgent client;
    private final WebSocketClient sessions;
    private final Outbound outbound;
    private final Executor threads;

    /// @param threads resolves names
    /// @param messageBytes the largest message of a WebSocket
    public UpstreamClient(
            Vertx vertx, Outbound outbound, Executor threads, Limits limits, int messageBytes) {
        this.vertx = vertx;
        this.outbound = outbound;
        this.threads = threads;
        this.client =
                vertx.httpClientBuilder()
                        .with(options(outbound, limits))
                        .with(
                                new PoolOptions()
                                        .setHttp1MaxSize(limits.upstreamConnections())
                                        .setHttp2MaxSize(8))
                        .withConnectHandler(connection ->
                                connection.exceptionHandler(
                                        e -> LOG.debug("connection to an upstream failed", e)))
                        .build();
        this.sessions = vertx.createWebSocketClient(sessionOptions(outbound, limits, messageBytes));
    }

    private static WebSocketClientOptions sessionOptions(
            Outbound outbound, Limits limits, int messageBytes) {
        WebSocketClientOptions options =
                new WebSocketClientOptions()
                        .setTcpNoDelay(true)
                        .setTcpKeepAlive(true)
                        .setMaxFrameSize(messageBytes)
                        .setMaxMessageSize(messageBytes)
                        .setMaxConnections(limits.upstreamConnections());
        Path bundle = outbound.caBundle();
        if (bundle != null) {
            options.setTrustOptions(new PemTrustOptions().addCertPath(bundle.toString()));
        }
        return options;
    }

    private static HttpClientOptions options(Outbound outbound, Limits limits) {
        HttpClientOptions options =
                new HttpClientOptions()
                        .setTcpNoDelay(true)
                        .setTcpKeepAlive(true)
                        .setKeepAlive(true)
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setMaxHeaderSize(limits.headerBytes())
                        // ContentDecoder does it, within bounds.
                        .setDecompressionSupported(false)
                        .setUseAlpn(true);
        Path bundle = outbound.caBundle();
        if (bundle != null) {
            options.setTrustOptions(new PemTrustOptions().addCertPath(bundle.toString()));
        }
        return options;
    }

    /// A request whose connection stands; fails with the fault when it may not be opened.
    Future<HttpClientRequest> open(Upstream upstream, RequestOptions options) {
        outbound.proxies()
                .proxyFor(upstream.baseUrl())
                .map(UpstreamClient::through)
                .ifPresent(options::setProxyOptions);
        return pinned(upstream, options).compose(_ -> client.request(options));
    }

    /// A session whose connection stands; fails with the fault when it may not be opened, and with
    /// what the upstream answered when it said no.
    public Future<WebSocket> talk(Upstream upstream, WebSocketConnectOptions options) {
        outbound.proxies()
                .proxyFor(upstream.baseUrl())
                .map(UpstreamClient::through)
                .ifPresent(options::setProxyOptions);
        return pinned(upstream, options).compose(_ -> sessions.connect(options));
    }

    /// Names the one address that may be connected to, where it is not everybody's to name.
    private Future<Void> pinned(Upstream upstream, RequestOptions options) {
        if (upstream.trustedAddress()) {
            return Future.succeededFuture();
        }
        int port = options.getPort();
        return allowedAddress(options.getHost())
                .map(address -> {
                    InetSocketAddress pinned = new InetSocketAddress(address, port);
                    options.setServer(SocketAddress.inetSocketAddress(pinned));
                    return null;
                });
    }

    private Future<InetAddress> allowedAddress(String host) {
        Context context = vertx.getOrCreateContext();
        Promise<InetAddress> found = Promise.promise();
        threads.execute(() -> {
            try {
                InetAddress address =
                        outbound.egress().allowed(host, outbound.resolver()).stream()
                                .findFirst()
                                .orElseThrow(NOT_ALLOWED::asException);
                context.runOnContext(_ -> found.complete(address));
            } catch (UnknownHostException | RuntimeException e) {
                context.runOnContext(_ -> found.fail(e));
            }
        });
        return found.future();
    }

    private static ProxyOptions through(ProxyRules.Proxy proxy) {
        ProxyOptions options =
                new ProxyOptions()
                        .setType(ProxyType.HTTP)
                        .setHost(proxy.host())
                        .setPort(proxy.port());
        Secret password = proxy.password();
        if (proxy.user() != null && password != null) {
            options.setUsername(proxy.user()).setPassword(password.reveal());
        }
        return options;
    }
}
