package dev.sluice.protocol.video;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.MediaFacts;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.json.Trees;
import dev.sluice.protocol.media.Form;
import dev.sluice.protocol.media.Part;
import dev.sluice.protocol.media.RequestContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads requests for videos: `POST /v1/videos` as JSON or as a form, `/v1/videos/{id}/remix`, and
/// the same in other words at `/v1/video/generations`.
public final class Videos {

    /// The endpoint family.
    public static final String FAMILY = "videos";

    /// What the ids of its jobs begin with.
    public static final String KIND = "video";

    private static final String ACTION = "video";
    private static final int MOST_SECONDS = 600;
    private static final int MOST_WORD = 64;

    /// What is left open is decided by the provider: none makes more than this unasked.
    private static final int USUAL_SECONDS = 8;

    /// Every price list's base rate is that of videos up to so many lines; of larger ones the
    /// dearest rate is held, since lists name them by lines or by pixels.
    private static final int BASE_LINES = 720;

    /// A price by the second, by the job, or by the tokens that videos are made of.
    private static final List<Set<MeterKind>> PRICED_BY =
            List.of(
                    Set.of(MeterKind.VIDEO_MILLISECONDS),
                    Set.of(MeterKind.VIDEO_JOBS),
                    Set.of(MeterKind.OUTPUT));

    /// Providers that count tokens count width × height × 24 frames × seconds ÷ 1,024 (Volcano
    /// Engine's price list, 2026-11); a frame is at most this much wider than high.
    private static final int FRAMES_PER_SECOND = 24;

    private static final int TOKEN_PIXELS = 1_024;
    private static final int MOST_RATIO_TENTHS = 24;
    private static final int USUAL_MOST_LINES = 1_080;

    /// Members of `/v1/video/generations` that no provider's request has.
    private static final List<String> NOT_SENT =
            List.of("fps", "seed", "response_format", "metadata", "user");

    private Videos() {}

    /// Reads a request for a video.
    ///
    /// @throws dev.sluice.domain.FaultException `invalid_request` with the name of the field
    public static Decoded create(RequestContent content) {
        RequestContent told = spelled(content);
        return request(told, Form.of(told).user(), List.of());
    }

    /// Reads a request in the words of `/v1/video/generations`: `duration`, `width` and `height`,
    /// `image`.
    public static Decoded generations(RequestContent content) {
        Form form = Form.of(content);
        form.required("model");
        ObjectNode told = (ObjectNode) Trees.read(content.identity());
        if (form.whole("n", 1, 1).isPresent()) {
            told.remove("n");
        }
        List<String> dropped = new ArrayList<>();
        for (String name : NOT_SENT) {
            if (told.remove(name) != null) {
                dropped.add(name);
            }
        }
        rename(told, "duration", "seconds");
        rename(told, "image", VideoRequest.IMAGE);
        rename(told, "image_url", VideoRequest.IMAGE);
        JsonNode image = told.get(VideoRequest.IMAGE);
        if (image != null && image.isString()) {
            told.putObject(VideoRequest.IMAGE).set("image_url", image);
        }
        OptionalLong width = form.whole("width", 16, 9_999);
        OptionalLong height = form.whole("height", 16, 9_999);
        told.remove(List.of("width", "height"));
        if (width.isPresent() && height.isPresent() && !told.has("size")) {
            told.put("size", width.getAsLong() + "x" + height.getAsLong());
        }
        return request(spelled(new RequestContent.Json(Trees.bytes(told))), form.user(), dropped);
    }

    /// Reads a request for another version of a video.
    ///
    /// @param model public name of the one that made it
    /// @param of what was asked of it
    public static Decoded remix(RequestContent content, String model, VideoAsked of) {
        Form form = Form.of(content);
        form.required("prompt");
        CallFacts facts = facts(form, model, of, form.user());
        return new VideoRequest(form, facts, of, null, null, List.of());
    }

    private static void rename(ObjectNode told, String from, String to) {
        JsonNode value = told.remove(from);
        if (value != null && !value.isNull() && !told.has(to)) {
            told.set(to, value);
        }
    }

    /// Lengths are texts in the shape that is spoken; many write numbers.
    private static RequestContent spelled(RequestContent content) {
        Form.of(content);
        if (content instanceof RequestContent.Json json
                && Trees.read(json.identity()) instanceof ObjectNode told
                && told.path("seconds").isIntegralNumber()) {
            told.put("seconds", told.path("seconds").asString());
            return new RequestContent.Json(Trees.bytes(told));
        }
        return content;
    }

    private static VideoRequest request(
            RequestContent content, @Nullable String user, List<String> dropped) {
        Form form = Form.of(content);
        String model = form.model();
        form.required("prompt");
        VideoAsked asked = new VideoAsked(seconds(form), size(form), resolution(form));
        String ratio = word(form, "aspect_ratio");
        return new VideoRequest(
                form,
                facts(form, model, asked, user),
                asked,
                image(form, content),
                ratio == null ? word(form, "ratio") : ratio,
                dropped);
    }

    /// The most that a job which was asked for this counts, beside tokens.
    public static Usage most(VideoAsked asked) {
        return Usage.builder()
                .set(MeterKind.VIDEO_MILLISECONDS, seconds(asked) * 1_000L)
                .set(MeterKind.VIDEO_JOBS, 1)
                .build();
    }

    private static int seconds(VideoAsked asked) {
        Integer wanted = asked.seconds();
        return wanted == null ? USUAL_SECONDS : wanted;
    }

    private static CallFacts facts(
            Form form, String model, VideoAsked asked, @Nullable String user) {
        OptionalLong lines = asked.lines();
        String pixels = asked.size();
        String resolution = asked.resolution() == null ? pixels : asked.resolution();
        boolean base = lines.isPresent() && lines.getAsLong() <= BASE_LINES;
        MediaFacts media =
                new MediaFacts(
                        resolution != null && base ? Map.of("resolution", resolution) : Map.of(),
                        PRICED_BY,
                        most(asked),
                        0,
                        0,
                        mostTokens(lines.orElse(USUAL_MOST_LINES), seconds(asked)));
        return CallFacts.ofMedia(model, FAMILY, ACTION, false, form.bytesOf("prompt"), user, media);
    }

    private static long mostTokens(long lines, int seconds) {
        long pixels = lines * lines * MOST_RATIO_TENTHS / 10;
        return pixels * FRAMES_PER_SECOND * seconds / TOKEN_PIXELS;
    }

    private static @Nullable Integer seconds(Form form) {
        String text = word(form, "seconds");
        if (text == null) {
            return null;
        }
        if (!text.matches("[1-9]\\d{0,2}") || Integer.parseInt(text) > MOST_SECONDS) {
            throw Fields.wrong("seconds", "a whole number from 1 to " + MOST_SECONDS);
        }
        return Integer.valueOf(text);
    }

    private static @Nullable String size(Form form) {
        String text = word(form, "size");
        if (text != null && !VideoAsked.SIZE.matcher(text).matches()) {
            throw Fields.wrong("size", "pixels such as `1280x720`");
        }
        return text;
    }

    private static @Nullable String resolution(Form form) {
        String text = word(form, "resolution");
        if (text != null && !VideoAsked.isResolution(text)) {
            throw Fields.wrong("resolution", "lines such as `720p`, or `4k`");
        }
        return text;
    }

    private static @Nullable String word(Form form, String name) {
        String text = form.text(name);
        if (text != null && text.length() > MOST_WORD) {
            throw Fields.wrong(name, "at most " + MOST_WORD + " characters long");
        }
        return text == null || text.isBlank() || text.equals("auto") ? null : text;
    }

    private static @Nullable VideoImage image(Form form, RequestContent content) {
        if (content instanceof RequestContent.Json json) {
            JsonNode given = Trees.present(Trees.read(json.identity()), VideoRequest.IMAGE);
            if (given == null) {
                return null;
            }
            String text = given.isString() ? given.stringValue() : Trees.string(given, "image_url");
            // a file of the provider's own is its business
            return text == null ? null : VideoImage.of(text);
        }
        List<Part> files = form.files(VideoRequest.IMAGE);
        if (files.size() > 1) {
            throw Fields.wrong(VideoRequest.IMAGE, "one picture");
        }
        if (files.isEmpty()) {
            return null;
        }
        Part file = files.getFirst();
        return file.isFile()
                ? VideoImage.of(file.contentType(), file.pieces())
                : VideoImage.of(new String(file.content(), StandardCharsets.UTF_8));
    }
}
