package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.protocol.Golden;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.StreamReport;
import dev.sluice.protocol.UsageReport;
import dev.sluice.protocol.framing.SseFrame;
import dev.sluice.protocol.framing.SseParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each `.sse` file is a provider's stream; the `.txt` beside it says what is done with each frame
/// and what is known in the end, for a client that did not and one that did ask for usage.
final class ChatStreamReaderTest {

    private static final String FOLDER = "openai_chat/streams";

    static Stream<Path> streams() {
        return Golden.inputs(FOLDER, ".sse").stream();
    }

    @ParameterizedTest
    @MethodSource("streams")
    void readsTheStream(Path file) throws IOException {
        byte[] stream = Files.readAllBytes(file);
        String actual =
                "client did not ask for usage\n"
                        + follow(stream, false, stream.length)
                        + "\nclient asked for usage\n"
                        + follow(stream, true, stream.length);
        String name = file.getFileName().toString().replace(".sse", ".txt");
        Golden.check(FOLDER + "/" + name, actual);
    }

    @ParameterizedTest
    @MethodSource("streams")
    void anySplitGivesTheSameReport(Path file) throws IOException {
        byte[] stream = Files.readAllBytes(file);
        String whole = follow(stream, false, stream.length);
        for (int at = 0; at < stream.length; at++) {
            assertThat(follow(stream, false, at)).as("split at %d", at).isEqualTo(whole);
        }
    }

    /// What a client gets is the stream's own bytes, less the frames that were kept from it.
    @Test
    void theClientGetsTheOriginalBytes() throws IOException {
        Path file = Path.of("src", "test", "resources", FOLDER, "crlf_comments.sse");
        String stream = Files.readString(file);
        StringBuilder forwarded = new StringBuilder();
        StreamReader reader = new ChatStreamReader(false);
        SseParser parser =
                new SseParser(
                        1 << 20,
                        "limit",
                        frame -> {
                            if (reader.read(frame) == StreamReader.Step.FORWARD) {
                                forwarded.append(new String(frame.raw(), StandardCharsets.UTF_8));
                            }
                        });
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        parser.push(bytes, 0, bytes.length);
        String usageFrame =
                stream.lines().filter(l -> l.contains("total_tokens")).findFirst().orElseThrow();
        assertThat(forwarded.toString()).isEqualTo(stream.replace(usageFrame + "\r\n\r\n", ""));
    }

    @Test
    void anErrorBeforeAnythingElseLeavesTheStreamUncommitted() {
        ChatStreamReader reader = new ChatStreamReader(false);
        List<StreamReader.Step> steps = new ArrayList<>();
        SseParser parser = new SseParser(1 << 20, "limit", f -> steps.add(reader.read(f)));
        byte[] bytes =
                ": wait\n\ndata: {\"error\":{\"message\":\"x\",\"code\":503}}\n\n"
                        .getBytes(StandardCharsets.UTF_8);
        parser.push(bytes, 0, bytes.length);
        assertThat(steps).containsExactly(StreamReader.Step.FORWARD, StreamReader.Step.FAIL);
        assertThat(reader.semantic()).isFalse();
    }

    @Test
    void aStreamOfNothingButItsEndIsNoAnswer() throws IOException {
        StreamReport report = report("nothing_but_done");
        assertThat(report.complete()).isFalse();
        assertThat(report.fault()).isNotNull();
        assertThat(report.semantic()).isFalse();
    }

    @Test
    void usageIsSettledOnceFromTheLastSnapshot() throws IOException {
        StreamReport report = report("usage_on_every_chunk");
        assertThat(report.usage()).isInstanceOf(UsageReport.Reported.class);
        UsageReport.Reported reported = (UsageReport.Reported) report.usage();
        assertThat(reported.usage().count(MeterKind.OUTPUT)).isEqualTo(3);
        assertThat(reported.usage().count(MeterKind.INPUT)).isEqualTo(10);
    }

    @Test
    void aCutStreamIsNotComplete() throws IOException {
        assertThat(report("cut_after_content").complete()).isFalse();
        assertThat(report("cut_in_frame").complete()).isFalse();
        assertThat(report("two_choices_one_unfinished").complete()).isFalse();
        assertThat(report("malformed").complete()).isFalse();
        assertThat(report("two_choices_finished_no_done").complete()).isTrue();
        assertThat(report("plain").complete()).isTrue();
    }

    private static StreamReport report(String name) throws IOException {
        byte[] stream =
                Files.readAllBytes(Path.of("src", "test", "resources", FOLDER, name + ".sse"));
        ChatStreamReader reader = new ChatStreamReader(false);
        SseParser parser = new SseParser(1 << 20, "limit", reader::read);
        parser.push(stream, 0, stream.length);
        return reader.report();
    }

    private static String follow(byte[] stream, boolean usageRequested, int split) {
        StringBuilder log = new StringBuilder();
        ChatStreamReader reader = new ChatStreamReader(usageRequested);
        SseParser parser = new SseParser(1 << 20, "limit", frame -> log(log, reader, frame));
        parser.push(stream, 0, split);
        parser.push(stream, split, stream.length - split);
        SseFrame last = parser.end();
        if (last != null) {
            log.append("unterminated: ").append(last.dataLength()).append(" bytes of data\n");
        }
        StreamReport r = reader.report();
        log.append("usage ").append(r.usage()).append('\n');
        log.append(
                "finish %s, done %s, complete %s, semantic %s%n"
                        .formatted(r.finishReason(), r.done(), r.complete(), r.semantic()));
        log.append(
                "content %d bytes in %d deltas, malformed %d, searches %d%n"
                        .formatted(
                                r.contentBytes(), r.deltas(), r.malformedFrames(), r.searches()));
        log.append(
                "model %s, tier %s, id %s%n".formatted(r.model(), r.serviceTier(), r.responseId()));
        if (r.fault() != null) {
            log.append(
                    "fault %s %d: %s; param %s; %s; %s%n"
                            .formatted(
                                    r.fault().code(),
                                    r.fault().status(),
                                    r.fault().message(),
                                    r.fault().param(),
                                    r.fault().details(),
                                    r.retry()));
        }
        return log.toString();
    }

    private static void log(StringBuilder log, StreamReader reader, SseFrame frame) {
        String data = frame.dataText().replace("\n", "\\n");
        log.append(reader.read(frame))
                .append(' ')
                .append(frame.hasData() ? data.substring(0, Math.min(60, data.length())) : "-")
                .append('\n');
    }
}
