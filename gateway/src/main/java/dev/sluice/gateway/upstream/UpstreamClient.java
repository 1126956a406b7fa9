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
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
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

    /// Once a replica stops, a connection that takes longer is not waited for.
    private static final Duration CONNECT_WHILE_STOPPING = Duration.ofSeconds(2);

    private static final Fault STOPPED =
            Fault.of(
                            FaultCode.UPSTREAM_TIMEOUT,
                            "The upstream was not connected to before this replica stopped.")
                    .withRetryAfter(Duration.ofSeconds(1));

    private final Vertx vertx;
    private final HttpClientAgent client;
    private final WebSocketClient sessions;
    private final Outbound outbound;
    private final Executor threads;

    /// Connections that do not stand yet.
    private final Set<Promise<?>> connecting = ConcurrentHashMap.newKeySet();

    private volatile boolean stopping;

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
        return inTime(
                pinned(upstream, options).compose(_ -> client.request(options)),
                late -> {
                    late.exceptionHandler(_ -> {});
                    var unused = late.reset();
                });
    }

    /// A session whose connection stands; fails with the fault when it may not be opened, and with
    /// what the upstream answered when it said no.
    public Future<WebSocket> talk(Upstream upstream, WebSocketConnectOptions options) {
        outbound.proxies()
                .proxyFor(upstream.baseUrl())
                .map(UpstreamClient::through)
                .ifPresent(options::setProxyOptions);
        return inTime(
                pinned(upstream, options).compose(_ -> sessions.connect(options)),
                late -> {
                    var unused = late.close();
                });
    }

    /// The replica stops: who does not answer a handshake is not waited for. To be called on the
    /// event loop.
    public void stopping() {
        stopping = true;
        connecting.forEach(this::giveUpSoon);
    }

    private void giveUpSoon(Promise<?> connection) {
        vertx.setTimer(
                CONNECT_WHILE_STOPPING.toMillis(), _ -> connection.tryFail(STOPPED.asException()));
    }

    /// The connection, unless it is given up before it stands.
    private <T> Future<T> inTime(Future<T> connection, Consumer<T> late) {
        Promise<T> inTime = Promise.promise();
        connecting.add(inTime);
        connection.onComplete(done -> {
            connecting.remove(inTime);
            if (done.failed()) {
                inTime.tryFail(done.cause());
            } else if (!inTime.tryComplete(done.result())) {
                late.accept(done.result());
            }
        });
        if (stopping) {
            giveUpSoon(inTime);
        }
        return inTime.future();
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
