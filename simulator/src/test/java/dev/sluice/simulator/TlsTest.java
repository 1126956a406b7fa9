package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.Secret;
import dev.sluice.simulator.journal.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The simulator behind TLS, over both versions of HTTP.
class TlsTest {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private @TempDir Path directory;

    private KeyStore keys() throws IOException, GeneralSecurityException, InterruptedException {
        Path store = directory.resolve("keys.p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "sim",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "san=dns:localhost,ip:127.0.0.1",
                                "-validity",
                                "2",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                new String(PASSWORD))
                        .redirectErrorStream(true)
                        .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private static String pem(String what, byte[] der) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
    }

    private static SSLContext trusting(KeyStore keys) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("sim", keys.getCertificate("sim"));
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void streamsOverTls(HttpClient.Version version) throws Exception {
        KeyStore keys = keys();
        try (Simulator simulator =
                        Simulator.start(
                                Options.loopback(InstantSource.system()).withTls(tls(keys)));
                HttpClient client =
                        HttpClient.newBuilder()
                                .version(version)
                                .sslContext(trusting(keys))
                                .build()) {
            assertThat(simulator.baseUrl().toString()).startsWith("https://127.0.0.1:");
            String url = simulator.baseUrl() + "/chat/completions";
            HttpResponse<String> response =
                    client.send(stream(url, "Hi"), HttpResponse.BodyHandlers.ofString());
            assertThat(response.version()).isEqualTo(version);
            assertThat(response.body()).endsWith("data: [DONE]\n\n");
            client.sendAsync(
                            stream(url, "Hi [[sim cut_at=3]]"),
                            HttpResponse.BodyHandlers.ofString())
                    .handle((body, failed) -> assertThat(failed).isNotNull())
                    .join();
            assertThat(simulator.journal().awaitEnded(2, SimClient.PATIENCE).getLast().outcome())
                    .isEqualTo(Outcome.CUT);
        }
    }

    @Test
    void aResetStreamIsACancelledCall() throws Exception {
        KeyStore keys = keys();
        try (Simulator simulator =
                        Simulator.start(
                                Options.loopback(InstantSource.system()).withTls(tls(keys)));
                HttpClient client = HttpClient.newBuilder().sslContext(trusting(keys)).build()) {
            String url = simulator.baseUrl() + "/chat/completions";
            CompletableFuture<HttpResponse<String>> call =
                    client.sendAsync(
                            stream(url, "Hi [[sim stall_at=2]]"),
                            HttpResponse.BodyHandlers.ofString());
            simulator
                    .journal()
                    .awaitThat(
                            "two events",
                            all -> all.stream().anyMatch(one -> one.events() == 2),
                            SimClient.PATIENCE);
            assertThat(call.cancel(true)).isTrue();
            assertThat(
                            simulator
                                    .journal()
                                    .awaitEnded(1, Duration.ofSeconds(1))
                                    .getFirst()
                                    .outcome())
                    .isEqualTo(Outcome.CANCELLED);
        }
    }

    private static Options.Tls tls(KeyStore keys) throws GeneralSecurityException {
        return new Options.Tls(
                pem("CERTIFICATE", keys.getCertificate("sim").getEncoded()),
                new Secret(pem("PRIVATE KEY", keys.getKey("sim", PASSWORD).getEncoded())),
                true);
    }

    private static HttpRequest stream(String url, String text) {
        return HttpRequest.newBuilder(URI.create(url))
                .POST(
                        HttpRequest.BodyPublishers.ofString(
                                SimClient.chat("sim-chat", text, "\"stream\":true")))
                .build();
    }

    @Test
    void aCertificateThatIsNoneIsAnError() {
        Options.Tls tls = new Options.Tls("nothing", new Secret("nothing"), false);
        Options options = Options.loopback(InstantSource.system()).withTls(tls);
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> Simulator.start(options)))
                .hasMessageContaining("could not start");
    }
}
