package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.app.cli.Cli;
import dev.sluice.app.cli.CliContext;
import dev.sluice.app.probes.ProbeSettings;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    @Test
    void responsesAreKeptForAWhileUnlessTheOperatorSaysOtherwise() throws Exception {
        String name = "SLUICE_KEEP_RESPONSES";
        assertThat(Config.read(Map.of(), false).keepResponses()).isEqualTo(Duration.ofDays(30));
        assertThat(Config.read(Map.of(name, "on"), false).keepResponses())
                .isEqualTo(Duration.ofDays(30));
        assertThat(Config.read(Map.of(name, "7d"), false).keepResponses())
                .isEqualTo(Duration.ofDays(7));
        assertThat(Config.read(Map.of(name, "off"), false).keepResponses()).isNull();
        for (String wrong : List.of("0d", "400d", "never", "7")) {
            assertThatThrownBy(() -> Config.read(Map.of(name, wrong), false))
                    .isInstanceOf(Config.Invalid.class)
                    .hasMessageContaining(name + " must be a time");
        }
    }

    @Test
    void probesAreOffAndCheapUnlessTheOperatorSaysOtherwise() throws Exception {
        assertThat(Config.read(Map.of(), false).probes()).isEqualTo(ProbeSettings.OFF);
        ProbeSettings probes =
                Config.read(
                                Map.of(
                                        "SLUICE_PROBE_EVERY", "6h",
                                        "SLUICE_PROBE_USD_PER_DAY", "0.25"),
                                false)
                        .probes();
        assertThat(probes.every()).isEqualTo(Duration.ofHours(6));
        assertThat(probes.usdPerDay()).isEqualTo("0.25");
        for (var wrong :
                List.of(
                        Map.entry("SLUICE_PROBE_EVERY", "1m"),
                        Map.entry("SLUICE_PROBE_USD_PER_DAY", "-1"))) {
            assertThatThrownBy(() -> Config.read(Map.ofEntries(wrong), false))
                    .isInstanceOf(Config.Invalid.class)
                    .hasMessageContaining(wrong.getKey() + " must be");
        }
    }

    /// The reference of settings names those of the code, no more and no fewer.
    @Test
    void theReferenceNamesEverySetting() throws Exception {
        Matcher rows =
                Pattern.compile("(?m)^\\| `(SLUICE_\\w+)` \\|")
                        .matcher(
                                Files.readString(
                                        Path.of("..", "docs", "reference", "settings.md")));
        Set<String> documented = new TreeSet<>();
        while (rows.find()) {
            documented.add(rows.group(1));
        }
        assertThat(documented).containsExactlyInAnyOrderElementsOf(Config.KNOWN);
    }

    @Test
    void everyWrongSettingIsNamedAtOnce(@TempDir Path directory) throws Exception {
        Path empty = Files.writeString(directory.resolve("empty"), "");
        Map<String, String> wrong =
                Map.ofEntries(
                        Map.entry("SLUICE_PORT", "http"),
                        Map.entry("SLUICE_ADMIN_PORT", "70000"),
                        Map.entry("SLUICE_ADMIN_KEY", "short"),
                        Map.entry("SLUICE_MASTER_KEY", "hunter2"),
                        Map.entry("SLUICE_DATABASE_URL", "mysql://u:hunter2@db/x"),
                        Map.entry("SLUICE_CONFIG", directory.toString()),
                        Map.entry("SLUICE_TLS_CERT", empty.toString()),
                        Map.entry("SLUICE_TEST_CLOCK", "yesterday"),
                        Map.entry("SLUICE_EGRESS_ALLOW", "10.0.0.0/99"),
                        Map.entry("SLUICE_TRUSTED_PROXIES_FILE", "/nowhere"),
                        Map.entry("SLUICE_PROT", "8080"));
        List<String> problems = Config.problems(wrong);

        assertThat(problems).doesNotHaveDuplicates();
        assertThat(String.join("\n", problems)).doesNotContain("hunter2");
        for (String name : wrong.keySet()) {
            assertThat(problems).as(name).anyMatch(problem -> problem.contains(name));
        }
    }

    @Test
    void theDoctorSaysWhatAStartWould(@TempDir Path directory) {
        Map<String, String> wrong = Map.of("SLUICE_PORT", "http", "SLUICE_PROT", "8080");
        StringWriter out = new StringWriter();
        CliContext context =
                new CliContext(
                        wrong,
                        directory,
                        directory,
                        InputStream.nullInputStream(),
                        new PrintWriter(out, true),
                        new PrintWriter(out, true),
                        InstantSource.system(),
                        false);

        int code = Cli.create(context, Config::problems).execute("doctor");

        assertThat(code).as(out.toString()).isEqualTo(1);
        assertThat(out.toString())
                .contains("SLUICE_PORT must be a number", "SLUICE_PROT is not a setting");
    }
}
