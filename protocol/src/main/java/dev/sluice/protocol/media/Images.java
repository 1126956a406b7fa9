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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// `POST /v1/images/generations`, `/edits` and `/variations`: pictures from a text, from pictures,
/// or from one picture. Edits come as JSON or as a form, variations as a form.
public final class Images {

    public static final String FAMILY = "images";

    private static final long MOST_IMAGES = 10;
    private static final long MOST_PARTIALS = 3;
    private static final int MOST_INPUTS = 16;
    private static final int MOST_WORD = 64;

    /// Output tokens of a picture that is shown before it is finished (OpenAI's guide to image
    /// generation, 2026-11).
    private static final long PARTIAL_TOKENS = 100;

    /// A price by the picture, or by the tokens that pictures are made of.
    private static final List<Set<MeterKind>> PRICED_BY =
            List.of(
                    Set.of(MeterKind.IMAGES),
                    Set.of(MeterKind.INPUT, MeterKind.IMAGE_OUTPUT),
                    Set.of(MeterKind.INPUT, MeterKind.OUTPUT));

    private static final Set<String> COMPLETING =
            Set.of("image_generation.completed", "image_edit.completed");
    private static final Set<String> WANTED = Set.of("usage", "size", "quality");

    private Images() {}

    /// Reads a request for pictures of a text.
    ///
    /// @throws dev.sluice.domain.FaultException `invalid_request` with the name of the field
    public static Decoded generations(RequestContent content) {
        Form form = Form.of(content);
        form.required("prompt");
        return request(form, 0);
    }

    /// Reads a request for other pictures than those that are given.
    public static Decoded edits(RequestContent content) {
        Form form = Form.of(content);
        form.required("prompt");
        int given = form.count("image") + form.count("images");
        if (given == 0) {
            throw Fields.missing("image");
        }
        return request(form, given + form.count("mask"));
    }

    /// Reads a request for pictures like the one that is given.
    public static Decoded variations(RequestContent content) {
        Form form = Form.of(content);
        if (form.files("image").size() != 1) {
            throw Fields.missing("image");
        }
        return request(form, 1);
    }

    private static Decoded request(Form form, int imagesIn) {
        if (imagesIn > MOST_INPUTS + 1) {
            throw Fields.wrong("image", "at most " + MOST_INPUTS + " pictures");
        }
        int images = (int) form.whole("n", 1, MOST_IMAGES).orElse(1);
        boolean stream = form.flag("stream");
        long partials = form.whole("partial_images", 0, MOST_PARTIALS).orElse(0);
        MediaFacts media =
                new MediaFacts(
                        asked(form),
                        PRICED_BY,
                        Usage.of(MeterKind.IMAGES, images),
                        imagesIn,
                        images,
                        stream ? partials * images * PARTIAL_TOKENS : 0);
        CallFacts facts =
                CallFacts.ofMedia(
                        form.model(),
                        FAMILY,
                        FAMILY,
                        stream,
                        form.bytesOf("prompt"),
                        form.user(),
                        media);
        return new MediaRequest(form, facts, new Pictures(facts));
    }

    private static Map<String, String> asked(Form form) {
        Map<String, String> asked = new HashMap<>();
        for (String name : List.of("size", "quality")) {
            String text = form.text(name);
            if (text != null && text.length() > MOST_WORD) {
                throw Fields.wrong(name, "at most " + MOST_WORD + " characters long");
            }
            if (text != null && !text.isBlank() && !text.equals("auto")) {
                asked.put(name, text);
            }
        }
        return asked;
    }

    private record Pictures(CallFacts facts) implements AnswerReader {

        @Override
        public Answer whole(String contentType, byte[] body) {
            JsonAnswer answer = JsonAnswer.read(body, WANTED);
            return new Answer(
                    body,
                    Answer.Facts.of(
                            report(answer.member("usage"), answer.length("data")),
                            answer.texts("size", "quality")));
        }

        @Override
        public StreamReader stream() {
            return new PieceStream(COMPLETING, facts.media().imagesOut(), this::report);
        }

        private UsageReport report(@Nullable JsonNode usage, int images) {
            Usage counted =
                    Usage.builder()
                            .set(MeterKind.IMAGES, images)
                            .set(MeterKind.REQUESTS, 1)
                            .build();
            UsageReport told = MediaUsage.read(usage, MeterKind.IMAGE_OUTPUT, counted);
            return told instanceof UsageReport.Reported
                    ? told
                    : new UsageReport.Counted(
                            counted, Usage.of(MeterKind.INPUT, UsageEstimate.inputTokens(facts)));
        }
    }
}
