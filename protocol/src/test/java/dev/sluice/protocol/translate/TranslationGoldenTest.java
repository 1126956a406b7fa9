package dev.sluice.protocol.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.FaultException;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.Golden;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.framing.SseFrame;
import dev.sluice.protocol.framing.SseParser;
import dev.sluice.protocol.json.Trees;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/// Every pair of dialects, as files: `requests/CLIENT/x.json` becomes `golden/CLIENT_to_UPSTREAM/`,
/// `answers/UPSTREAM/x.json` and `streams/UPSTREAM/x.sse` come back the same way. A pair of one
/// dialect with itself goes through the canonical types too, so that what is lost there shows.
final class TranslationGoldenTest {

    private static final long AT = 1_700_000_000L;
    private static final String FOLDER = "translate/";
    private static final JsonMapper PRETTY = new JsonMapper();

    static Stream<Arguments> requests() {
        return cases("requests", ".json", true);
    }

    static Stream<Arguments> answers() {
        return cases("answers", ".json", false);
    }

    static Stream<Arguments> streams() {
        return cases("streams", ".sse", false);
    }

    /// Each file of each dialect with each dialect at the other end.
    private static Stream<Arguments> cases(String kind, String ending, boolean asked) {
        return Wire.all().stream()
                .flatMap(own ->
                        Golden.inputs(FOLDER + kind + "/" + own.id(), ending).stream()
                                .flatMap(file ->
                                        Wire.all().stream()
                                                .map(other ->
                                                        Arguments.of(
                                                                asked ? own : other,
                                                                asked ? other : own,
                                                                file))));
    }

    @ParameterizedTest(name = "{0} to {1}: {2}")
    @MethodSource
    void requests(Wire client, Wire upstream, Path file) throws IOException {
        String text;
        try {
            Translation request = translated(client, upstream, Files.readAllBytes(file));
            byte[] sent = request.upstreamBody("target", OptionalLong.empty(), "max_tokens");
            text = "dropped " + request.dropped() + "\n" + pretty(sent) + "\n";
        } catch (FaultException refused) {
            text =
                    "refused %d: %s (%s)%n"
                            .formatted(
                                    refused.fault().status(),
                                    refused.fault().message(),
                                    refused.fault().param());
        }
        Golden.check(golden("request", client, upstream, file), text);
    }

    @ParameterizedTest(name = "{1} to {0}: {2}")
    @MethodSource
    void answers(Wire client, Wire upstream, Path file) throws IOException {
        Answer answer = question(client, upstream).readAnswer(Files.readAllBytes(file));
        String text =
                "usage %s, finish %s, dropped %s%n%s%n"
                        .formatted(
                                answer.facts().usage(),
                                answer.facts().finishReasons(),
                                answer.dropped(),
                                pretty(answer.body()));
        Golden.check(golden("answer", client, upstream, file), text);
    }

    @ParameterizedTest(name = "{1} to {0}: {2}")
    @MethodSource("streams")
    void streamed(Wire client, Wire upstream, Path file) throws IOException {
        byte[] stream = Files.readAllBytes(file);
        String shown = shown(client, upstream, stream, stream.length);
        Golden.check(golden("stream", client, upstream, file), shown);
    }

    @ParameterizedTest(name = "{1} to {0}: {2}")
    @MethodSource("streams")
    void anySplitAndLineEndShowsTheSame(Wire client, Wire upstream, Path file) throws IOException {
        byte[] stream = Files.readAllBytes(file);
        String whole = shown(client, upstream, stream, stream.length);
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 40; i++) {
            int at = random.nextInt(stream.length);
            assertThat(shown(client, upstream, stream, at))
                    .as("seed %d, split at %d", seed, at)
                    .isEqualTo(whole);
        }
        String lines = new String(stream, StandardCharsets.UTF_8).replace("\r\n", "\n");
        String crlf = lines.replace("\n", "\r\n");
        byte[] other = ("\uFEFF" + crlf).getBytes(StandardCharsets.UTF_8);
        assertThat(shown(client, upstream, other, other.length / 2)).isEqualTo(whole);
    }

    static Translation translated(Wire client, Wire upstream, byte[] body) {
        Decoded asked = client.decode(body);
        return Translation.translate(asked, body, client, upstream, AT);
    }

    /// A small question of a client that wants its answer streamed, with usage and tools.
    static Translation question(Wire client, Wire upstream) throws IOException {
        Path file = Path.of("src/test/resources", FOLDER, "questions", client.id() + ".json");
        return translated(client, upstream, Files.readAllBytes(file));
    }

    static String shown(Wire client, Wire upstream, byte[] stream, int split) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StreamReader reader = question(client, upstream).streamReader();
        SseParser parser = new SseParser(1 << 20, "limit", frame -> show(out, reader, frame));
        parser.push(stream, 0, split);
        parser.push(stream, split, stream.length - split);
        SseFrame last = parser.end();
        if (last != null) {
            show(out, reader, last);
        }
        if (reader.report().complete() && !reader.done()) {
            out.writeBytes(reader.ending());
        }
        String report =
                "-- usage %s, finish %s, dropped %s, complete %s, fault %s%n"
                        .formatted(
                                reader.report().usage(),
                                reader.report().finishReason(),
                                reader.dropped(),
                                reader.report().complete(),
                                reader.report().fault() == null
                                        ? null
                                        : reader.report().fault().message());
        return out.toString(StandardCharsets.UTF_8) + report;
    }

    private static void show(ByteArrayOutputStream out, StreamReader reader, SseFrame frame) {
        if (!reader.done()
                && reader.report().fault() == null
                && reader.read(frame) == StreamReader.Step.FORWARD) {
            out.writeBytes(reader.shown(frame));
        }
    }

    private static String pretty(byte[] json) {
        return PRETTY.writerWithDefaultPrettyPrinter().writeValueAsString(Trees.read(json));
    }

    private static String golden(String kind, Wire client, Wire upstream, Path file) {
        String name = file.getFileName().toString().replaceAll("\\.[a-z]+$", "");
        return FOLDER
                + "golden/"
                + client.id()
                + "_to_"
                + upstream.id()
                + "/"
                + kind
                + "_"
                + name
                + ".txt";
    }
}
