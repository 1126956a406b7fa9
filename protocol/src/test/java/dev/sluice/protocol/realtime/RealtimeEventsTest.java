package dev.sluice.protocol.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.FaultException;
import dev.sluice.domain.MeterKind;
import dev.sluice.protocol.json.Trees;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RealtimeEventsTest {

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static RealtimeSettings settings(RealtimeSettings before, String session) {
        return before.with(Trees.read(utf8(session)));
    }

    @Test
    void bothSpellingsOfASessionSayTheSame() {
        RealtimeSettings today =
                settings(
                        RealtimeSettings.USUAL,
                        """
                        {"output_modalities":["text"],"max_output_tokens":300,
                         "tools":[{"type":"function","name":"f"}],
                         "audio":{"input":{"format":{"type":"audio/pcmu"},"turn_detection":null,
                           "transcription":{"model":"gpt-4o-transcribe"}}}}
                        """);
        RealtimeSettings beta =
                settings(
                        RealtimeSettings.USUAL,
                        """
                        {"modalities":["text"],"max_response_output_tokens":300,
                         "tools":[{"type":"function","name":"f"}],
                         "input_audio_format":"g711_ulaw","turn_detection":null,
                         "input_audio_transcription":{"model":"gpt-4o-transcribe"}}
                        """);
        assertThat(today)
                .isEqualTo(beta)
                .isEqualTo(
                        new RealtimeSettings(
                                OptionalLong.of(300),
                                false,
                                false,
                                true,
                                8_000,
                                48_000,
                                "gpt-4o-transcribe"));
        // what an update leaves out stays; what it takes back is gone
        RealtimeSettings later =
                settings(
                        today,
                        """
                        {"max_output_tokens":"inf","audio":{"input":{"transcription":null,
                         "turn_detection":{"type":"server_vad","create_response":false}}}}
                        """);
        assertThat(later.outputLimit()).isEmpty();
        assertThat(later.speaks()).isFalse();
        assertThat(later.answersItself()).isFalse();
        assertThat(later.transcribedBy()).isNull();
        assertThat(settings(later, "{\"turn_detection\":{\"type\":\"semantic_vad\"}}"))
                .extracting(RealtimeSettings::answersItself)
                .isEqualTo(true);
    }

    @Test
    void onlyTheNameOfTheSessionsModelChanges() {
        String before =
                """
                { "type":"session.updated", "model" : "x", "session":{"other":{"model":"x"},
                  "model" :  "up\\u0073tream" , "big":12345678901234567890.10, "ü":"水"} }
                """;
        assertThat(new String(ModelNames.ofSession(utf8(before), "mi\"ne"), StandardCharsets.UTF_8))
                .isEqualTo(before.replace("\"up\\u0073tream\"", "\"mi\\\"ne\""));
    }

    @Test
    void aClientsEventIsReadStrictlyAndAProvidersIsNot() {
        String twice = "{\"type\":\"a\",\"type\":\"response.create\",\"event_id\":\"e\"}";
        assertThatThrownBy(() -> RealtimeEvent.ofClient(utf8(twice)))
                .isInstanceOf(FaultException.class);
        assertThatThrownBy(() -> RealtimeEvent.ofClient(utf8("{\"event_id\":\"e\"}")))
                .isInstanceOf(FaultException.class);
        assertThat(RealtimeEvent.idIn(utf8(twice))).isEqualTo("e");
        assertThat(RealtimeEvent.ofServer(utf8("{\"type\":\"x\""))).isEmpty();
        RealtimeEvent piece =
                RealtimeEvent.ofServer(
                                utf8(
                                        "{\"type\":\"response.output_audio.delta\",\"response_id\":\"r\",\"delta\":\"AAAAAAAA\"}"))
                        .orElseThrow();
        assertThat(piece.responseId()).isEqualTo("r");
        assertThat(piece.payloadBytes()).isEqualTo(8);
    }

    @Test
    void piecesAreCountedInBothSpellings() {
        // a second of sound has 64,000 characters
        String second = "A".repeat(64_000);
        for (String type : new String[] {"response.output_audio.delta", "response.audio.delta"}) {
            ResponseSize size = new ResponseSize(48_000);
            assertThat(size.add(event(type, second))).isTrue();
            assertThat(size.add(event("response.output_audio_transcript.delta", "12345"))).isTrue();
            assertThat(size.add(event("response.done", second))).isFalse();
            assertThat(size.usage().count(MeterKind.AUDIO_OUTPUT)).isEqualTo(20);
            assertThat(size.usage().count(MeterKind.OUTPUT)).isEqualTo(2);
        }
        assertThat(ResponseSize.millis(64_000, 48_000)).isEqualTo(1_000);
    }

    private static RealtimeEvent event(String type, String delta) {
        return RealtimeEvent.ofServer(
                        utf8("{\"type\":\"%s\",\"delta\":\"%s\"}".formatted(type, delta)))
                .orElseThrow();
    }

    /// No conversation has more tokens than are held for.
    @Test
    void whatIsHeldForGrowsWithTheConversation() {
        ConversationSize size = new ConversationSize();
        size.set(1_000);
        size.added(500);
        size.heard(10_000);
        long first = bytes(size);
        assertThat(first).isGreaterThanOrEqualTo(1_000 + 500 + 200);
        size.answered(
                dev.sluice.domain.Usage.builder()
                        .set(MeterKind.INPUT, 300)
                        .set(MeterKind.AUDIO_OUTPUT, 700)
                        .build());
        assertThat(bytes(size)).isGreaterThanOrEqualTo(first + 700);
        // about, it is what the provider said, and what came after that
        assertThat(size.estimate().allInputTokens()).isEqualTo(1_000);
        size.heard(1_000);
        assertThat(size.estimate().count(MeterKind.AUDIO_INPUT)).isEqualTo(10);
    }

    private static long bytes(ConversationSize size) {
        return size.facts("m", RealtimeSettings.USUAL, 0, OptionalLong.of(10)).textBytes();
    }
}
