package dev.sluice.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.CidrBlock;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EgressPolicyTest {

    private static final Map<String, List<String>> NAMES =
            Map.of(
                    "api.example.com", List.of("93.184.216.34"),
                    "mixed.example.com", List.of("93.184.216.34", "10.1.2.3"),
                    "inside.example.com", List.of("10.1.2.3"),
                    "localhost", List.of("127.0.0.1"));

    private static InetAddress[] resolve(String host) throws UnknownHostException {
        if (NAMES.containsKey(host)) {
            return NAMES.getOrDefault(host, List.of()).stream()
                    .map(InetAddress::ofLiteral)
                    .toArray(InetAddress[]::new);
        }
        try {
            return new InetAddress[] {InetAddress.ofLiteral(host)};
        } catch (IllegalArgumentException e) {
            throw new UnknownHostException(host);
        }
    }

    private static boolean allows(EgressPolicy policy, String url) {
        return policy.refusal(URI.create(url), EgressPolicyTest::resolve).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api.example.com/v1",
                "http://api.example.com:8080",
                "https://8.8.8.8",
                "https://[2606:4700::1111]/",
                "https://[64:ff9b::8.8.8.8]/"
            })
    void publicAddressesAreAllowed(String url) {
        assertThat(allows(new EgressPolicy(List.of()), url)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost",
                "http://127.9.9.9",
                "http://0.0.0.0",
                "http://10.0.0.1",
                "http://172.31.255.255",
                "http://192.168.1.1",
                "http://169.254.169.254/latest/meta-data",
                "http://100.64.0.1",
                "http://[::1]",
                "http://[::]",
                "http://[::ffff:127.0.0.1]",
                "http://[fe80::1]",
                "http://[fd00::1]",
                "http://[64:ff9b::10.0.0.1]",
                "http://[2002:7f00:1::]",
                "http://224.0.0.1",
                "http://mixed.example.com",
                "http://nowhere.example.com",
                "ftp://api.example.com",
                "http://user:pass@api.example.com",
                "file:///etc/passwd"
            })
    void everythingElseIsRefused(String url) {
        assertThat(allows(new EgressPolicy(List.of()), url)).isFalse();
    }

    @Test
    void listedAddressesAreAllowedAndNoOthers() {
        EgressPolicy policy = new EgressPolicy(List.of(CidrBlock.parse("10.1.0.0/16")));
        assertThat(allows(policy, "http://inside.example.com")).isTrue();
        assertThat(allows(policy, "http://10.2.0.1")).isFalse();
    }
}
