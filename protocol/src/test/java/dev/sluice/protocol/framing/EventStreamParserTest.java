package dev.sluice.protocol.framing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.FaultException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamParserTest {

    private static final int MOST = 64 * 1024;

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] wrapped(String json) {
        return EventStreamParser.encode(
                Map.of(":message-type", "event", ":event-type", "chunk"),
                utf8("{\"bytes\":\"" + Base64.getEncoder().encodeToString(utf8(json)) + "\"}"));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static String events(byte[] stream, int piece) {
        StringBuilder events = new StringBuilder();
        EventStreamParser parser =
                new EventStreamParser(
                        MOST,
                        message ->
                                events.append(
                                        new String(
                                                WrappedEvents.event(message),
                                                StandardCharsets.UTF_8)));
        for (int at = 0; at < stream.length; at += piece) {
            parser.push(stream, at, Math.min(piece, stream.length - at));
        }
        assertThat(parser.atBoundary()).isTrue();
        return events.toString();
    }

    /// The published examples of the format: an empty message, and one with a header and a payload.
    @Test
    void thePublishedExamplesAreRead() {
        byte[] empty = HexFormat.of().parseHex("000000100000000005c248eb7d98c8ff");
        byte[] withHeader =
                HexFormat.of()
                        .parseHex(
                                "0000003d0000002007fd83960c"
                                        + HexFormat.of().formatHex(utf8("content-type"))
                                        + "070010"
                                        + HexFormat.of().formatHex(utf8("application/json"))
                                        + HexFormat.of().formatHex(utf8("{'foo':'bar'}"))
                                        + "8d9c08b1");
        List<EventStreamMessage> messages = new ArrayList<>();
        EventStreamParser parser = new EventStreamParser(MOST, messages::add);
        byte[] both = joined(empty, withHeader);
        parser.push(both, 0, both.length);
        assertThat(messages).hasSize(2);
        assertThat(messages.getLast().headers())
                .isEqualTo(Map.of("content-type", "application/json"));
        assertThat(new String(messages.getLast().payload(), StandardCharsets.UTF_8))
                .isEqualTo("{'foo':'bar'}");
        assertThat(EventStreamParser.encode(Map.of(), new byte[0])).isEqualTo(empty);
        assertThat(
                        EventStreamParser.encode(
                                Map.of("content-type", "application/json"), utf8("{'foo':'bar'}")))
                .isEqualTo(withHeader);
    }

    @Test
    void anySplitGivesTheSameEvents() {
        byte[] stream =
                joined(
                        wrapped("{\"type\":\"message_start\",\"message\":{}}"),
                        EventStreamParser.encode(Map.of(":message-type", "event"), utf8("{}")),
                        wrapped("{\"type\":\"ping\"}"),
                        wrapped("{\"type\":\"x\",\"text\":\"grüße\",\n\"n\":1}"));
        String whole = events(stream, stream.length);
        assertThat(whole)
                .isEqualTo(
                        """
                        event: message_start
                        data: {"type":"message_start","message":{}}

                        event: ping
                        data: {"type":"ping"}

                        event: x
                        data: {"type":"x","text":"grüße","n":1}

                        """);
        for (int piece = 1; piece < stream.length; piece++) {
            assertThat(events(stream, piece)).as("pieces of " + piece).isEqualTo(whole);
        }
    }

    @Test
    void anExceptionIsAnErrorEvent() {
        byte[] stream =
                EventStreamParser.encode(
                        Map.of(
                                ":message-type", "exception",
                                ":exception-type", "throttlingException"),
                        utf8("{\"message\":\"slow down\"}"));
        assertThat(events(stream, stream.length))
                .isEqualTo(
                        """
                        event: error
                        data: {"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}

                        """);
    }

    /// One bit that flips anywhere is noticed.
    @Test
    void aBrokenChecksumEndsTheStream() {
        byte[] good = wrapped("{\"type\":\"ping\"}");
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << (bit % 8));
            int flipped = bit;
            assertThatThrownBy(() -> events(bad, bad.length))
                    .as("bit " + flipped)
                    .isInstanceOf(FaultException.class)
                    .hasMessageContaining("checksum");
        }
    }

    @Test
    void aMessageThatIsTooLongIsRefusedBeforeItIsHeld() {
        byte[] large = EventStreamParser.encode(Map.of(), new byte[MOST]);
        EventStreamParser parser = new EventStreamParser(MOST, _ -> {});
        assertThatThrownBy(() -> parser.push(large, 0, 12))
                .isInstanceOf(FaultException.class)
                .hasMessageContaining("longer");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 11, 12, 40})
    void aStreamThatBreaksOffIsNotAtABoundary(int bytes) {
        byte[] message = wrapped("{\"type\":\"ping\"}");
        EventStreamParser parser = new EventStreamParser(MOST, _ -> {});
        parser.push(message, 0, bytes);
        assertThat(parser.atBoundary()).isFalse();
    }
}
