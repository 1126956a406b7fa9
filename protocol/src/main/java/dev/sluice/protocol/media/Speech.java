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
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// `POST /v1/audio/speech`: a text that is read aloud. The answer is sound, or events with pieces
/// of it where the request says so.
public final class Speech {

    /// The endpoint family of everything that is heard or said.
    public static final String FAMILY = "audio";

    private static final Set<String> FORMATS = Set.of("audio", "sse");
    private static final Set<String> COMPLETING = Set.of("speech.audio.done");

    private static final List<Set<MeterKind>> PRICED_BY =
            List.of(
                    Set.of(MeterKind.CHARACTERS),
                    Set.of(MeterKind.INPUT, MeterKind.AUDIO_OUTPUT),
                    Set.of(MeterKind.INPUT, MeterKind.OUTPUT));

    /// Read at a quarter of the usual speed, a character takes less than these tokens of sound.
    private static final int MOST_TOKENS_PER_BYTE = 8;

    private static final int MOST_TOKENS_BESIDES = 256;

    /// Read at the usual speed, two characters take about these.
    private static final int TOKENS_PER_TWO_BYTES = 3;

    private Speech() {}

    /// Reads a request.
    ///
    /// @throws dev.sluice.domain.FaultException `invalid_request` with the name of the field
    public static Decoded decode(RequestContent content) {
        Form form = Form.of(content);
        String input = form.required("input");
        String format = form.text("stream_format");
        if (format != null && !FORMATS.contains(format)) {
            throw Fields.wrong("stream_format", "`audio` or `sse`");
        }
        boolean events = "sse".equals(format);
        long bytes = form.bytesOf("input");
        Usage characters = Usage.of(MeterKind.CHARACTERS, input.codePointCount(0, input.length()));
        MediaFacts media =
                new MediaFacts(
                        Map.of(),
                        PRICED_BY,
                        characters,
                        0,
                        0,
                        bytes * MOST_TOKENS_PER_BYTE + MOST_TOKENS_BESIDES);
        CallFacts facts =
                CallFacts.ofMedia(
                        form.model(),
                        FAMILY,
                        FAMILY,
                        events,
                        bytes + form.bytesOf("instructions"),
                        null,
                        media);
        Usage guessed =
                Usage.builder()
                        .set(MeterKind.INPUT, UsageEstimate.inputTokens(facts))
                        .set(MeterKind.AUDIO_OUTPUT, Math.ceilDiv(bytes * TOKENS_PER_TWO_BYTES, 2))
                        .build();
        Usage counted = characters.plus(Usage.of(MeterKind.REQUESTS, 1));
        return new MediaRequest(
                form,
                facts,
                new Sound(counted, guessed),
                events ? "text/event-stream" : MediaRequest.SOUND);
    }

    private record Sound(Usage counted, Usage guessed) implements AnswerReader {

        @Override
        public Answer whole(String contentType, byte[] body) {
            if (body.length == 0 || contentType.contains("json")) {
                throw JsonAnswer.malformed();
            }
            return new Answer(
                    body,
                    contentType.isEmpty() ? "application/octet-stream" : contentType,
                    Answer.Facts.of(new UsageReport.Counted(counted, guessed), Map.of()));
        }

        @Override
        public StreamReader stream() {
            return new PieceStream(COMPLETING, 1, (usage, _) -> report(usage));
        }

        private UsageReport report(@Nullable JsonNode usage) {
            UsageReport told = MediaUsage.read(usage, MeterKind.AUDIO_OUTPUT, counted);
            return told instanceof UsageReport.Reported
                    ? told
                    : new UsageReport.Counted(counted, guessed);
        }
    }
}
