package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.StreamReport;
import dev.sluice.protocol.UsageReport;
import dev.sluice.protocol.framing.SseParser;
import dev.sluice.protocol.gemini.GeminiContent;
import dev.sluice.protocol.translate.Translation;
import dev.sluice.protocol.translate.Wire;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The scripted provider knows what each pair asks for, and answers it with a whole stream.
class BurstsTest {

    private static final int FRAME_BYTES = 1 << 16;

    @ParameterizedTest
    @EnumSource
    void everyPairIsAnsweredWithTheSameWords(Pair pair) {
        Wire to = wire(pair.provider());
        Decoded asked = asked(pair, to);
        String model = Bursts.model(pair.provider());
        String sent =
                to.path(model, true)
                        + new String(
                                asked.upstreamBody(model, OptionalLong.empty(), "max_tokens"),
                                StandardCharsets.UTF_8);
        List<Buffer> events = Bursts.asked(sent);

        StreamReader reader = asked.streamReader();
        List<StreamReader.Step> steps = new ArrayList<>();
        SseParser parser =
                new SseParser(FRAME_BYTES, "frame", frame -> steps.add(reader.read(frame)));
        for (Buffer event : events) {
            byte[] data = unchunked(event);
            parser.push(data, 0, data.length);
        }

        StreamReport report = reader.report();
        assertThat(steps).isNotEmpty().doesNotContain(StreamReader.Step.FAIL);
        assertThat(report.complete()).isTrue();
        assertThat(report.deltas()).isEqualTo(Bursts.CHUNKS);
        assertThat(report.usage()).isInstanceOf(UsageReport.Reported.class);
    }

    private static Decoded asked(Pair pair, Wire to) {
        Wire from = wire(pair.client());
        String request = new String(pair.request("key"), StandardCharsets.UTF_8);
        byte[] body =
                request.substring(request.indexOf("\r\n\r\n") + 4).getBytes(StandardCharsets.UTF_8);
        String path = request.substring(request.indexOf('/'), request.indexOf(' ', 6));
        byte[] addressed =
                GeminiContent.address(path.replace("?alt=sse", ""))
                        .map(address -> GeminiContent.addressed(body, address))
                        .orElse(body);
        Decoded asked = from.decode(addressed);
        return pair.isPassedThrough() ? asked : Translation.between(asked, addressed, from, to, 0);
    }

    private static Wire wire(Dialect dialect) {
        return switch (dialect) {
            case CHAT -> Wire.OPENAI_CHAT;
            case RESPONSES -> Wire.OPENAI_RESPONSES;
            case MESSAGES -> Wire.ANTHROPIC_MESSAGES;
            case GEMINI -> Wire.GEMINI;
        };
    }

    private static byte[] unchunked(Buffer chunk) {
        String text = chunk.toString(StandardCharsets.UTF_8);
        int from = text.indexOf("\r\n") + 2;
        int length = Integer.parseInt(text.substring(0, from - 2), 16);
        return text.substring(from, from + length).getBytes(StandardCharsets.UTF_8);
    }
}
