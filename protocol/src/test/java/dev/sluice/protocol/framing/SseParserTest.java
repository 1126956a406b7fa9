package dev.sluice.protocol.framing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SseParserTest {

    /// What a frame says, comparable.
    private record Seen(
            String raw, String event, boolean hasData, String data, boolean terminated) {
        static Seen of(SseFrame f) {
            return new Seen(
                    new String(f.raw(), StandardCharsets.ISO_8859_1),
                    String.valueOf(f.event()),
                    f.hasData(),
                    f.dataText(),
                    f.terminated());
        }
    }

    static Stream<byte[]> corpora() {
        return Stream.of(
                        "data: a\n\ndata: b\n\ndata: [DONE]\n\n",
                        "data: a\r\n\r\ndata: b\r\n\r\n: ping\r\n\r\n\r\n\r\ndata: c\r\n\r\n",
                        "data: a\r\rdata: b\r\r\r\rdata: c\r\r",
                        "data: a\r\n\rdata: b\n\r\ndata: c\r\n\ndata: d\r\r\ndata: e\n\r\n\r",
                        "\r\n\r\ndata: x\r\n\r\n\n\ndata: y\n\n",
                        "\uFEFFdata: bom\n\n\uFEFFdata: no bom\n\ndata: ok\n\n",
                        ": comment\nevent: error\ndata: {\"a\":\ndata:  1}\ndata\nid: 7"
                                + "\nretry: 10\n\n",
                        "event:message\nevent: last wins\ndata:no space\ndata:  two spaces\n\n",
                        "data: grüße 😀 日本\n\ndata: 😀\r\ndata: 😀\r\n\r\ndataset: x\nda: y\n\n",
                        "data: unterminated\nevent: x",
                        "data: ends in CR LF CR\r\n\r",
                        "data: half\r",
                        "data:\n\ndata\n\nevent: lone\n\n",
                        "\uFEFF",
                        "")
                .map(s -> s.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("corpora")
    void everySplitInTwoGivesTheSameFrames(byte[] stream) {
        List<Seen> whole = parse(stream, stream.length);
        for (int at = 0; at <= stream.length; at++) {
            assertThat(parse(stream, at)).as("split at %d", at).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @MethodSource("corpora")
    void everySplitInThreeAndRandomSplitsGiveTheSameFrames(byte[] stream) {
        List<Seen> whole = parse(stream, stream.length);
        for (int a = 0; a <= stream.length; a++) {
            for (int b = a; b <= stream.length; b++) {
                assertThat(parse(stream, a, b)).isEqualTo(whole);
            }
        }
        Random random = new Random(42);
        for (int round = 0; round < 200; round++) {
            int[] cuts = random.ints(random.nextInt(20), 0, stream.length + 1).sorted().toArray();
            assertThat(parse(stream, cuts)).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @MethodSource("corpora")
    void rawBytesInARowAreTheStream(byte[] stream) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        SseParser parser = new SseParser(4096, "limit", f -> all.writeBytes(f.raw()));
        parser.push(stream, 0, stream.length);
        SseFrame last = parser.end();
        if (last != null) {
            all.writeBytes(last.raw());
        }
        String expected = new String(stream, StandardCharsets.UTF_8);
        if (expected.startsWith("\uFEFF")) {
            expected = expected.substring(1);
        }
        String actual = all.toString(StandardCharsets.UTF_8);
        // A line feed after a bare CR that ended the last frame is all that may be missing.
        assertThat(actual)
                .isIn(expected, expected.substring(0, Math.max(0, expected.length() - 1)));
        if (!expected.equals(actual)) {
            assertThat(expected).endsWith("\r\n");
        }
    }

    @Test
    void randomStreamsSplitAnywhereAgreeWithAPlainReading() {
        Random random = new Random(7);
        String[] pieces = {
            "data: x",
            "data:y",
            "data",
            ": c",
            "event: e",
            "\n",
            "\r",
            "\r\n",
            "\n\n",
            "\r\n\r\n",
            "\r\r",
            "é",
            "data: 😀"
        };
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(12);
            for (int i = 0; i < length; i++) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            byte[] stream = text.toString().getBytes(StandardCharsets.UTF_8);
            List<Seen> whole = parse(stream, stream.length);
            assertThat(
                            whole.stream()
                                    .filter(Seen::hasData)
                                    .filter(Seen::terminated)
                                    .map(Seen::data))
                    .as("%s", text)
                    .isEqualTo(plainReading(text.toString()));
            for (int at = 0; at <= stream.length; at++) {
                assertThat(parse(stream, at)).isEqualTo(whole);
            }
        }
    }

    /// The standard's algorithm over the whole text: lines, then dispatch at blank lines.
    private static List<String> plainReading(String text) {
        List<String> dispatched = new ArrayList<>();
        List<String> data = new ArrayList<>();
        String[] lines = text.split("\r\n|\n|\r", -1);
        for (int i = 0; i < lines.length - 1; i++) {
            String line = lines[i];
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    dispatched.add(String.join("\n", data));
                    data.clear();
                }
            } else if (line.equals("data")) {
                data.add("");
            } else if (line.startsWith("data:")) {
                String value = line.substring(5);
                data.add(value.startsWith(" ") ? value.substring(1) : value);
            }
        }
        return dispatched;
    }

    @Test
    void readsEveryKindOfLine() {
        byte[] stream =
                ": c\nevent: e\ndata: {\"a\":\ndata:  1}\ndata\nid: 7\n\n:ping\n\ndata: z"
                        .getBytes(StandardCharsets.UTF_8);
        List<Seen> seen = parse(stream, stream.length);
        assertThat(seen).hasSize(3);
        assertThat(seen.get(0).event()).isEqualTo("e");
        assertThat(seen.get(0).data()).isEqualTo("{\"a\":\n 1}\n");
        assertThat(seen.get(1).hasData()).isFalse();
        assertThat(seen.get(1).raw()).isEqualTo(":ping\n\n");
        assertThat(seen.get(2).terminated()).isFalse();
        assertThat(seen.get(2).data()).isEqualTo("z");
    }

    @Test
    void aFrameIsGivenOutWithItsLastByte() {
        for (String end : List.of("\n\n", "\r\n\r\n", "\r\r", "\r\n\n")) {
            List<SseFrame> frames = new ArrayList<>();
            SseParser parser = new SseParser(100, "limit", frames::add);
            byte[] stream = ("data: a" + end).getBytes(StandardCharsets.UTF_8);
            parser.push(stream, 0, stream.length);
            assertThat(frames).as(end).hasSize(1);
            assertThat(parser.heldBytes()).isZero();
        }
    }

    @Test
    void aFrameMayBeAsLargeAsTheLimitAndNoLarger() {
        byte[] fits = ("data: " + "x".repeat(92) + "\n\n").getBytes(StandardCharsets.UTF_8);
        byte[] tooLarge = ("data: " + "x".repeat(93) + "\n\n").getBytes(StandardCharsets.UTF_8);
        for (int step : new int[] {1, 7, 101}) {
            assertThat(pushInSteps(fits, step)).hasSize(1);
            assertThatThrownBy(() -> pushInSteps(tooLarge, step))
                    .isInstanceOfSatisfying(
                            FaultException.class,
                            e -> {
                                assertThat(e.fault().code()).isEqualTo(FaultCode.UPSTREAM_ERROR);
                                assertThat(e.fault().message())
                                        .contains("limits.sse_event_bytes", "100");
                            });
        }
    }

    @Test
    void anEndlessFrameIsStoppedBeforeItFillsTheMemory() {
        SseParser parser = new SseParser(1 << 20, "limit", f -> {});
        byte[] block = new byte[8192];
        java.util.Arrays.fill(block, (byte) 'x');
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 1000; i++) {
                                parser.push(block, 0, block.length);
                            }
                        })
                .isInstanceOf(FaultException.class);
        assertThat(parser.heldBytes()).isLessThanOrEqualTo(1 << 20);
    }

    @Test
    void readsBuffersOfBothKinds() {
        byte[] stream = "data: a\n\ndata: b\n\n".getBytes(StandardCharsets.UTF_8);
        for (ByteBuffer buffer :
                List.of(ByteBuffer.wrap(stream), ByteBuffer.allocateDirect(stream.length))) {
            if (buffer.isDirect()) {
                buffer.put(stream).flip();
            }
            List<SseFrame> frames = new ArrayList<>();
            new SseParser(100, "limit", frames::add).push(buffer);
            assertThat(frames).hasSize(2);
            assertThat(buffer.hasRemaining()).isFalse();
        }
    }

    private static List<SseFrame> pushInSteps(byte[] stream, int step) {
        List<SseFrame> frames = new ArrayList<>();
        SseParser parser = new SseParser(100, "limits.sse_event_bytes", frames::add);
        for (int at = 0; at < stream.length; at += step) {
            parser.push(stream, at, Math.min(step, stream.length - at));
        }
        return frames;
    }

    private static List<Seen> parse(byte[] stream, int... cuts) {
        List<Seen> seen = new ArrayList<>();
        SseParser parser = new SseParser(4096, "limit", f -> seen.add(Seen.of(f)));
        int from = 0;
        for (int cut : cuts) {
            parser.push(stream, from, cut - from);
            from = cut;
        }
        parser.push(stream, from, stream.length - from);
        SseFrame last = parser.end();
        if (last != null) {
            seen.add(Seen.of(last));
        }
        return seen;
    }
}
