package dev.sluice.egress;

import dev.sluice.domain.CidrBlock;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Which addresses a user may name: public ones, and what `SLUICE_EGRESS_ALLOW` lists. Pure: the
/// resolver is passed in.
///
/// A name is judged by every address it has at this moment. Whoever connects later must judge the
/// address it connects to once more, because a name can be pointed elsewhere in between.
public final class EgressPolicy {

    /// Address ranges that are not the public internet (IANA special-purpose registries).
    private static final List<CidrBlock> PRIVATE =
            List.of(
                            "0.0.0.0/8",
                            "10.0.0.0/8",
                            "100.64.0.0/10",
                            "127.0.0.0/8",
                            "169.254.0.0/16",
                            "172.16.0.0/12",
                            "192.0.0.0/24",
                            "192.0.2.0/24",
                            "192.88.99.0/24",
                            "192.168.0.0/16",
                            "198.18.0.0/15",
                            "198.51.100.0/24",
                            "203.0.113.0/24",
                            "224.0.0.0/4",
                            "240.0.0.0/4",
                            "::/96",
                            "100::/64",
                            "2001::/23",
                            "2001:db8::/32",
                            "3fff::/20",
                            "5f00::/16",
                            "fc00::/7",
                            "fe80::/10",
                            "fec0::/10",
                            "ff00::/8")
                    .stream()
                    .map(CidrBlock::parse)
                    .toList();

    private static final CidrBlock NAT64 = CidrBlock.parse("64:ff9b::/96");
    private static final CidrBlock LOCAL_NAT64 = CidrBlock.parse("64:ff9b:1::/48");
    private static final CidrBlock SIX_TO_FOUR = CidrBlock.parse("2002::/16");

    private final List<CidrBlock> allowed;

    /// Turns a host name into its addresses.
    @FunctionalInterface
    public interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    public EgressPolicy(Collection<CidrBlock> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    /// Why users may not name this URL; empty when they may.
    public Optional<String> refusal(URI url, Resolver resolver) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!Set.of("http", "https").contains(scheme)) {
            return Optional.of("only http and https URLs are allowed");
        }
        if (url.getHost() == null || url.getRawUserInfo() != null) {
            return Optional.of("the URL needs a host and must not carry credentials");
        }
        String host = bare(url.getHost());
        InetAddress[] addresses;
        try {
            addresses = resolver.resolve(host);
        } catch (UnknownHostException e) {
            return Optional.of("the host " + host + " cannot be resolved");
        }
        if (addresses.length == 0) {
            return Optional.of("the host " + host + " has no address");
        }
        for (InetAddress address : addresses) {
            if (!allows(address)) {
                return Optional.of(
                        "the host "
                                + host
                                + " is at a private address; the operator may list it in"
                                + " SLUICE_EGRESS_ALLOW");
            }
        }
        return Optional.empty();
    }

    /// Where a connection to this host may go on a user's say, of all the addresses it has at this
    /// moment.
    public List<InetAddress> allowed(String host, Resolver resolver) throws UnknownHostException {
        return Arrays.stream(resolver.resolve(bare(host))).filter(this::allows).toList();
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]")
                ? host.substring(1, host.length() - 1)
                : host;
    }

    /// Whether a connection to this address may be opened on a user's say.
    public boolean allows(InetAddress address) {
        if (allowed.stream().anyMatch(block -> block.contains(address))) {
            return true;
        }
        if (PRIVATE.stream().anyMatch(block -> block.contains(address))) {
            return false;
        }
        return embedded(address).map(this::allows).orElse(true);
    }

    /// The IPv4 address inside an IPv6 one that a translator on the way would connect to.
    private static Optional<InetAddress> embedded(InetAddress address) {
        if (address instanceof Inet4Address) {
            return Optional.empty();
        }
        byte[] bytes = address.getAddress();
        if (NAT64.contains(address) || LOCAL_NAT64.contains(address)) {
            return Optional.of(ipv4(Arrays.copyOfRange(bytes, 12, 16)));
        }
        if (SIX_TO_FOUR.contains(address)) {
            return Optional.of(ipv4(Arrays.copyOfRange(bytes, 2, 6)));
        }
        return Optional.empty();
    }

    private static InetAddress ipv4(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
