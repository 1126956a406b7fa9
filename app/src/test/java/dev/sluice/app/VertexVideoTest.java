package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.simulator.journal.Call;
import dev.sluice.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Videos of Vertex AI: begun and looked at with the token of a service account, the video taken
/// out of the answer that it is in.
@Tag("slow")
class VertexVideoTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String TOKEN = "ya29.of-the-account";
    private static final String MODEL =
            "/v1/projects/acme-1/locations/europe-west4/publishers/google/models/sim-video";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final AtomicInteger tokens = new AtomicInteger();
    private HttpServer tokenServer;
    private Installation sluice;
    private String key;

    @BeforeEach
    void start() throws Exception {
        tokenServer =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        tokenServer.createContext("/token", this::giveToken);
        tokenServer.start();
        sluice = Installation.start(Map.of("SLUICE_EGRESS_ALLOW", "127.0.0.1/32"));
        sluice.topUp("100");
        key = sluice.key("k", "design", "staging");
        ObjectNode upstream =
                JSON.createObjectNode()
                        .put("name", "there")
                        .put("provider", "vertex")
                        .put("base_url", sluice.simulator().origin().toString())
                        .put("region", "europe-west4")
                        .put("credential", account());
        upstream.putObject("settings").put("project", "acme-1");
        sluice.admin("POST", "/admin/v1/upstreams", upstream.toString());
        sluice.admin(
                "POST",
                "/admin/v1/models",
                """
                {"name":"film","targets":[{"upstream":"there","model":"sim-video"}],
                 "price":{"per_video_second":"0.4","by":[
                     {"resolution":"1080p","per_video_second":"0.5"}]}}
                """);
    }

    @AfterEach
    void stop() {
        sluice.close();
        tokenServer.stop(0);
    }

    private void giveToken(HttpExchange exchange) throws IOException {
        try (exchange) {
            tokens.incrementAndGet();
            byte[] answer =
                    "{\"access_token\":\"%s\",\"expires_in\":3600}"
                            .formatted(TOKEN)
                            .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private String account() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        String base64 =
                Base64.getMimeEncoder()
                        .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
        return JSON.createObjectNode()
                .put("type", "service_account")
                .put("client_email", "caller@acme-1.example")
                .put("private_key_id", "k1")
                .put(
                        "private_key",
                        "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n")
                .put(
                        "token_uri",
                        "http://127.0.0.1:" + tokenServer.getAddress().getPort() + "/token")
                .toString();
    }

    private HttpResponse<String> begin(String more) throws Exception {
        HttpResponse<String> begun =
                sluice.api().call(key, "POST", "/v1/videos", "{\"model\":\"film\"," + more + "}");
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);
        return begun;
    }

    private JsonNode awaitEnd(String id) throws Exception {
        return Await.until(
                () -> JSON.readTree(sluice.api().call(key, "GET", "/v1/videos/" + id, "").body()),
                video -> video.hasNonNull("completed_at"),
                PATIENCE);
    }

    private static String id(HttpResponse<String> begun) {
        return JSON.readTree(begun.body()).path("id").asString();
    }

    private JsonNode settled(HttpResponse<String> begun) {
        return sluice.await(
                "/admin/v1/requests/" + begun.headers().firstValue("x-request-id").orElseThrow(),
                call -> call.path("state").asString().equals("settled"));
    }

    /// What the provider has of the only job there was.
    private byte[] film() throws Exception {
        HttpRequest look =
                HttpRequest.newBuilder(
                                URI.create(
                                        sluice.simulator().origin()
                                                + MODEL
                                                + ":fetchPredictOperation"))
                        .header("authorization", "Bearer " + TOKEN)
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"operationName\":\"%s/operations/sim00000001\"}"
                                                .formatted(MODEL.substring("/v1/".length()))))
                        .build();
        JsonNode operation =
                JSON.readTree(
                        sluice.http().send(look, HttpResponse.BodyHandlers.ofString()).body());
        return Base64.getDecoder()
                .decode(operation.at("/response/videos/0/bytesBase64Encoded").asString("no video"));
    }

    @Test
    void aVideoIsBegunLookedAtFetchedAndChargedExactly() throws Exception {
        HttpResponse<String> begun =
                begin(
                        "\"prompt\":\"A boat [[sim takes=300]]\",\"seconds\":\"6\","
                                + "\"size\":\"1920x1080\",\"style\":\"oil\"");
        assertThat(begun.headers().firstValue("x-sluice-dropped")).hasValue("style");
        JsonNode done = awaitEnd(id(begun));
        assertThat(done.path("status").asString()).as(done.toString()).isEqualTo("completed");
        assertThat(done.has("video")).isFalse();
        JsonNode call = settled(begun);
        assertThat(call.path("cost_usd").asString()).isEqualTo("3");
        assertThat(call.at("/units/video_seconds").asString()).isEqualTo("6");
        HttpResponse<byte[]> content =
                sluice.api()
                        .call(
                                key,
                                "GET",
                                "/v1/videos/" + id(begun) + "/content",
                                "",
                                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(content.statusCode()).isEqualTo(200);
        assertThat(content.headers().firstValue("content-type")).hasValue("video/mp4");
        List<Call> asked = sluice.simulator().journal().calls();
        assertThat(asked)
                .allSatisfy(one -> assertThat(one.method()).isEqualTo("POST"))
                .extracting(Call::path)
                .containsOnly(MODEL + ":predictLongRunning", MODEL + ":fetchPredictOperation");
        assertThat(asked)
                .extracting(Call::account)
                .hasSize(asked.size())
                .containsOnly(asked.getFirst().account());
        // its film is the provider's, asked with the account's token
        assertThat(content.body()).isEqualTo(film()).hasSizeGreaterThan(64 << 10);
        assertThat(tokens.get()).isPositive();
        JsonNode balance =
                sluice.await("/admin/v1/balance", b -> b.path("held").asString().equals("0"));
        assertThat(balance.path("balance").asString()).isEqualTo("97");
        sluice.assertBooksAreClean();
    }

    @Test
    void whatIsLeftOpenIsEightSeconds() throws Exception {
        HttpResponse<String> begun = begin("\"prompt\":\"A boat [[sim takes=100]]\"");
        assertThat(awaitEnd(id(begun)).path("status").asString()).isEqualTo("completed");
        assertThat(settled(begun).path("cost_usd").asString()).isEqualTo("3.2");
    }

    @Test
    void aJobThatFailsIsGivenBack() throws Exception {
        HttpResponse<String> begun =
                begin("\"prompt\":\"[[sim takes=100 fails=BLOCKED]]\",\"seconds\":\"4\"");
        JsonNode failed = awaitEnd(id(begun));
        assertThat(failed.path("status").asString()).isEqualTo("failed");
        assertThat(failed.at("/error/message").asString()).startsWith("BLOCKED");
        JsonNode call = settled(begun);
        assertThat(call.path("cost_usd").asString()).isEqualTo("0");
        assertThat(call.path("error_code").asString()).isEqualTo("upstream_error");
        JsonNode balance =
                sluice.await("/admin/v1/balance", b -> b.path("held").asString().equals("0"));
        assertThat(balance.path("balance").asString()).isEqualTo("100");
        assertThat(
                        sluice.api()
                                .call(key, "GET", "/v1/videos/" + id(begun) + "/content", "")
                                .statusCode())
                .isEqualTo(404);
        sluice.assertBooksAreClean();
    }
}
