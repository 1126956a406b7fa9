package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.control.secrets.MasterKey;
import dev.sluice.domain.KeyDigest;
import dev.sluice.domain.Secret;
import dev.sluice.gateway.callers.ClientSecret;
import dev.sluice.gateway.callers.ClientSecrets;
import dev.sluice.testkit.Talker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a browser opens sessions with: the rights of the key it was made with, for sessions alone,
/// and for a while.
@Timeout(120)
@Tag("slow")
class ClientSecretsTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String MODEL = "sim-realtime";
    private static final String MASTER_KEY = "of-every-replica-0123456789-abcdefghijk";
    private static final String SECRETS = "/v1/realtime/client_secrets";
    private static final String SESSION =
            """
            {"type":"realtime","model":"sim-realtime","output_modalities":["text"],
             "instructions":"Be brief."}
            """;

    private Installation sluice;
    private String key;

    @BeforeEach
    void start() {
        sluice =
                Installation.start(Map.of("SLUICE_MASTER_KEY", MASTER_KEY))
                        .withModels(
                                """
                                {"input_per_mtok":"4","output_per_mtok":"16",
                                 "cached_input_per_mtok":"1",
                                 "audio_input_per_mtok":"32","audio_output_per_mtok":"64"}
                                """,
                                MODEL,
                                "sim-chat");
        sluice.topUp("100");
        key = sluice.key("talker", "voice", "staging");
    }

    @AfterEach
    void stop() {
        assertThat(sluice.openExchanges()).isZero();
        sluice.close();
    }

    private HttpResponse<String> post(
            String path, String credential, String body, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(sluice.baseUrl() + path))
                        .header("authorization", "Bearer " + credential)
                        .header("content-type", "application/json")
                        .timeout(Duration.ofSeconds(30))
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return sluice.http().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode made(String body, String... headers) throws Exception {
        HttpResponse<String> answer = post(SECRETS, key, body, headers);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private String keyId() {
        return sluice.admin("GET", "/admin/v1/keys", null).at("/data/0/id").asString();
    }

    private String refused(int status, String path, String body) throws Exception {
        HttpResponse<String> answer = post(path, key, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body()).at("/error/param").asString("");
    }

    private String handshake(String credential, String target, String... headers)
            throws IOException {
        List<String> lines = new ArrayList<>(Talker.upgrade());
        lines.add("authorization: Bearer " + credential);
        lines.addAll(List.of(headers));
        int port = URI.create(sluice.baseUrl()).getPort();
        return Talker.handshake(port, "GET", target, lines.toArray(String[]::new));
    }

    /// As another replica would make it, which has the same master key.
    private String elsewhere(String masterKey, Instant notAfter) {
        ClientSecrets secrets =
                new ClientSecrets(
                        new SealedContent(MasterKey.of(new Secret(masterKey), new SecureRandom())));
        return secrets.make(
                        new ClientSecret(
                                KeyDigest.of(key).hex(),
                                notAfter,
                                false,
                                false,
                                MODEL,
                                Map.of(),
                                SESSION))
                .reveal();
    }

    @Test
    void aBrowserTalksWithItAsItsKeyWould() throws Exception {
        long before = Instant.now().getEpochSecond();
        JsonNode made =
                made(
                        "{\"session\":" + SESSION + "}",
                        "x-sluice-customer",
                        "acme",
                        "x-sluice-user",
                        "u-7");
        String secret = made.path("value").asString();
        assertThat(secret).startsWith("ek_").hasSizeGreaterThan(100);
        assertThat(made.path("expires_at").asLong()).isBetween(before + 600, before + 630);
        assertThat(made.at("/session/id").asString()).startsWith("sess_");
        assertThat(made.at("/session/object").asString()).isEqualTo("realtime.session");
        assertThat(made.at("/session/model").asString()).isEqualTo(MODEL);
        for (int session = 0; session < 2; session++) {
            try (Talker browser = Talker.fromBrowser(sluice.baseUrl(), secret, MODEL)) {
                JsonNode created = JSON.readTree(browser.await("session.created"));
                assertThat(created.at("/session/instructions").asString()).isEqualTo("Be brief.");
                assertThat(created.at("/session/model").asString()).isEqualTo(MODEL);
                assertThat(created.at("/session/output_modalities/0").asString()).isEqualTo("text");
                browser.say("{\"type\":\"response.create\"}").await("response.output_text.delta");
                browser.await("response.done");
                assertThat(browser.events())
                        .filteredOn(event -> event.contains("\"session."))
                        .hasSize(1);
            }
        }
        JsonNode rows =
                sluice.await(
                        "/admin/v1/requests?state=settled&model=" + MODEL,
                        list -> list.path("data").size() >= 2);
        String id = keyId();
        for (JsonNode row : rows.path("data")) {
            assertThat(row.path("key").asString()).isEqualTo(id);
            assertThat(row.at("/attribution/customer").asString()).isEqualTo("acme");
            assertThat(row.at("/attribution/user").asString()).isEqualTo("u-7");
            assertThat(row.toString()).doesNotContain(secret);
        }
        sluice.assertBooksAreClean();
    }

    @Test
    void itOpensSessionsOfItsModelAndNothingElse() throws Exception {
        String secret = made("{\"session\":" + SESSION + "}").path("value").asString();
        assertThat(handshake(secret, "/v1/realtime?model=" + MODEL)).startsWith("HTTP/1.1 101");
        // it knows its model
        assertThat(handshake(secret, "/v1/realtime")).startsWith("HTTP/1.1 101");
        assertThat(handshake(secret, "/v1/realtime?model=sim-chat"))
                .startsWith("HTTP/1.1 400")
                .contains("for the model 'sim-realtime' alone");
        assertThat(handshake(secret, "/v1/realtime", "openai-beta: realtime=v1"))
                .startsWith("HTTP/1.1 400")
                .contains("OpenAI-Beta");
        for (String path : List.of(SECRETS, "/v1/chat/completions", "/v1/files")) {
            HttpResponse<String> other =
                    post(path, secret, Installation.chatBody("sim-chat", "Hello", 20));
            assertThat(other.statusCode()).as(path).isEqualTo(401);
        }
        // one that says nothing leaves everything to its sessions
        String open = made("").path("value").asString();
        assertThat(handshake(open, "/v1/realtime")).startsWith("HTTP/1.1 400");
        assertThat(handshake(open, "/v1/realtime?model=" + MODEL)).startsWith("HTTP/1.1 101");
    }

    @Test
    void itIsGoodOnEveryReplicaUntilItExpires() throws Exception {
        Instant now = Instant.now();
        String path = "/v1/realtime?model=" + MODEL;
        String good = elsewhere(MASTER_KEY, now.plusSeconds(60));
        assertThat(handshake(good, path)).startsWith("HTTP/1.1 101");
        assertThat(handshake(elsewhere(MASTER_KEY, now.minusSeconds(1)), path))
                .startsWith("HTTP/1.1 401")
                .contains("invalid_api_key")
                .contains("has expired");
        String another = "of-nobody-here-0123456789-abcdefghijklm";
        char last = good.charAt(good.length() - 10);
        String changed =
                good.substring(0, good.length() - 10)
                        + (last == 'A' ? 'B' : 'A')
                        + good.substring(good.length() - 9);
        for (String bad :
                List.of(elsewhere(another, now.plusSeconds(60)), changed, "ek_", "ek_!", "ek_AA")) {
            assertThat(handshake(bad, path))
                    .as(bad)
                    .startsWith("HTTP/1.1 401")
                    .contains("was not made here")
                    .doesNotContain(good);
        }
    }

    @Test
    void aSessionGoesOnWhenItsSecretExpires() throws Exception {
        String brief = elsewhere(MASTER_KEY, Instant.now().plusSeconds(2));
        try (Talker browser = Talker.fromBrowser(sluice.baseUrl(), brief, MODEL)) {
            browser.await("session.created");
            String path = "/v1/realtime?model=" + MODEL;
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (!handshake(brief, path).startsWith("HTTP/1.1 401")) {
                assertThat(System.nanoTime()).isLessThan(deadline);
            }
            browser.say("{\"type\":\"response.create\"}").await("response.done");
        }
    }

    @Test
    void itEndsWithItsKey() throws Exception {
        String secret = made("{\"session\":" + SESSION + "}").path("value").asString();
        String id = keyId();
        try (Talker browser = Talker.fromBrowser(sluice.baseUrl(), secret, MODEL)) {
            browser.await("session.created");
            sluice.admin("POST", "/admin/v1/keys/" + id + "/revoke", "{}");
            assertThat(browser.awaitClosed()).isEqualTo("1008 invalid_api_key");
        }
        assertThatThrownBy(() -> Talker.fromBrowser(sluice.baseUrl(), secret, MODEL))
                .isInstanceOf(IOException.class);
        assertThat(handshake(secret, "/v1/realtime")).startsWith("HTTP/1.1 401");
    }

    @Test
    void theBetasSessionsHaveTheirSecretInThem() throws Exception {
        HttpResponse<String> answer =
                post(
                        "/v1/realtime/sessions",
                        key,
                        """
                        {"model":"sim-realtime","modalities":["text"],"instructions":"Be brief.",
                         "client_secret":{"expires_after":{"anchor":"created_at","seconds":90}}}
                        """);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
        JsonNode session = JSON.readTree(answer.body());
        assertThat(session.path("modalities").size()).isEqualTo(1);
        long left = session.at("/client_secret/expires_at").asLong() - now();
        assertThat(left).isBetween(60L, 91L);
        String secret = session.at("/client_secret/value").asString();
        try (Talker beta = Talker.inBeta(sluice.baseUrl(), secret, MODEL)) {
            JsonNode created = JSON.readTree(beta.await("session.created"));
            assertThat(created.at("/session/instructions").asString()).isEqualTo("Be brief.");
            beta.say("{\"type\":\"response.create\"}").await("response.text.delta");
            beta.await("response.done");
        }
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    @Test
    void whatNoSessionCouldBeOpenedWithIsRefused() throws Exception {
        assertThat(refused(400, SECRETS, "{\"session\":{\"type\":\"other\"}}"))
                .isEqualTo("session.type");
        assertThat(refused(400, SECRETS, "{\"session\":[]}")).isEqualTo("session");
        for (String seconds : List.of("9", "7201", "60.5", "\"60\"", "1e3")) {
            assertThat(
                            refused(
                                    400,
                                    SECRETS,
                                    "{\"expires_after\":{\"anchor\":\"created_at\",\"seconds\":%s}}"
                                            .formatted(seconds)))
                    .as(seconds)
                    .isEqualTo("expires_after.seconds");
        }
        assertThat(refused(400, SECRETS, "{\"expires_after\":{\"anchor\":\"now\"}}"))
                .isEqualTo("expires_after.anchor");
        refused(400, SECRETS, "{\"session\":");
        refused(400, SECRETS, "[]");
        refused(400, SECRETS, "{\"session\":{},\"session\":{}}");
        refused(404, SECRETS, "{\"session\":{\"type\":\"realtime\",\"model\":\"nobody\"}}");
        String large = "x".repeat(17 << 10);
        refused(
                413,
                SECRETS,
                "{\"session\":{\"type\":\"realtime\",\"instructions\":\"%s\"}}".formatted(large));
        HttpResponse<String> stranger = post(SECRETS, "sk-sluice-nobody", "{}");
        assertThat(stranger.statusCode()).isEqualTo(401);
        HttpResponse<String> read =
                sluice.http()
                        .send(
                                HttpRequest.newBuilder(URI.create(sluice.baseUrl() + SECRETS))
                                        .header("authorization", "Bearer " + key)
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
        assertThat(read.statusCode()).isEqualTo(405);
        assertThat(read.headers().firstValue("allow")).contains("POST");
    }

    /// The provider has the last word on how a session can be set.
    @Test
    void aSessionThatItsProviderCannotSetIsNotBegun() throws Exception {
        String secret =
                made("""
                {"session":{"type":"realtime","model":"sim-realtime",
                 "output_modalities":["smoke"]}}
                """)
                        .path("value")
                        .asString();
        try (Talker browser = Talker.fromBrowser(sluice.baseUrl(), secret, MODEL)) {
            JsonNode error = JSON.readTree(browser.await("error")).path("error");
            assertThat(error.path("code").asString()).isEqualTo("upstream_rejected");
            assertThat(error.path("message").asString()).contains("output_modalities");
            assertThat(browser.awaitClosed()).isEqualTo("1008 upstream_rejected");
            assertThat(browser.events()).noneMatch(event -> event.contains("session.created"));
        }
    }
}
