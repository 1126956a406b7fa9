package dev.sluice.gateway.upstream;

import dev.sluice.catalog.AuthScheme;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.Secret;
import dev.sluice.gateway.auth.AwsCredential;
import dev.sluice.gateway.auth.AwsSigV4;
import dev.sluice.policy.Reach;
import dev.sluice.policy.Upstream;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.RequestOptions;
import java.time.InstantSource;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Shows an upstream that its account is ours, where a header that never changes does not do (those
/// are [UpstreamRequests]'): signs the request, or fetches a token first. Lives on one event loop.
public final class UpstreamAuth {

    private final AccessTokens tokens;
    private final InstantSource clock;

    public UpstreamAuth(AccessTokens tokens, InstantSource clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    /// Completes the head of a request; `ready` hears of the fault that prevents it, or null. At
    /// once, but where a token has to be fetched.
    public void authorize(
            Upstream upstream, RequestOptions head, Buffer body, Consumer<@Nullable Fault> ready) {
        Secret credential = upstream.credential();
        if (credential == null) {
            ready.accept(null);
            return;
        }
        switch (upstream.reach().auth()) {
            case AuthScheme.Header _, AuthScheme.None _ -> ready.accept(null);
            case AuthScheme.AwsSigV4 scheme -> {
                sign(upstream, scheme, credential, head, body);
                ready.accept(null);
            }
            case AuthScheme.GoogleServiceAccount scheme ->
                    tokens.with(
                            credential,
                            scheme.scope(),
                            (token, fault) -> {
                                if (token != null) {
                                    head.putHeader("authorization", "Bearer " + token);
                                }
                                ready.accept(fault);
                            });
        }
    }

    private void sign(
            Upstream upstream,
            AuthScheme.AwsSigV4 scheme,
            Secret credential,
            RequestOptions head,
            Buffer body) {
        Optional<AwsCredential> key = AwsCredential.parse(credential.reveal());
        if (key.isEmpty()) {
            head.putHeader("authorization", "Bearer " + credential.reveal());
            return;
        }
        Reach reach = upstream.reach();
        TreeMap<String, String> signed = new TreeMap<>();
        signed.put("host", hostHeader(reach));
        signed.put("content-type", head.getHeaders().get("content-type"));
        new AwsSigV4(key.get(), String.valueOf(reach.region()), scheme.service())
                .sign(
                        head.getMethod().name(),
                        head.getURI(),
                        signed,
                        body.getBytes(),
                        clock.instant())
                .forEach(head::putHeader);
    }

    private static String hostHeader(Reach reach) {
        int usual = reach.tls() ? 443 : 80;
        return reach.port() == usual ? reach.host() : reach.host() + ":" + reach.port();
    }

    /// What a client hears when an account cannot be shown.
    static Fault refused(String why) {
        return Fault.of(
                FaultCode.UPSTREAM_ERROR,
                "The gateway's own account at the upstream cannot be used: " + why + ".");
    }
}
