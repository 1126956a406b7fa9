package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.simulator.journal.Call;
import dev.sluice.testkit.Talker;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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

/// Sessions in which what is said is written down, through a whole installation: each turn is
/// charged what its provider counted, by tokens or by the minute.
@Timeout(120)
@Tag("slow")
class TranscriptionSessionsTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String BY_TOKENS = "sim-transcribe";
    private static final String BY_MINUTE = "sim-whisper";
    private static final Map<MeterKind, String> RATES =
            Map.of(
                    MeterKind.INPUT, "2.503",
                    MeterKind.AUDIO_INPUT, "6.007",
                    MeterKind.OUTPUT, "10.011");
    private static final String PER_MINUTE = "0.006";
    private static final String TRANSCRIPTION = "conversation.item.input_audio_transcription.";

    private Installation sluice;
    private String key;

    @BeforeEach
    void start() {
        sluice =
                Installation.start()
                        .withModels(
                                """
                                {"input_per_mtok":"2.503","audio_input_per_mtok":"6.007",
                                 "output_per_mtok":"10.011"}
                                """,
                                BY_TOKENS);
        sluice.admin(
                "POST",
                "/admin/v1/models",
                """
                {"name":"minutes","targets":[{"upstream":"sim","model":"sim-whisper"}],
                 "price":{"per_audio_minute":"0.006"}}
                """);
        sluice.topUp("100");
        key = sluice.key("talker", "voice", "staging");
    }

    @AfterEach
    void stop() {
        assertThat(sluice.openExchanges()).isZero();
        sluice.close();
    }

    private Talker open(String model) throws IOException {
        return Talker.open(sluice.baseUrl(), key, model + "&intent=transcription");
    }

    private static String sound(int milliseconds, int sample) {
        byte[] bytes = new byte[milliseconds * 48];
        Arrays.fill(bytes, (byte) sample);
        return "{\"type\":\"input_audio_buffer.append\",\"audio\":\"%s\"}"
                .formatted(Base64.getEncoder().encodeToString(bytes));
    }

    private static String update(String input) {
        return "{\"type\":\"session.update\",\"event_id\":\"mine\",\"session\":{\"type\":\"transcription\",\"audio\":{\"input\":%s}}}"
                .formatted(input);
    }

    private static String code(String error) {
        return JSON.readTree(error).at("/error/code").asString();
    }

    private List<JsonNode> rows(int count) {
        JsonNode page =
                sluice.await(
                        "/admin/v1/requests?state=settled",
                        list -> list.path("data").size() >= count);
        List<JsonNode> rows = new ArrayList<>();
        page.path("data").forEach(rows::addFirst);
        assertThat(rows).hasSize(count);
        return rows;
    }

    private void assertChargedTheTruth(List<JsonNode> rows) {
        List<Call> calls = sluice.simulator().journal().awaitQuiet(Duration.ofSeconds(10));
        assertThat(calls).hasSize(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            JsonNode row = rows.get(i);
            assertThat(row.at("/attempts/0/provider_request_id").asString())
                    .isEqualTo(calls.get(i).requestId());
            assertThat(new BigDecimal(row.path("cost_usd").asString()))
                    .as("turn %d: %s", i, row)
                    .isEqualByComparingTo(priced(row, calls.get(i).usage()));
            assertThat(row.path("estimated").asBoolean()).isFalse();
        }
        sluice.assertBooksAreClean();
    }

    private static BigDecimal priced(JsonNode row, Usage usage) {
        if (row.path("model").asString().equals("minutes")) {
            return new BigDecimal(PER_MINUTE)
                    .multiply(BigDecimal.valueOf(usage.count(MeterKind.AUDIO_MILLISECONDS)))
                    .divide(BigDecimal.valueOf(60_000), 12, RoundingMode.HALF_EVEN);
        }
        BigDecimal sum = BigDecimal.ZERO;
        for (Map.Entry<MeterKind, String> rate : RATES.entrySet()) {
            sum =
                    sum.add(
                            new BigDecimal(rate.getValue())
                                    .multiply(BigDecimal.valueOf(usage.count(rate.getKey())))
                                    .movePointLeft(6));
        }
        return sum;
    }

    @Test
    void everyTurnIsChargedWhatItsProviderCounted() throws Exception {
        try (Talker talker = open(BY_TOKENS)) {
            JsonNode created = JSON.readTree(talker.await("session.created"));
            assertThat(created.at("/session/type").asString()).isEqualTo("transcription");
            assertThat(created.at("/session/audio/input/transcription/model").asString())
                    .isEqualTo(BY_TOKENS);
            for (int turn = 1; turn <= 2; turn++) {
                talker.say(sound(turn * 1_500, 9)).say(sound(500, 0));
                JsonNode done = JSON.readTree(talker.await(TRANSCRIPTION + "completed"));
                assertThat(done.path("transcript").asString()).isNotEmpty();
                assertThat(done.at("/usage/type").asString()).isEqualTo("tokens");
            }
        }
        List<JsonNode> rows = rows(2);
        assertThat(rows.getFirst().path("endpoint").asString()).isEqualTo("realtime");
        assertThat(rows.getFirst().at("/attempts/0/meters/audio_input_tokens").asLong())
                .isEqualTo(20);
        assertChargedTheTruth(rows);
    }

    @Test
    void aTurnThatItsClientCommitsIsPaidByTheMinute() throws Exception {
        try (Talker talker = open("minutes")) {
            talker.await("session.created");
            talker.say(update("{\"turn_detection\":null}")).await("session.updated");
            talker.say(sound(2_500, 9)).say("{\"type\":\"input_audio_buffer.commit\"}");
            // is the next turn's already
            talker.say(sound(1_000, 9));
            JsonNode done = JSON.readTree(talker.await(TRANSCRIPTION + "completed"));
            assertThat(done.at("/usage/seconds").asInt()).isEqualTo(3);
            talker.say("{\"type\":\"input_audio_buffer.commit\"}");
            talker.await(TRANSCRIPTION + "completed");
            assertThat(talker.events()).noneMatch(event -> event.contains(BY_MINUTE));
        }
        assertChargedTheTruth(rows(2));
    }

    private void quota(String unit, String limit) {
        sluice.api().quota("voice", "{\"team\":\"voice\"}", unit, limit);
    }

    @Test
    void aLongTurnHoldsMoreOnTheWay() throws Exception {
        // a turn is one call, however long it is
        quota("requests", "1");
        try (Talker talker = open("minutes")) {
            talker.await("session.created");
            talker.say(update("{\"turn_detection\":null}")).await("session.updated");
            for (int i = 0; i < 13; i++) {
                talker.say(sound(10_000, 9));
            }
            talker.say("{\"type\":\"input_audio_buffer.commit\"}");
            talker.await(TRANSCRIPTION + "completed");
        }
        List<JsonNode> rows = rows(1);
        // three minutes
        assertThat(new BigDecimal(rows.getFirst().path("hold_usd").asString()))
                .isEqualByComparingTo("0.018");
        assertChargedTheTruth(rows);
    }

    @Test
    void aTurnThatOutgrowsItsQuotaEndsTheSession() throws Exception {
        quota("audio_seconds", "119");
        try (Talker talker = open("minutes")) {
            talker.await("session.created");
            for (int i = 0; i < 7; i++) {
                talker.say(sound(10_000, 9));
            }
            assertThat(code(talker.await("error"))).isEqualTo("quota_exceeded");
            assertThat(talker.awaitClosed()).isEqualTo("1008 quota_exceeded");
        }
        assertThat(rows(1).getFirst().path("cost_usd").asString()).isEqualTo("0");
        sluice.assertBooksAreClean();
    }

    @Test
    void whatFailsIsFreeAndWhatIsNotReportedIsEstimated() throws Exception {
        try (Talker talker = open(BY_TOKENS)) {
            talker.await("session.created");
            talker.say(update("{\"transcription\":{\"prompt\":\"[[sim status=500]]\"}}"));
            talker.await("session.updated");
            talker.say(sound(1_000, 9)).say(sound(500, 0));
            talker.await(TRANSCRIPTION + "failed");
            talker.say(update("{\"transcription\":{\"prompt\":\"[[sim usage=missing]]\"}}"));
            talker.await("session.updated");
            talker.say(sound(1_000, 9)).say(sound(500, 0));
            talker.await(TRANSCRIPTION + "completed");
        }
        List<JsonNode> rows = rows(2);
        assertThat(rows.get(0).path("error_code").asString()).isEqualTo("upstream_error");
        assertThat(rows.get(0).path("cost_usd").asString()).isEqualTo("0");
        assertThat(rows.get(1).path("estimated").asBoolean()).isTrue();
        // a second and a half at ten tokens a second
        assertThat(rows.get(1).at("/attempts/0/meters/audio_input_tokens").asLong()).isEqualTo(15);
        sluice.assertBooksAreClean();
    }

    @Test
    void aClientThatLeavesPaysForWhatItSaid() throws Exception {
        try (Talker talker = open(BY_TOKENS)) {
            talker.await("session.created");
            talker.say(update("{\"transcription\":{\"prompt\":\"[[sim delay=300]]\"}}"));
            talker.await("session.updated");
            talker.say(sound(1_000, 9)).say(sound(500, 0));
            talker.await("input_audio_buffer.committed");
            talker.vanish();
        }
        // its provider is listened to for a moment more
        assertChargedTheTruth(rows(1));
    }

    @Test
    void nothingElseIsDoneInSuchASession() throws Exception {
        try (Talker talker = open(BY_TOKENS)) {
            talker.await("session.created");
            for (String refused :
                    List.of(
                            "{\"type\":\"response.create\"}",
                            "{\"type\":\"conversation.item.create\",\"item\":{}}",
                            "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\"}}",
                            "{\"type\":\"session.update\",\"session\":{\"model\":\"sim-whisper\"}}",
                            update("{\"transcription\":{\"model\":\"sim-whisper\"}}"))) {
                talker.say(refused);
                assertThat(code(talker.await("error"))).as(refused).isEqualTo("invalid_request");
            }
            talker.say(update("{\"transcription\":{\"model\":\"sim-transcribe\"}}"));
            talker.await("session.updated");
        }
        assertThat(sluice.simulator().journal().calls()).isEmpty();
    }

    @Test
    void theBetaAndClientSecretsHaveThemToo() throws Exception {
        HttpResponse<String> answer =
                sluice.http()
                        .send(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        sluice.baseUrl()
                                                                + "/v1/realtime/transcription_sessions"))
                                        .header("authorization", "Bearer " + key)
                                        .header("content-type", "application/json")
                                        .POST(
                                                HttpRequest.BodyPublishers.ofString(
                                                        "{\"input_audio_transcription\":{\"model\":\"sim-transcribe\"}}"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode made = JSON.readTree(answer.body());
        assertThat(made.path("object").asString()).isEqualTo("realtime.transcription_session");
        String secret = made.at("/client_secret/value").asString();
        try (Talker beta = Talker.inBeta(sluice.baseUrl(), secret, BY_TOKENS)) {
            JsonNode created = JSON.readTree(beta.await("transcription_session.created"));
            assertThat(created.at("/session/input_audio_transcription/model").asString())
                    .isEqualTo(BY_TOKENS);
            beta.say(sound(1_000, 9)).say(sound(500, 0));
            beta.await(TRANSCRIPTION + "completed");
        }
        assertChargedTheTruth(rows(1));
    }
}
