package dev.sluice.egress;

import dev.sluice.domain.CidrBlock;
import dev.sluice.domain.Secret;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which outbound connections go through a proxy: `HTTPS_PROXY` names it, `NO_PROXY` the hosts it
/// is not for. Only `https` is proxied, by CONNECT: the proxy sees names, never contents.
public final class ProxyRules {

    /// Everything connects directly.
    public static final ProxyRules NONE = new ProxyRules(null, List.of());

    private static final int DEFAULT_PORT = 3128;

    private final @Nullable Proxy proxy;
    private final List<Exemption> exemptions;

    /// An HTTP proxy.
    ///
    /// @param user null when it wants no credentials
    public record Proxy(String host, int port, @Nullable String user, @Nullable Secret password) {}

    /// What one entry of `NO_PROXY` says of a host.
    private interface Exemption {
        boolean matches(String host, int port);
    }

    private ProxyRules(@Nullable Proxy proxy, List<Exemption> exemptions) {
        this.proxy = proxy;
        this.exemptions = List.copyOf(exemptions);
    }

    /// Throws [IllegalArgumentException] with what is wrong with the proxy's URL, which is not
    /// repeated because it may hold a password.
    ///
    /// @param httpsProxy `http://[user:password@]host[:port]`, or null for no proxy
    /// @param noProxy host names with all below them, addresses, ranges, each with an optional
    ///     port, or `*`; divided by commas; or null
    public static ProxyRules parse(@Nullable String httpsProxy, @Nullable String noProxy) {
        if (httpsProxy == null) {
            return NONE;
        }
        List<Exemption> exemptions = new ArrayList<>();
        for (String entry : noProxy == null ? new String[0] : noProxy.split(",")) {
            if (!entry.isBlank()) {
                exemptions.add(exemption(entry.strip().toLowerCase(Locale.ROOT)));
            }
        }
        return new ProxyRules(proxy(httpsProxy), exemptions);
    }

    /// The proxy that a connection to this URL goes through; empty when it goes directly.
    public Optional<Proxy> proxyFor(URI url) {
        String host = url.getHost();
        if (proxy == null || host == null || !"https".equalsIgnoreCase(url.getScheme())) {
            return Optional.empty();
        }
        String name = bare(host.toLowerCase(Locale.ROOT));
        int port = url.getPort() > 0 ? url.getPort() : 443;
        return exemptions.stream().anyMatch(entry -> entry.matches(name, port))
                ? Optional.empty()
                : Optional.of(proxy);
    }

    private static Proxy proxy(String text) {
        URI url;
        try {
            url = new URI(text.contains("://") ? text : "http://" + text);
        } catch (URISyntaxException _) {
            throw new IllegalArgumentException("it is not a URL");
        }
        if (!"http".equalsIgnoreCase(url.getScheme()) || url.getHost() == null) {
            throw new IllegalArgumentException("it must be http://[user:password@]host:port");
        }
        String credentials = url.getRawUserInfo();
        int port = url.getPort() > 0 ? url.getPort() : DEFAULT_PORT;
        if (credentials == null) {
            return new Proxy(bare(url.getHost()), port, null, null);
        }
        int colon = credentials.indexOf(':');
        return new Proxy(
                bare(url.getHost()),
                port,
                decoded(colon < 0 ? credentials : credentials.substring(0, colon)),
                new Secret(colon < 0 ? "" : decoded(credentials.substring(colon + 1))));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static Exemption exemption(String entry) {
        if (entry.equals("*")) {
            return (_, _) -> true;
        }
        Optional<CidrBlock> range = range(bare(entry));
        if (range.isPresent()) {
            return (host, _) -> literal(host).filter(range.get()::contains).isPresent();
        }
        int colon = entry.lastIndexOf(':');
        if (colon > 0 && entry.substring(colon + 1).matches("[0-9]{1,5}")) {
            int only = Integer.parseInt(entry.substring(colon + 1));
            Exemption anyPort = exemption(entry.substring(0, colon));
            return (host, port) -> port == only && anyPort.matches(host, port);
        }
        String name = entry.startsWith("*.") ? entry.substring(2) : entry.replaceAll("^\\.", "");
        return (host, _) -> host.equals(name) || host.endsWith("." + name);
    }

    private static Optional<CidrBlock> range(String text) {
        try {
            return Optional.of(CidrBlock.parse(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Optional<InetAddress> literal(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]")
                ? host.substring(1, host.length() - 1)
                : host;
    }
}
