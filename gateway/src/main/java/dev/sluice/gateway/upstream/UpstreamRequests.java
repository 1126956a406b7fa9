package dev.sluice.gateway.upstream;

import dev.sluice.catalog.AuthScheme;
import dev.sluice.domain.Secret;
import dev.sluice.policy.Reach;
import dev.sluice.policy.Upstream;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.Map;
import java.util.Optional;

/// Builds the head of a request to an upstream. No credential of a client, no `x-sluice-*`, no
/// vendor's client header ever reaches a provider; what a dialect has of its request in headers
/// comes from [dev.sluice.protocol.translate.Wire#headers].
public final class UpstreamRequests {

    private static final String USER_AGENT = "sluice";

    private UpstreamRequests() {}

    /// What every request to an upstream begins with.
    ///
    /// @param uri path and query, from the host's root
    /// @param headers of the dialect; they win over the provider's own
    /// @param contentType of the body that is sent
    /// @param accept what kinds of answers are taken
    public static RequestOptions head(
            Upstream upstream,
            String uri,
            Map<String, String> headers,
            String contentType,
            String accept) {
        Reach reach = upstream.reach();
        RequestOptions options =
                new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setSsl(reach.tls())
                        .setHost(reach.host())
                        .setPort(reach.port())
                        .setURI(uri)
                        .putHeader("content-type", contentType)
                        .putHeader("accept", accept)
                        .putHeader("accept-encoding", "identity")
                        .putHeader("user-agent", USER_AGENT);
        Secret credential = upstream.credential();
        if (credential != null
                && reach.auth()
                        instanceof AuthScheme.Header(String name, Optional<String> prefix)) {
            String shown = credential.reveal();
            options.putHeader(name, prefix.isPresent() ? prefix.get() + " " + shown : shown);
        }
        reach.headers().forEach(options::putHeader);
        headers.forEach(options::putHeader);
        return options;
    }
}
