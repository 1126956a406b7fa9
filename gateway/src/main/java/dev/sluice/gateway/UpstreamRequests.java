package dev.sluice.gateway;

import dev.sluice.catalog.ProviderEntry;
import dev.sluice.catalog.Providers;
import dev.sluice.domain.Secret;
import dev.sluice.policy.Upstream;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.Optional;

/// Builds the head of a request to an upstream. None of the client's own headers is passed on: no
/// credential of a client, no `x-sluice-*`, no vendor's client header ever reaches a provider.
final class UpstreamRequests {

    private static final String USER_AGENT = "sluice";

    private UpstreamRequests() {}

    static RequestOptions head(Upstream upstream, Endpoint endpoint, boolean stream) {
        URI base = upstream.baseUrl();
        boolean tls = "https".equals(base.getScheme());
        RequestOptions options =
                new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setSsl(tls)
                        .setHost(base.getHost())
                        .setPort(base.getPort() > 0 ? base.getPort() : tls ? 443 : 80)
                        .setURI(pathOf(base) + endpoint.upstreamPath())
                        .putHeader("content-type", "application/json")
                        .putHeader("accept", stream ? "text/event-stream" : "application/json")
                        .putHeader("accept-encoding", "identity")
                        .putHeader("user-agent", USER_AGENT);
        Optional<ProviderEntry> entry = Providers.shipped().find(upstream.provider());
        Secret credential = upstream.credential();
        if (credential != null) {
            String scheme = entry.flatMap(ProviderEntry::authScheme).map(s -> s + " ").orElse("");
            options.putHeader(
                    entry.map(ProviderEntry::authHeader).orElse("authorization"),
                    (entry.isEmpty() ? "Bearer " : scheme) + credential.reveal());
        }
        for (String header : entry.map(ProviderEntry::defaultHeaders).orElse(java.util.List.of())) {
            int colon = header.indexOf(':');
            options.putHeader(
                    header.substring(0, colon).strip(), header.substring(colon + 1).strip());
        }
        return options;
    }

    /// What the provider calls the output limit in this dialect.
    static String outputLimitField(Upstream upstream) {
        return Providers.shipped()
                .find(upstream.provider())
                .map(ProviderEntry::outputLimitField)
                .orElse("max_tokens");
    }

    private static String pathOf(URI base) {
        String path = base.getRawPath();
        if (path == null) {
            return "";
        }
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
