package dev.sluice.gateway;

import dev.sluice.catalog.ProviderEntry;
import dev.sluice.catalog.Providers;
import dev.sluice.domain.Secret;
import dev.sluice.policy.Upstream;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Builds the head of a request to an upstream. No credential of a client, no `x-sluice-*`, no
/// vendor's client header ever reaches a provider; what a dialect has of its request in headers
/// comes from [dev.sluice.protocol.translate.Wire#headers].
final class UpstreamRequests {

    private static final String USER_AGENT = "sluice";
    private static final List<String> VERSIONS = List.of("/v1", "/v1beta");

    private UpstreamRequests() {}

    /// @param path below the base URL
    /// @param headers of the dialect; they win over the provider's own
    /// @param contentType of the body that is sent
    /// @param accept what kinds of answers are taken
    static RequestOptions head(
            Upstream upstream,
            String path,
            Map<String, String> headers,
            String contentType,
            String accept) {
        URI base = upstream.baseUrl();
        boolean tls = "https".equals(base.getScheme());
        RequestOptions options =
                new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setSsl(tls)
                        .setHost(base.getHost())
                        .setPort(base.getPort() > 0 ? base.getPort() : tls ? 443 : 80)
                        .setURI(below(pathOf(base), path))
                        .putHeader("content-type", contentType)
                        .putHeader("accept", accept)
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
        for (String header : entry.map(ProviderEntry::defaultHeaders).orElse(List.of())) {
            int colon = header.indexOf(':');
            options.putHeader(
                    header.substring(0, colon).strip(), header.substring(colon + 1).strip());
        }
        headers.forEach(options::putHeader);
        return options;
    }

    /// A base URL may end in the version of another dialect than the one that is spoken: a path
    /// that begins with a version has the right one.
    private static String below(String base, String path) {
        if (VERSIONS.stream().anyMatch(version -> path.startsWith(version + "/"))) {
            for (String version : VERSIONS) {
                if (base.endsWith(version)) {
                    return base.substring(0, base.length() - version.length()) + path;
                }
            }
        }
        return base + path;
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
