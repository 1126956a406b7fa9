package dev.sluice.app.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.app.Installation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Credentials that are no fixed header, as a provider sees them: signatures and tokens.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthSchemesTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final String MESSAGE =
            """
            {"id":"msg_1","type":"message","role":"assistant","model":"m",
             "content":[{"type":"text","text":"Hello."}],"stop_reason":"end_turn",
             "stop_sequence":null,"usage":{"input_tokens":5,"output_tokens":2}}
            """;

    /// @param headers by lower-case name
    private record Asked(String uri, Map<String, String> headers, String body) {}

    private final List<Asked> calls = new CopyOnWriteArrayList<>();
    private final List<Asked> tokenCalls = new CopyOnWriteArrayList<>();
    private volatile int tokenStatus = 200;
    private volatile int expiresIn = 3600;
    private HttpServer server;
    private KeyPair pair;
    private Installation installation;
    private String key;

    @BeforeAll
    void start() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        pair = generator.generateKeyPair();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> answer(exchange, calls, 200, MESSAGE));
        server.createContext(
                "/token",
                exchange ->
                        answer(
                                exchange,
                                tokenCalls,
                                tokenStatus,
                                "{\"access_token\":\"ya29.token-%d\",\"expires_in\":%d}"
                                        .formatted(tokenCalls.size() + 1, expiresIn)));
        server.start();
        installation = Installation.start(Map.of("SLUICE_EGRESS_ALLOW", "127.0.0.1/32"));
        installation.topUp("10.00");
        key = installation.key("auth", "auth", "development");
    }

    @AfterAll
    void stop() {
        installation.close();
        server.stop(0);
    }

    private static void answer(HttpExchange exchange, List<Asked> into, int status, String body)
            throws IOException {
        Map<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) ->
                        headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        String asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        into.add(new Asked(exchange.getRequestURI().toString(), headers, asked));
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("content-type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void model(String name, ObjectNode upstream, String model) {
        upstream.put("name", name).put("base_url", origin());
        upstream.putArray("dialects").add("anthropic-messages");
        installation.admin("POST", "/admin/v1/upstreams", upstream.toString());
        installation.admin(
                "POST",
                "/admin/v1/models",
                """
                {"name":"%s","targets":[{"upstream":"%s","model":"%s"}],
                 "price":{"input_per_mtok":"1","output_per_mtok":"10"}}
                """
                        .formatted(name, name, model));
    }

    private HttpResponse<String> chat(String model) {
        return installation.chat(key, Installation.chatBody(model, "Hello.", 16));
    }

    private ObjectNode aws(String credential) {
        return JSON.createObjectNode()
                .put("provider", "bedrock")
                .put("region", "eu-central-1")
                .put("credential", credential);
    }

    @Test
    void anAccessKeySignsEachRequest() throws Exception {
        model(
                "signed",
                aws("AKIAIOSFODNN7EXAMPLE:" + SECRET + ":session/tok+en=="),
                "a.claude-v1:0");
        assertThat(chat("signed").statusCode()).isEqualTo(200);
        Asked asked = calls.getLast();
        assertThat(asked.uri()).isEqualTo("/model/a.claude-v1%3A0/invoke");
        assertThat(asked.headers()).containsEntry("x-amz-security-token", "session/tok+en==");
        assertThat(asked.headers().get("authorization"))
                .isEqualTo(
                        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/"
                                + asked.headers()
                                        .getOrDefault("x-amz-date", "no date at all")
                                        .substring(0, 8)
                                + "/eu-central-1/bedrock/aws4_request, SignedHeaders="
                                + "content-type;host;x-amz-date;x-amz-security-token, Signature="
                                + signature(asked, "/model/a.claude-v1%253A0/invoke"));
    }

    /// Worked out from what arrived, by the steps the algorithm is published in.
    private static String signature(Asked asked, String canonicalPath) throws Exception {
        Map<String, String> sent = asked.headers();
        String date = sent.getOrDefault("x-amz-date", "no date at all");
        String day = date.substring(0, 8);
        String canonical =
                "POST\n"
                        + canonicalPath
                        + "\n\ncontent-type:"
                        + sent.get("content-type")
                        + "\nhost:"
                        + sent.get("host")
                        + "\nx-amz-date:"
                        + date
                        + "\nx-amz-security-token:"
                        + sent.get("x-amz-security-token")
                        + "\n\ncontent-type;host;x-amz-date;x-amz-security-token\n"
                        + sha256(asked.body());
        String text =
                "AWS4-HMAC-SHA256\n"
                        + date
                        + "\n"
                        + day
                        + "/eu-central-1/bedrock/aws4_request\n"
                        + sha256(canonical);
        byte[] signing = ("AWS4" + SECRET).getBytes(StandardCharsets.UTF_8);
        for (String part : List.of(day, "eu-central-1", "bedrock", "aws4_request", text)) {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(signing, "HmacSHA256"));
            signing = mac.doFinal(part.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(signing);
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(
                        MessageDigest.getInstance("SHA-256")
                                .digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void anApiKeyOfTheServiceIsABearerToken() {
        model("by-key", aws("bedrock-api-key-example"), "m");
        assertThat(chat("by-key").statusCode()).isEqualTo(200);
        assertThat(calls.getLast().headers())
                .containsEntry("authorization", "Bearer bedrock-api-key-example")
                .doesNotContainKey("x-amz-date");
    }

    private ObjectNode google(String credential) {
        ObjectNode upstream =
                JSON.createObjectNode()
                        .put("provider", "vertex")
                        .put("region", "europe-west4")
                        .put("credential", credential);
        upstream.putObject("settings").put("project", "acme-1");
        return upstream;
    }

    private String keyFile(String tokenUri) {
        String base64 = Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded());
        return JSON.createObjectNode()
                .put("type", "service_account")
                .put("client_email", "caller@acme-1.example")
                .put("private_key_id", "k1")
                .put(
                        "private_key",
                        "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n")
                .put("token_uri", tokenUri)
                .toString();
    }

    @Test
    void aServiceAccountsTokenIsFetchedKeptAndRenewed() throws Exception {
        model("account", google(keyFile(origin() + "/token")), "claude-sonnet-4-5@20250929");
        expiresIn = 3600;
        int before = tokenCalls.size();
        assertThat(chat("account").statusCode()).isEqualTo(200);
        assertThat(calls.getLast().uri())
                .isEqualTo(
                        "/v1/projects/acme-1/locations/europe-west4/publishers/anthropic/models/"
                                + "claude-sonnet-4-5@20250929:rawPredict");
        assertThat(calls.getLast().headers().get("authorization")).startsWith("Bearer ya29.token-");
        checkAssertion(tokenCalls.get(before).body());
        for (int i = 0; i < 20; i++) {
            assertThat(chat("account").statusCode()).isEqualTo(200);
        }
        // one token for each event loop, however many calls
        int loops = Runtime.getRuntime().availableProcessors();
        assertThat(tokenCalls.size() - before).isBetween(1, Math.max(2, loops));
    }

    private void checkAssertion(String form) throws Exception {
        Map<String, String> fields = new TreeMap<>();
        for (String pairText : form.split("&", -1)) {
            int equals = pairText.indexOf('=');
            fields.put(
                    pairText.substring(0, equals),
                    URLDecoder.decode(pairText.substring(equals + 1), StandardCharsets.UTF_8));
        }
        assertThat(fields)
                .containsEntry("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
        String[] parts = String.valueOf(fields.get("assertion")).split("\\.", -1);
        Signature check = Signature.getInstance("SHA256withRSA");
        check.initVerify(pair.getPublic());
        check.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
        assertThat(check.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
        JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
        assertThat(claims.path("iss").asString()).isEqualTo("caller@acme-1.example");
        assertThat(claims.path("aud").asString()).isEqualTo(origin() + "/token");
        assertThat(claims.path("scope").asString()).endsWith("/auth/cloud-platform");
        assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(3600);
    }

    /// A token that ends soon is still sent, while the next one is fetched.
    @Test
    void aTokenThatEndsSoonIsRenewedWithoutACallWaiting() {
        model("short", google(keyFile(origin() + "/token?short")), "m");
        expiresIn = 200;
        try {
            int before = tokenCalls.size();
            // a loop fetches one at a time, so quick calls share a renewal: as many as it takes
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (tokenCalls.size() - before <= 2 && System.nanoTime() < deadline) {
                assertThat(chat("short").statusCode()).isEqualTo(200);
            }
            assertThat(tokenCalls.size() - before).isGreaterThan(2);
            tokenStatus = 503;
            assertThat(chat("short").statusCode()).as("the old token is good").isEqualTo(200);
        } finally {
            tokenStatus = 200;
            expiresIn = 3600;
        }
    }

    @Test
    void whoGivesNoTokenIsNotAsked() {
        model("refused", google(keyFile(origin() + "/token?refused")), "m");
        tokenStatus = 401;
        try {
            int before = calls.size();
            HttpResponse<String> answer = chat("refused");
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("token endpoint answers 401");
            assertThat(calls).hasSize(before);
        } finally {
            tokenStatus = 200;
        }
    }

    @Test
    void aTokenEndpointAtAPrivateAddressIsHeldToTheEgressRules() {
        model("inside", google(keyFile("http://127.0.0.2:9/token")), "m");
        HttpResponse<String> answer = chat("inside");
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("private address");
    }

    @Test
    void anAccessTokenOfOnesOwnIsSentAsItIs() {
        model("own-token", google("ya29.mine"), "m");
        assertThat(chat("own-token").statusCode()).isEqualTo(200);
        assertThat(calls.getLast().headers()).containsEntry("authorization", "Bearer ya29.mine");
    }
}
