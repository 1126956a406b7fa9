package dev.sluice.protocol.media;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.MediaFacts;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.UsageEstimate;
import dev.sluice.protocol.UsageReport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// `POST /v1/audio/transcriptions` and `/v1/audio/translations`: sound that is written down. The
/// answer is JSON, plain text, subtitles, or events.
public final class Transcriptions {

    public static final String FAMILY = Speech.FAMILY;

    private static final Set<String> COMPLETING = Set.of("transcript.text.done");
    private static final Set<String> WANTED = Set.of("usage", "duration", "text");

    private static final List<Set<MeterKind>> PRICED_BY =
            List.of(
                    Set.of(MeterKind.AUDIO_MILLISECONDS),
                    Set.of(MeterKind.AUDIO_INPUT, MeterKind.OUTPUT),
                    Set.of(MeterKind.INPUT, MeterKind.OUTPUT));

    private static final int SECOND = 1_000;
    private static final long MOST_SECONDS_FORETOLD = 86_400;

    /// Nobody speaks faster.
    private static final int MOST_TOKENS_PER_SECOND = 25;

    private static final int MOST_TOKENS_BESIDES = 256;

    /// What providers count of sound.
    private static final int AUDIO_TOKENS_PER_SECOND = 10;

    private Transcriptions() {}

    /// Reads a request. JSON is what one would be that is not sent: its fields, and instead of the
    /// sound the `seconds` that it lasts.
    ///
    /// @throws dev.sluice.domain.FaultException `invalid_request` with the name of the field
    public static Decoded decode(RequestContent content) {
        Form form = Form.of(content);
        return content instanceof RequestContent.Json ? foretold(form) : sent(form);
    }

    private static Decoded foretold(Form form) {
        OptionalLong seconds = form.whole("seconds", 1, MOST_SECONDS_FORETOLD);
        if (seconds.isEmpty()) {
            throw Fields.missing("seconds");
        }
        long length = seconds.getAsLong() * SECOND;
        return request(form, length, new Heard(OptionalLong.of(length), length));
    }

    private static Decoded sent(Form form) {
        List<Part> files = form.files("file");
        if (files.size() != 1 || !files.getFirst().isFile()) {
            throw files.isEmpty()
                    ? Fields.missing("file")
                    : Fields.wrong("file", "one file with sound");
        }
        byte[] sound = files.getFirst().content();
        OptionalLong known = AudioLength.milliseconds(sound);
        return request(
                form,
                known.orElse(AudioLength.mostMilliseconds(sound)),
                new Heard(known, AudioLength.likelyMilliseconds(sound)));
    }

    private static Decoded request(Form form, long mostMilliseconds, Heard heard) {
        // Providers charge begun seconds.
        MediaFacts media = media(Math.ceilDiv(mostMilliseconds, SECOND));
        CallFacts facts =
                CallFacts.ofMedia(
                        form.model(),
                        FAMILY,
                        FAMILY,
                        form.flag("stream"),
                        form.bytesOf("prompt"),
                        null,
                        media);
        return new MediaRequest(form, facts, heard, facts.stream() ? "text/event-stream" : "*/*");
    }

    /// What prices depend on where sound is written down.
    ///
    /// @param seconds that it lasts at most
    public static MediaFacts media(long seconds) {
        return new MediaFacts(
                Map.of(),
                PRICED_BY,
                Usage.of(MeterKind.AUDIO_MILLISECONDS, Math.max(seconds, 1) * SECOND),
                0,
                0,
                seconds * MOST_TOKENS_PER_SECOND + MOST_TOKENS_BESIDES);
    }

    /// @param known how long the sound is; empty where its format does not say
    /// @param likely about how long it is
    private record Heard(OptionalLong known, long likely) implements AnswerReader {

        @Override
        public Answer whole(String contentType, byte[] body) {
            UsageReport report;
            if (contentType.contains("json")) {
                JsonAnswer answer = JsonAnswer.read(body, WANTED);
                String text = answer.text("text");
                report =
                        report(
                                answer.member("usage"),
                                answer.member("duration"),
                                text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length);
            } else {
                report = report(null, null, body.length);
            }
            return new Answer(
                    body,
                    contentType.isEmpty() ? "text/plain; charset=utf-8" : contentType,
                    Answer.Facts.of(report, Map.of()));
        }

        @Override
        public StreamReader stream() {
            return new PieceStream(COMPLETING, 1, (usage, _) -> report(usage, null, 0));
        }

        private UsageReport report(
                @Nullable JsonNode usage, @Nullable JsonNode duration, long textBytes) {
            Usage request = Usage.of(MeterKind.REQUESTS, 1);
            boolean timed = usage != null && usage.has("seconds");
            UsageReport told =
                    MediaUsage.read(
                            usage, MeterKind.OUTPUT, timed ? request : request.plus(length(known)));
            if (told instanceof UsageReport.Reported) {
                return told;
            }
            OptionalLong said = MediaUsage.thousandths(duration);
            OptionalLong exact = said.isPresent() ? said : known;
            long about = exact.orElse(likely);
            Usage tokens =
                    Usage.builder()
                            .set(
                                    MeterKind.AUDIO_INPUT,
                                    Math.ceilDiv(about * AUDIO_TOKENS_PER_SECOND, SECOND))
                            .set(
                                    MeterKind.OUTPUT,
                                    Math.ceilDiv(textBytes, UsageEstimate.BYTES_PER_TOKEN))
                            .build();
            return exact.isPresent()
                    ? new UsageReport.Counted(request.plus(length(exact)), tokens)
                    : new UsageReport.Counted(
                            request, tokens.plus(length(OptionalLong.of(likely))));
        }

        private static Usage length(OptionalLong milliseconds) {
            return milliseconds.isPresent()
                    ? Usage.of(MeterKind.AUDIO_MILLISECONDS, milliseconds.getAsLong())
                    : Usage.NONE;
        }
    }
}
