package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {

    @Test
    void theProxyAndItsExemptionsAreReadFromVariablesOrFiles(@TempDir Path directory)
            throws Exception {
        Path file = Files.writeString(directory.resolve("proxy"), "http://proxy.example:8080\n");
        Config config =
                Config.read(
                        Map.of("HTTPS_PROXY_FILE", file.toString(), "NO_PROXY", "near.example"),
                        false);
        assertThat(config.proxies().proxyFor(URI.create("https://api.example.com"))).isPresent();
        assertThat(config.proxies().proxyFor(URI.create("https://a.near.example"))).isEmpty();
    }

    @Test
    void aProxyThatIsNoneIsNamedWithoutItsPassword() {
        assertThatThrownBy(
                        () -> Config.read(Map.of("HTTPS_PROXY", "socks5://u:hunter2@p:1"), false))
                .isInstanceOf(Config.Invalid.class)
                .hasMessageContaining("HTTPS_PROXY: it must be http://")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void theManagementPlaneMayHaveAPortOfItsOwn() throws Exception {
        assertThat(Config.read(Map.of(), false).adminPort()).isNull();
        assertThat(Config.read(Map.of("SLUICE_ADMIN_PORT", "9090"), false).adminPort())
                .isEqualTo(9090);
        for (String wrong : List.of("8080", "x", "-1")) {
            assertThatThrownBy(() -> Config.read(Map.of("SLUICE_ADMIN_PORT", wrong), false))
                    .isInstanceOf(Config.Invalid.class)
                    .hasMessageContaining("SLUICE_ADMIN_PORT must");
        }
    }
}
