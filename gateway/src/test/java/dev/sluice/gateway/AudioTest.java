package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.MeterKind;
import dev.sluice.ledger.call.CallRecord;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// `/v1/audio/…`: what is said is paid by the character or by tokens, what is heard by the minute
/// or by tokens.
class AudioTest {

    private static final JsonMapper JSON = new JsonMapper();

    @RegisterExtension private static final GatewayFixture gateway = new GatewayFixture();

    private static HttpResponse<byte[]> say(String model, String fields) throws Exception {
        HttpRequest request =
                gateway.request(
                                "/v1/audio/speech",
                                "{\"model\":\"%s\",\"voice\":\"alloy\",\"input\":\"Grüße an alle\"%s}"
                                        .formatted(model, fields))
                        .build();
        return gateway.http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    private static HttpResponse<String> hear(
            String path, byte[] sound, String model, String... fields) throws Exception {
        MultipartBody form = new MultipartBody().file("file", "a.wav", "audio/wav", sound);
        for (int i = 0; i < fields.length; i += 2) {
            form.field(fields[i], fields[i + 1]);
        }
        HttpRequest request = form.field("model", model).to(gateway.request(path, "")).build();
        return gateway.http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static CallRecord row(HttpResponse<?> answer) throws InterruptedException {
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = gateway.ledger.awaitSettled(row -> row.requestId().equals(id));
        assertThat(call.endpoint()).isEqualTo("audio");
        assertThat(CallTest.sum(call).compareTo(CallTest.held(call))).isLessThanOrEqualTo(0);
        return call;
    }

    private static CallRecord exact(HttpResponse<?> answer) throws InterruptedException {
        assertThat(answer.statusCode()).isEqualTo(200);
        CallRecord call = row(answer);
        assertThat(call.usage()).isEqualTo(CallTest.billed(gateway.simulator.journal().last()));
        assertThat(call.estimated()).isFalse();
        return call;
    }

    /// Eight-bit mono of 8 kHz.
    private static byte[] wav(int milliseconds) throws Exception {
        String text = "x".repeat(milliseconds / 60);
        HttpRequest request =
                gateway.request(
                                "/v1/audio/speech",
                                "{\"model\":\"sim-speech\",\"voice\":\"a\",\"input\":\"%s\"}"
                                        .formatted(text))
                        .build();
        return gateway.http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
    }

    @Test
    void speechIsPaidByTheCharacter() throws Exception {
        HttpResponse<byte[]> answer = say("sim-speech", "");
        CallRecord call = exact(answer);
        assertThat(answer.headers().firstValue("content-type")).contains("audio/wav");
        assertThat(new String(answer.body(), 0, 4, StandardCharsets.US_ASCII)).isEqualTo("RIFF");
        assertThat(call.usage().count(MeterKind.CHARACTERS)).isEqualTo(13);
        // 13 at 15 for a million
        assertThat(CallTest.sum(call)).hasToString("0.000195");
        assertThat(answer.headers().firstValue("x-sluice-cost-usd")).contains("0.000195");
    }

    @Test
    void speechPaidByTokensIsChargedByItsLastEvent() throws Exception {
        HttpResponse<byte[]> answer = say("sim-voice", ",\"stream_format\":\"sse\"");
        CallRecord call = exact(answer);
        assertThat(call.usage().count(MeterKind.AUDIO_OUTPUT)).isEqualTo(13);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .contains("speech.audio.delta")
                .contains("speech.audio.done");
    }

    @Test
    void soundAloneReportsNoTokensSoThatTheyAreEstimated() throws Exception {
        HttpResponse<byte[]> answer = say("sim-voice", "");
        CallRecord call = row(answer);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(call.estimated()).isTrue();
        assertThat(call.usage().count(MeterKind.AUDIO_OUTPUT)).isPositive();
        assertThat(CallTest.sum(call).picos()).isPositive();
    }

    @Test
    void soundArrivesWhileItIsStillBeingMade() throws Exception {
        // the upstream stops in the middle; what it sent by then is with the client
        HttpResponse<InputStream> answer =
                gateway.http.send(
                        saying("x".repeat(300) + " [[sim cut_at=1]]"),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().readNBytes(4)).asString().isEqualTo("RIFF");
        assertThatThrownBy(() -> answer.body().readAllBytes()).isInstanceOf(IOException.class);
        CallRecord call = row(answer);
        assertThat(call.outcome().errorCode()).isEqualTo("upstream_error");
        assertThat(CallTest.sum(call).picos()).isPositive();
    }

    private static HttpRequest saying(String text) {
        return gateway.request(
                        "/v1/audio/speech",
                        "{\"model\":\"sim-speech\",\"voice\":\"a\",\"input\":\"%s\"}"
                                .formatted(text))
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"status=503", "drop=fin", "body=empty", "body=html"})
    void anotherTargetIsAskedWhereTheFirstSaysNothing(String how) throws Exception {
        HttpResponse<byte[]> answer =
                gateway.http.send(
                        saying("x [[sim " + how + "]]"), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(row(answer).attempts()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"json, 3000", "verbose_json, 3000", "text, 2400", "srt, 2400", "vtt, 2400"})
    void whatIsHeardIsPaidByItsLength(String format, long milliseconds) throws Exception {
        HttpResponse<String> answer =
                hear(
                        "/v1/audio/transcriptions",
                        wav(2_400),
                        "sim-whisper",
                        "response_format",
                        format);
        CallRecord call = exact(answer);
        assertThat(call.usage().count(MeterKind.AUDIO_MILLISECONDS)).isEqualTo(milliseconds);
        String type = answer.headers().firstValue("content-type").orElseThrow();
        assertThat(type.contains("json")).isEqualTo(format.contains("json"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void whatIsHeardMayBePaidByTokens(String stream) throws Exception {
        HttpResponse<String> answer =
                hear(
                        "/v1/audio/transcriptions",
                        wav(2_400),
                        "sim-transcribe",
                        "stream",
                        stream,
                        "timestamp_granularities[]",
                        "word",
                        "timestamp_granularities[]",
                        "segment");
        assertThat(answer.body()).contains(stream.equals("true") ? "transcript.text.done" : "text");
        assertThat(exact(answer).usage().count(MeterKind.AUDIO_INPUT)).isEqualTo(30);
    }

    @Test
    void aModelThatDoesNotStreamAnswersAllTheSame() throws Exception {
        HttpResponse<String> answer =
                hear("/v1/audio/transcriptions", wav(2_400), "sim-whisper", "stream", "true");
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(exact(answer).usage().count(MeterKind.AUDIO_MILLISECONDS)).isEqualTo(3_000);
        HttpResponse<String> text =
                hear(
                        "/v1/audio/transcriptions",
                        wav(2_400),
                        "sim-whisper",
                        "stream",
                        "true",
                        "response_format",
                        "text");
        assertThat(exact(text).usage().count(MeterKind.AUDIO_MILLISECONDS)).isEqualTo(2_400);
    }

    @Test
    void soundOfUnknownLengthIsHeldAtItsLongest() throws Exception {
        HttpResponse<String> answer =
                hear("/v1/audio/translations", new byte[32_000], "sim-whisper");
        CallRecord call = exact(answer);
        assertThat(call.usage().count(MeterKind.AUDIO_MILLISECONDS)).isEqualTo(2_000);
        // 43 s at 6 kbit/s, a tenth of a cent for each ten
        assertThat(CallTest.held(call)).hasToString("0.0043");
    }

    @Test
    void aBadRequestNamesItsField() throws Exception {
        HttpResponse<String> twice =
                hear("/v1/audio/transcriptions", new byte[9], "sim-whisper", "file", "x");
        assertThat(twice.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(twice.body()).at("/error/param").stringValue()).isEqualTo("file");
        HttpResponse<String> speech =
                gateway.post("/v1/audio/speech", "{\"model\":\"sim-speech\",\"input\":7}");
        assertThat(JSON.readTree(speech.body()).at("/error/param").stringValue())
                .isEqualTo("input");
        HttpResponse<byte[]> format = say("sim-speech", ",\"stream_format\":\"wav\"");
        assertThat(format.statusCode()).isEqualTo(400);
    }
}
