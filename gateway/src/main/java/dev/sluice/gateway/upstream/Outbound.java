package dev.sluice.gateway.upstream;

import dev.sluice.egress.EgressPolicy;
import dev.sluice.egress.ProxyRules;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How connections to upstreams are opened.
///
/// @param caBundle PEM certificates that upstreams are checked against, or null for the JDK's
/// @param proxies which connections go through a proxy
/// @param egress where upstreams may be that users named
/// @param resolver turns the names of those into addresses; may block
public record Outbound(
        @Nullable Path caBundle,
        ProxyRules proxies,
        EgressPolicy egress,
        EgressPolicy.Resolver resolver) {}
