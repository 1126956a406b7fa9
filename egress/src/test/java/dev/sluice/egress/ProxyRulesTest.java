package dev.sluice.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyRulesTest {

    private static final String NO_PROXY =
            "internal.example, .corp.example,*.lab.example, 10.0.0.0/8,fd00::/8,[::1],one.example:8443";

    @ParameterizedTest
    @CsvSource({
        "https://api.example.com/v1, true",
        "http://api.example.com/v1, false",
        "https://internal.example, false",
        "https://a.b.internal.example, false",
        "https://notinternal.example, true",
        "https://INTERNAL.example:8443, false",
        "https://corp.example, false",
        "https://x.corp.example, false",
        "https://x.lab.example, false",
        "https://10.1.2.3, false",
        "https://11.1.2.3, true",
        "https://[fd00::7]/v1, false",
        "https://[2001:db8::7]/v1, true",
        "https://[::1]:9, false",
        "https://one.example:8443, false",
        "https://one.example, true"
    })
    void whatIsExemptConnectsDirectly(String url, boolean proxied) {
        ProxyRules rules = ProxyRules.parse("http://proxy.example:8080", NO_PROXY);
        assertThat(rules.proxyFor(URI.create(url)).isPresent()).isEqualTo(proxied);
    }

    @Test
    void aStarExemptsEverythingAndNoProxyAloneProxiesNothing() {
        URI url = URI.create("https://api.example.com");
        assertThat(ProxyRules.parse("http://proxy.example", "*").proxyFor(url)).isEmpty();
        assertThat(ProxyRules.parse(null, "10.0.0.0/8").proxyFor(url)).isEmpty();
    }

    @Test
    void credentialsAreReadAndNotShown() {
        ProxyRules.Proxy proxy =
                ProxyRules.parse("http://me:p%40ss+word@proxy.example:8080", null)
                        .proxyFor(URI.create("https://api.example.com"))
                        .orElseThrow();
        assertThat(proxy.host()).isEqualTo("proxy.example");
        assertThat(proxy.port()).isEqualTo(8080);
        assertThat(proxy.user()).isEqualTo("me");
        assertThat(Objects.requireNonNull(proxy.password()).reveal()).isEqualTo("p@ss+word");
        assertThat(proxy.toString()).doesNotContain("p@ss");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://u:hunter2@proxy.example", "socks5://p", "http://", "a b"})
    void whatIsNoProxyIsRefusedWithoutRepeatingIt(String text) {
        assertThatThrownBy(() -> ProxyRules.parse(text, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2");
    }
}
