package dev.sluice.gateway.callers;

import dev.sluice.domain.CidrBlock;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where a request comes from, behind the proxies that are trusted to say so.
public final class ClientAddress {

    private final Set<CidrBlock> trustedProxies;

    /// @param trustedProxies only these may name the client's address in X-Forwarded-For
    public ClientAddress(Set<CidrBlock> trustedProxies) {
        this.trustedProxies = Set.copyOf(trustedProxies);
    }

    /// The nearest address that is not one of the trusted proxies; null when a trusted one names
    /// something that is no address.
    @Nullable InetAddress of(HttpServerRequest request) {
        if (request.remoteAddress() == null) {
            return null;
        }
        InetAddress address = literal(request.remoteAddress().hostAddress());
        if (trustedProxies.isEmpty()) {
            return address;
        }
        List<String> forwarded =
                request.headers().getAll("x-forwarded-for").stream()
                        .flatMap(value -> List.of(value.split(",")).stream())
                        .toList();
        for (int i = forwarded.size() - 1; i >= 0 && isTrusted(address); i--) {
            address = literal(forwarded.get(i).strip());
        }
        return address;
    }

    /// The same as text, empty where it is not known.
    public String textOf(HttpServerRequest request) {
        InetAddress address = of(request);
        return address == null ? "" : address.getHostAddress();
    }

    private boolean isTrusted(@Nullable InetAddress address) {
        return address != null
                && trustedProxies.stream().anyMatch(block -> block.contains(address));
    }

    private static @Nullable InetAddress literal(@Nullable String text) {
        try {
            return text == null ? null : InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
