package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.simulator.journal.Call;
import dev.sluice.testkit.Talker;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Realtime sessions through a whole installation: each response is charged what its provider
/// counted, and whatever ends a session leaves clean books.
@Timeout(120)
@Tag("slow")
class RealtimeTest {

    /// No two meters cost the same.
    private static final String PRICE =
            """
            {"input_per_mtok":"4.003","cached_input_per_mtok":"0.407","output_per_mtok":"16.01",
             "audio_input_per_mtok":"32.03","audio_output_per_mtok":"64.07"}
            """;

    private static final Map<MeterKind, String> RATES =
            Map.of(
                    MeterKind.INPUT, "4.003",
                    MeterKind.CACHE_READ, "0.407",
                    MeterKind.OUTPUT, "16.01",
                    MeterKind.AUDIO_INPUT, "32.03",
                    MeterKind.AUDIO_OUTPUT, "64.07");

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String MODEL = "sim-realtime";

    private Installation sluice;
    private String key;

    @BeforeEach
    void start() {
        sluice = Installation.start().withModels(PRICE, MODEL, "sim-chat");
        sluice.topUp("100");
        key = sluice.key("talker", "voice", "staging");
    }

    @AfterEach
    void stop() {
        assertThat(sluice.openExchanges()).isZero();
        sluice.close();
    }

    private Talker open() throws IOException {
        Talker talker = Talker.open(sluice.baseUrl(), key, MODEL);
        talker.await("session.created");
        return talker;
    }

    private static Talker ask(Talker talker, String text) throws IOException {
        return talker.say(item(text)).say("{\"type\":\"response.create\"}");
    }

    private static String item(String text) {
        return """
        {"type":"conversation.item.create","item":{"type":"message","role":"user",
         "content":[{"type":"input_text","text":"%s"}]}}
        """
                .formatted(text);
    }

    private static Talker inText(Talker talker) throws IOException {
        talker.say(
                "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"output_modalities\":[\"text\"]}}");
        talker.await("session.updated");
        return talker;
    }

    private static String sound(int milliseconds, int sample) {
        byte[] bytes = new byte[milliseconds * 48];
        java.util.Arrays.fill(bytes, (byte) sample);
        return "{\"type\":\"input_audio_buffer.append\",\"audio\":\"%s\"}"
                .formatted(Base64.getEncoder().encodeToString(bytes));
    }

    /// The rows of ended calls, oldest first, once there are so many.
    private List<JsonNode> rows(int count) {
        JsonNode page =
                sluice.await(
                        "/admin/v1/requests?state=settled&model=" + MODEL,
                        list -> list.path("data").size() >= count);
        List<JsonNode> rows = new ArrayList<>();
        page.path("data").forEach(rows::addFirst);
        assertThat(rows).hasSize(count);
        return rows;
    }

    private static BigDecimal priced(Usage usage) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Map.Entry<MeterKind, Long> used : usage.toMap().entrySet()) {
            sum =
                    sum.add(
                            new BigDecimal(RATES.get(used.getKey()))
                                    .multiply(BigDecimal.valueOf(used.getValue()))
                                    .movePointLeft(6));
        }
        return sum;
    }

    private void assertChargedTheTruth(List<JsonNode> rows) {
        List<Call> calls = sluice.simulator().journal().awaitQuiet(Duration.ofSeconds(10));
        assertThat(calls).hasSize(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            Call call = calls.get(i);
            JsonNode row = rows.get(i);
            assertThat(row.at("/attempts/0/provider_request_id").asString())
                    .isEqualTo(call.requestId());
            assertThat(new BigDecimal(row.path("cost_usd").asString()))
                    .as("response %d: %s", i, row)
                    .isEqualByComparingTo(priced(call.usage()));
            assertThat(row.path("estimated").asBoolean()).isFalse();
        }
        sluice.assertBooksAreClean();
    }

    @Test
    void everyResponseOfASessionIsChargedWhatItsProviderCounted() throws Exception {
        try (Talker talker = open()) {
            inText(talker);
            for (String text : List.of("One", "Two", "Three")) {
                ask(talker, text);
                JsonNode done = JSON.readTree(talker.await("response.done"));
                assertThat(done.at("/response/status").asString()).isEqualTo("completed");
            }
        }
        List<JsonNode> rows = rows(3);
        assertThat(rows.get(0).path("endpoint").asString()).isEqualTo("realtime");
        assertThat(rows.get(0).path("finish_reason").asString()).isEqualTo("completed");
        assertThat(rows.get(0).path("status_code").asInt()).isEqualTo(200);
        // what was read before comes from a cache
        assertThat(rows.get(2).at("/attempts/0/meters/cached_input_tokens").asLong()).isPositive();
        assertChargedTheTruth(rows);
    }

    @Test
    void soundIsHeardAndMade() throws Exception {
        try (Talker talker = open()) {
            // the provider answers by itself when somebody stops speaking
            for (int turn = 0; turn < 2; turn++) {
                talker.say(sound(2_000, 9)).say(sound(500, 0));
                talker.await("input_audio_buffer.speech_stopped");
                talker.await("response.output_audio.delta");
                talker.await("response.done");
            }
        }
        List<JsonNode> rows = rows(2);
        JsonNode meters = rows.get(0).at("/attempts/0/meters");
        // 2.5 s at ten tokens a second
        assertThat(meters.path("audio_input_tokens").asLong()).isEqualTo(25);
        assertThat(meters.path("audio_output_tokens").asLong()).isPositive();
        assertChargedTheTruth(rows);
    }

    @Test
    void aLongResponseHoldsMoreOnTheWay() throws Exception {
        try (Talker talker = open()) {
            // 700 steps of six tokens: several times what is held at first
            ask(talker, "Long [[sim tokens=600]]");
            JsonNode done = JSON.readTree(talker.await("response.done"));
            assertThat(done.at("/response/usage/output_tokens").asLong()).isEqualTo(3_600);
        }
        List<JsonNode> rows = rows(1);
        assertThat(rows.getFirst().path("hold_output_tokens").asLong())
                .isGreaterThan(3_600)
                .isLessThan(6_000);
        assertThat(rows.getFirst().path("absorbed_usd").asString("0")).isEqualTo("0");
        assertChargedTheTruth(rows);
    }

    private void quota(String unit, String limit) {
        sluice.api().quota("voice", "{\"team\":\"voice\"}", unit, limit);
    }

    @Test
    void aResponseThatIsNotHeldForEndsTheSession() throws Exception {
        quota("requests", "2");
        try (Talker talker = open()) {
            inText(talker);
            ask(talker, "One").await("response.done");
            ask(talker, "Two").await("response.done");
            ask(talker, "Three");
            JsonNode error = JSON.readTree(talker.await("error")).path("error");
            assertThat(error.path("code").asString()).isEqualTo("quota_exceeded");
            assertThat(error.path("type").asString()).isEqualTo("insufficient_quota");
            assertThat(error.at("/sluice/limit").asString()).isEqualTo("2");
            assertThat(talker.awaitClosed()).isEqualTo("1008 quota_exceeded");
        }
        assertChargedTheTruth(rows(2));
    }

    @Test
    void aResponseThatOutgrowsItsQuotaIsStoppedAndPaidForAsFarAsItGoes() throws Exception {
        quota("output_tokens", "2000");
        String id = sluice.admin("GET", "/admin/v1/quotas", null).at("/data/0/id").asString();
        try (Talker talker = open()) {
            ask(talker, "Long [[sim tokens=4000 ignore_max gap=1]]");
            JsonNode done = JSON.readTree(talker.await("response.done"));
            assertThat(done.at("/response/status").asString()).isEqualTo("cancelled");
            assertThat(JSON.readTree(talker.await("error")).at("/error/code").asString())
                    .isEqualTo("quota_exceeded");
            assertThat(talker.awaitClosed()).isEqualTo("1008 quota_exceeded");
        }
        JsonNode row = rows(1).getFirst();
        assertThat(row.path("error_code").asString()).isEqualTo("quota_exceeded");
        assertThat(row.path("estimated").asBoolean()).isFalse();
        JsonNode state =
                sluice.await(
                        "/admin/v1/quotas/" + id + "/state",
                        s -> s.path("held").asString().equals("0"));
        assertThat(new BigDecimal(state.path("used").asString()))
                .isGreaterThan(new BigDecimal("1000"))
                .isLessThanOrEqualTo(new BigDecimal("2000"));
        sluice.assertBooksAreClean();
    }

    @Test
    void revokingTheKeyEndsTheSession() throws Exception {
        String id = sluice.admin("GET", "/admin/v1/keys", null).at("/data/0/id").asString();
        try (Talker talker = open()) {
            ask(talker, "Go on [[sim tokens=600 gap=20]]").await("response.output_audio.delta");
            sluice.admin("POST", "/admin/v1/keys/" + id + "/revoke", "{}");
            assertThat(JSON.readTree(talker.await("error")).at("/error/code").asString())
                    .isEqualTo("invalid_api_key");
            assertThat(talker.awaitClosed()).isEqualTo("1008 invalid_api_key");
        }
        JsonNode row = rows(1).getFirst();
        assertThat(row.path("error_code").asString()).isEqualTo("invalid_api_key");
        assertChargedTheTruth(List.of(row));
    }

    @Test
    void anUpstreamThatBreaksOffIsPaidForWhatItMade() throws Exception {
        try (Talker talker = open()) {
            inText(talker);
            ask(talker, "Break [[sim tokens=60 cut_at=40 gap=5]]");
            assertThat(JSON.readTree(talker.await("error")).at("/error/code").asString())
                    .isEqualTo("upstream_error");
            assertThat(talker.awaitClosed()).isEqualTo("1011 upstream_error");
        }
        JsonNode row = rows(1).getFirst();
        assertThat(row.path("error_code").asString()).isEqualTo("upstream_error");
        assertThat(row.path("estimated").asBoolean()).isTrue();
        assertThat(row.at("/attempts/0/meters/output_tokens").asLong()).isBetween(35L, 45L);
        sluice.assertBooksAreClean();
    }

    @Test
    void aClientThatVanishesPaysWhatTheProviderCounted() throws Exception {
        try (Talker talker = open()) {
            ask(talker, "Go on [[sim tokens=600 gap=20]]").await("response.output_audio.delta");
            talker.vanish();
        }
        JsonNode row = rows(1).getFirst();
        assertThat(row.path("status_code").asInt()).isEqualTo(499);
        // the response was stopped, and its provider said what it had used
        assertChargedTheTruth(List.of(row));
        Call call = sluice.simulator().journal().last();
        assertThat(call.events()).isLessThan(600);
    }

    @Test
    void aResponseThatFailsIsFreeAndTheSessionGoesOn() throws Exception {
        try (Talker talker = open()) {
            inText(talker);
            ask(talker, "Fail [[sim status=500]]");
            JsonNode failed = JSON.readTree(talker.await("response.done"));
            assertThat(failed.at("/response/status").asString()).isEqualTo("failed");
            ask(talker, "Again").await("response.done");
        }
        List<JsonNode> rows = rows(2);
        assertThat(rows.get(0).path("error_code").asString()).isEqualTo("upstream_error");
        assertThat(rows.get(0).path("cost_usd").asString()).isEqualTo("0");
        sluice.assertBooksAreClean();
    }

    @Test
    void drainingEndsSessionsProperly() throws Exception {
        try (Talker idle = open();
                Talker busy = open()) {
            inText(busy);
            ask(busy, "Go on [[sim tokens=40 gap=25]]").await("response.output_text.delta");
            sluice.server().close();
            assertThat(idle.awaitClosed()).isEqualTo("1001 overloaded");
            assertThat(JSON.readTree(idle.await("error")).at("/error/code").asString())
                    .isEqualTo("overloaded");
            // what was being said is said to its end
            JsonNode done = JSON.readTree(busy.await("response.done"));
            assertThat(done.at("/response/status").asString()).isEqualTo("completed");
            assertThat(busy.awaitClosed()).isEqualTo("1001 overloaded");
        }
    }

    private String handshake(String target, String... headers) throws IOException {
        List<String> lines = new ArrayList<>(Talker.upgrade());
        lines.addAll(List.of(headers));
        int port = URI.create(sluice.baseUrl()).getPort();
        return Talker.handshake(port, "GET", target, lines.toArray(String[]::new));
    }

    @Test
    void whatIsRefusedIsRefusedInHttp() throws Exception {
        String good = "authorization: Bearer " + key;
        String path = "/v1/realtime?model=" + MODEL;
        assertThat(handshake(path)).startsWith("HTTP/1.1 401").contains("invalid_api_key");
        assertThat(handshake(path, "authorization: Bearer sk-sluice-wrong"))
                .startsWith("HTTP/1.1 401");
        assertThat(handshake("/v1/realtime?model=nobody", good))
                .startsWith("HTTP/1.1 404")
                .contains("model_not_found")
                .contains("x-request-id: req_");
        assertThat(handshake("/v1/realtime?model=sim-chat", good))
                .startsWith("HTTP/1.1 400")
                .contains("not supported in realtime mode");
        assertThat(handshake("/v1/realtime", good)).startsWith("HTTP/1.1 400").contains("model");
        int port = URI.create(sluice.baseUrl()).getPort();
        assertThat(Talker.handshake(port, "GET", path, good))
                .startsWith("HTTP/1.1 426")
                .contains("upgrade: websocket");
        assertThat(Talker.handshake(port, "POST", path, good, "content-length: 0"))
                .startsWith("HTTP/1.1 405")
                .contains("allow: GET");
        assertThat(handshake(path, good, "sec-websocket-protocol: realtime"))
                .startsWith("HTTP/1.1 101")
                .containsIgnoringCase("sec-websocket-protocol: realtime")
                .contains("x-request-id: req_");
    }

    @Test
    void aKeyNeedsTheFamilyAndTheAction() throws Exception {
        for (String scope : List.of("\"endpoint_families\":[\"chat\"]", "\"actions\":[\"chat\"]")) {
            String narrow =
                    sluice.admin(
                                    "POST",
                                    "/admin/v1/keys",
                                    """
                                    {"label":"n%d","team":"voice","environment":"staging",
                                     "owner":"service:tests",%s}
                                    """
                                            .formatted(scope.length(), scope))
                            .path("key")
                            .asString();
            assertThat(handshake("/v1/realtime?model=" + MODEL, "authorization: Bearer " + narrow))
                    .startsWith("HTTP/1.1 403")
                    .contains("policy_denied");
        }
    }

    @Test
    void browsersAndTheBetaAreServed() throws Exception {
        try (Talker browser = Talker.fromBrowser(sluice.baseUrl(), key, MODEL)) {
            browser.await("session.created");
            ask(inText(browser), "Hello").await("response.done");
        }
        try (Talker beta = Talker.inBeta(sluice.baseUrl(), key, MODEL)) {
            JsonNode created = JSON.readTree(beta.await("session.created"));
            assertThat(created.at("/session/modalities").isArray()).isTrue();
            beta.say(sound(1_000, 9)).say(sound(300, 0));
            beta.await("response.audio.delta");
            beta.await("response.done");
        }
        assertChargedTheTruth(rows(2));
    }
}
