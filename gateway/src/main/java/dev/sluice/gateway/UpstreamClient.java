package dev.sluice.gateway;

import dev.sluice.domain.Secret;
import dev.sluice.egress.ProxyRules;
import dev.sluice.policy.Upstream;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens requests to upstreams from one event loop, over connections that are kept alive; through
/// the proxy where there is one.
final class UpstreamClient {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamClient.class);

    /// Idle keep-alive connections to upstreams are closed before the usual server does, so that a
    /// call is not sent into a connection that is being closed.
    private static final int KEEP_ALIVE_SECONDS = 30;

    private final HttpClientAgent client;
    private final Outbound outbound;

    UpstreamClient(Vertx vertx, Outbound outbound, Limits limits) {
        this.outbound = outbound;
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

    /// A request whose connection stands.
    Future<HttpClientRequest> open(Upstream upstream, RequestOptions options) {
        outbound.proxies()
                .proxyFor(upstream.baseUrl())
                .map(UpstreamClient::through)
                .ifPresent(options::setProxyOptions);
        return client.request(options);
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
