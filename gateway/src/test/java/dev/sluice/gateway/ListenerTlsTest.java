package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.Secret;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.simulator.Options;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.journal.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// TLS on both sides, and HTTP/2 towards clients.
@Tag("slow")
class ListenerTlsTest {

    private static final String NAMES = "dns:localhost,ip:127.0.0.1";

    @TempDir private static Path directory;

    private static final List<HttpClient> CLIENTS = new ArrayList<>();

    private static TestCertificate own;
    private static TestCertificate stranger;
    private static Simulator good;
    private static Simulator unknown;
    private static Simulator elsewhere;
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() throws Exception {
        own = TestCertificate.make(directory, "listener", NAMES);
        own.writeTo(directory.resolve("tls.crt"), directory.resolve("tls.key"));
        TestCertificate trusted = TestCertificate.make(directory, "trusted", NAMES);
        TestCertificate named = TestCertificate.make(directory, "named", "dns:elsewhere.example");
        Path bundle = directory.resolve("bundle.crt");
        Files.writeString(bundle, trusted.certificatePem() + named.certificatePem());
        good = simulator(trusted);
        stranger = TestCertificate.make(directory, "stranger", NAMES);
        unknown = simulator(stranger);
        elsewhere = simulator(named);
        gateway =
                new GatewayFixture(
                        GatewayFixture.Setup.USUAL
                                .withTls(directory.resolve("tls.crt"), directory.resolve("tls.key"))
                                .withCaBundle(bundle)
                                .withUpstream("good", base(good))
                                .withUpstream("unknown", base(unknown))
                                .withUpstream("elsewhere", base(elsewhere)));
    }

    private static Simulator simulator(TestCertificate certificate) {
        return Simulator.start(
                Options.loopback(InstantSource.system())
                        .withAnyModel()
                        .withTls(
                                new Options.Tls(
                                        certificate.certificatePem(),
                                        new Secret(certificate.keyPem()),
                                        true)));
    }

    private static URI base(Simulator simulator) {
        return URI.create("https://localhost:" + simulator.port() + "/v1");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        good.close();
        unknown.close();
        elsewhere.close();
    }

    @AfterEach
    void nothingStaysOpen() throws InterruptedException {
        CLIENTS.forEach(HttpClient::shutdownNow);
        CLIENTS.clear();
        gateway.awaitQuiet();
    }

    private static HttpClient client(SSLContext trust, HttpClient.Version version) {
        HttpClient http = HttpClient.newBuilder().sslContext(trust).version(version).build();
        CLIENTS.add(http);
        return http;
    }

    private static HttpClient client(HttpClient.Version version) throws Exception {
        return client(own.trusting(), version);
    }

    private static HttpRequest call(String model, String text, boolean stream) {
        return HttpRequest.newBuilder(
                        URI.create(
                                "https://localhost:"
                                        + gateway.plane.port()
                                        + "/v1/chat/completions"))
                .header("authorization", "Bearer " + GatewayFixture.KEY)
                .header("content-type", "application/json")
                .timeout(Duration.ofSeconds(20))
                .POST(
                        HttpRequest.BodyPublishers.ofString(
                                GatewayFixture.chatBody(model, text, stream)))
                .build();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void bothVersionsServeAnswersAndStreams(HttpClient.Version version) throws Exception {
        if (!version.name().startsWith("HTTP_1") && version != HttpClient.Version.HTTP_2) {
            return;
        }
        HttpClient http = client(version);
        HttpResponse<String> plain =
                http.send(call("sim-chat", "hi", false), HttpResponse.BodyHandlers.ofString());
        assertThat(plain.version()).isEqualTo(version);
        assertThat(plain.statusCode()).as(plain.body()).isEqualTo(200);
        assertThat(plain.headers().firstValue("x-sluice-cost-usd")).isPresent();
        HttpResponse<String> stream =
                http.send(call("sim-chat", "hi", true), HttpResponse.BodyHandlers.ofString());
        assertThat(stream.body()).endsWith("data: [DONE]\n\n");
        HttpResponse<String> refused =
                http.send(call("nope", "hi", true), HttpResponse.BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(404);
    }

    @Test
    void manyCallsShareOneConnection() throws Exception {
        HttpClient http = client(HttpClient.Version.HTTP_2);
        // The first one opens the connection the others share.
        http.send(call("sim-chat", "hi", false), HttpResponse.BodyHandlers.ofString());
        int before = gateway.ledger.settled().size();
        List<CompletableFuture<HttpResponse<String>>> pending = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            String text = "[[sim gap=5]] number " + i;
            pending.add(
                    http.sendAsync(
                            call("sim-chat", text, i % 2 == 0),
                            HttpResponse.BodyHandlers.ofString()));
        }
        for (CompletableFuture<HttpResponse<String>> one : pending) {
            HttpResponse<String> answer = one.get(20, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
        gateway.awaitQuiet();
        assertThat(gateway.ledger.settled()).hasSize(before + 80);
    }

    @Test
    void aStreamTheClientResetsStopsItsUpstreamAndNoOther() throws Exception {
        HttpClient http = client(HttpClient.Version.HTTP_2);
        CompletableFuture<HttpResponse<String>> other =
                http.sendAsync(
                        call("sim-chat", "[[sim gap=30]] stays", true),
                        HttpResponse.BodyHandlers.ofString());
        HttpResponse<InputStream> leaving =
                http.send(
                        call("sim-reasoner", "[[sim gap=50 tokens=150]] leaves", true),
                        HttpResponse.BodyHandlers.ofInputStream());
        String id = leaving.headers().firstValue("x-request-id").orElseThrow();
        try (InputStream in = leaving.body()) {
            assertThat(in.readNBytes(300)).hasSize(300);
        }
        long from = System.nanoTime();
        gateway.simulator
                .journal()
                .awaitThat(
                        "the upstream was told",
                        calls ->
                                calls.stream()
                                        .anyMatch(c ->
                                                c.model().equals("sim-reasoner")
                                                        && c.outcome() == Outcome.CANCELLED),
                        Duration.ofSeconds(3));
        assertThat(System.nanoTime() - from).isLessThan(Duration.ofSeconds(1).toNanos());
        CallRecord call = gateway.ledger.awaitSettled(c -> c.requestId().equals(id));
        assertThat(call.outcome().statusCode()).isEqualTo(499);
        assertThat(other.get(20, TimeUnit.SECONDS).body()).endsWith("data: [DONE]\n\n");
    }

    @Test
    void anUploadThatIsTooLargeEndsItsStreamAlone() throws Exception {
        HttpClient http = client(HttpClient.Version.HTTP_2);
        CompletableFuture<HttpResponse<String>> other =
                http.sendAsync(
                        call("sim-chat", "[[sim gap=20]] stays", true),
                        HttpResponse.BodyHandlers.ofString());
        HttpRequest large =
                HttpRequest.newBuilder(call("sim-chat", "", false), (_, _) -> true)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[33 << 20]))
                        .build();
        try {
            HttpResponse<String> answer = http.send(large, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(413);
        } catch (IOException e) {
            // The client may find its upload reset before it looks at the answer.
            assertThat(e).hasMessageContaining("reset");
        }
        assertThat(other.get(20, TimeUnit.SECONDS).body()).endsWith("data: [DONE]\n\n");
    }

    @Test
    void aNewCertificateIsUsedAfterAReload() throws Exception {
        TestCertificate next = stranger;
        HttpClient old = client(HttpClient.Version.HTTP_1_1);
        HttpClient fresh = client(next.trusting(), HttpClient.Version.HTTP_2);
        try {
            next.writeTo(directory.resolve("tls.crt"), directory.resolve("tls.key"));
            assertThatThrownBy(() -> hello(fresh)).isInstanceOf(IOException.class);
            assertThat(hello(old)).isEqualTo(200);
            gateway.plane
                    .reloadTls()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);
            assertThat(hello(fresh)).isEqualTo(200);
            // What is open goes on.
            assertThat(hello(old)).isEqualTo(200);
            Files.writeString(directory.resolve("tls.crt"), "no certificate");
            assertThatThrownBy(() ->
                            gateway.plane
                                    .reloadTls()
                                    .toCompletionStage()
                                    .toCompletableFuture()
                                    .get(5, TimeUnit.SECONDS))
                    .isNotNull();
            HttpClient another = client(next.trusting(), HttpClient.Version.HTTP_2);
            assertThat(hello(another)).as("the last good one stays").isEqualTo(200);
        } finally {
            own.writeTo(directory.resolve("tls.crt"), directory.resolve("tls.key"));
            gateway.plane
                    .reloadTls()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);
        }
    }

    private static int hello(HttpClient http) throws Exception {
        return http.send(call("sim-chat", "hi", false), HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    @Test
    void plainTextOnTheTlsPortIsCutOff() throws Exception {
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send("GET /v1/models HTTP/1.1\r\nhost: a\r\n\r\n");
            byte[] got = raw.socket().getInputStream().readAllBytes();
            assertThat(new String(got, java.nio.charset.StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP/1.1 200");
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    @Test
    void anUpstreamOfTheBundleIsCalledOverTls() throws Exception {
        HttpClient http = client(HttpClient.Version.HTTP_2);
        HttpResponse<String> answer =
                http.send(call("to-good", "hi", true), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
        assertThat(good.journal().calls()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "elsewhere"})
    void anUpstreamThatCannotProveItsNameGetsNothing(String name) throws Exception {
        HttpClient http = client(HttpClient.Version.HTTP_2);
        HttpResponse<String> alone =
                http.send(call("to-" + name, "hi", false), HttpResponse.BodyHandlers.ofString());
        assertThat(alone.statusCode()).isEqualTo(502);
        assertThat(alone.body()).contains("\"upstream_error\"");
        HttpResponse<String> other =
                http.send(call(name + "-first", "hi", true), HttpResponse.BodyHandlers.ofString());
        assertThat(other.body()).endsWith("data: [DONE]\n\n");
        assertThat(other.headers().firstValue("x-sluice-route")).contains("b/sim-chat;attempts=2");
        Simulator never = name.equals("unknown") ? unknown : elsewhere;
        assertThat(never.journal().calls()).isEmpty();
    }
}
