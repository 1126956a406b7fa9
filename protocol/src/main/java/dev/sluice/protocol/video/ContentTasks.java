package dev.sluice.protocol.video;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.job.JobLook;
import dev.sluice.protocol.job.JobSend;
import dev.sluice.protocol.json.Trees;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// ByteDance's content generation tasks: a task has an id, and when it is done says what it used,
/// how long and how large the video is, and at which signed URL it can be fetched for a day.
final class ContentTasks implements VideoWire {

    private static final int USUAL_SECONDS = 5;
    private static final long MOST_TOKENS = 1L << 40;

    /// Those the provider knows, by width and height.
    private static final List<String> RATIOS = List.of("16:9", "9:16", "4:3", "3:4", "1:1", "21:9");

    @Override
    public String dialect() {
        return "content-tasks";
    }

    @Override
    public String path(String model) {
        return "/contents/generations/tasks";
    }

    @Override
    public JobSend submit(VideoRequest request, String path, String model) {
        VideoAsked asked = request.asked();
        ObjectNode body = Trees.object().put("model", model);
        ArrayNode content = body.putArray("content");
        content.addObject().put("type", "text").put("text", request.prompt());
        VideoImage image = request.image();
        if (image != null) {
            ObjectNode part = content.addObject().put("type", "image_url");
            part.putObject("image_url").put("url", image.urlHead());
        }
        String lines = asked.linesName();
        if (lines != null) {
            body.put("resolution", lines);
        }
        String ratio = request.ratioOr(ContentTasks::nearest);
        if (ratio != null) {
            body.put("ratio", ratio);
        }
        Integer seconds = asked.seconds();
        if (seconds != null) {
            body.put("duration", (int) seconds);
        }
        return image == null || image.url() != null
                ? JobSend.json(path, Trees.bytes(body))
                : JobSend.json(path, image.in(body, "url", image.urlHead()));
    }

    private static @Nullable String nearest(VideoAsked asked) {
        return RATIOS.stream().filter(ratio -> fits(ratio, asked)).findFirst().orElse(null);
    }

    private static boolean fits(String ratio, VideoAsked asked) {
        int colon = ratio.indexOf(':');
        int width = Integer.parseInt(ratio.substring(0, colon));
        int height = Integer.parseInt(ratio.substring(colon + 1));
        return asked.width() * height == asked.height() * width;
    }

    @Override
    public List<String> dropped(VideoRequest request) {
        return request.droppedBut(VideoRequest.CARRIED);
    }

    @Override
    public String lookAt(String path, String job) {
        return VideoWire.below(path, job);
    }

    @Override
    public Optional<String> content(String path, String job) {
        return Optional.empty();
    }

    @Override
    public Optional<String> delete(String path, String job) {
        return Optional.of(VideoWire.below(path, job));
    }

    /// The answer to a submit has the id alone.
    @Override
    public JobLook read(byte[] body, VideoAsked asked) {
        ObjectNode told = VideoWire.document(body);
        String job = Trees.string(told, "id");
        if (job == null || job.isEmpty() || job.length() > Fields.MAX_NAME) {
            throw VideoWire.unreadable();
        }
        JobLook.State state =
                switch (Trees.stringOrEmpty(told, "status")) {
                    case "", "queued" -> JobLook.State.QUEUED;
                    case "succeeded" -> JobLook.State.COMPLETED;
                    case "failed", "cancelled", "expired" -> JobLook.State.FAILED;
                    default -> JobLook.State.IN_PROGRESS;
                };
        ObjectNode shown = Trees.object().put("status", state.word());
        if (state == JobLook.State.FAILED) {
            JsonNode error = told.path("error");
            String code = Trees.string(error, "code");
            shown.set(
                    "error",
                    VideoWire.error(
                            code == null ? Trees.string(told, "status") : code,
                            Trees.string(error, "message")));
        }
        if (state != JobLook.State.COMPLETED) {
            return new JobLook(job, state, shown, Usage.NONE, Map.of(), null);
        }
        return completed(job, told, shown.put("progress", 100), asked);
    }

    private static JobLook completed(
            String job, ObjectNode told, ObjectNode shown, VideoAsked asked) {
        Integer wanted = asked.seconds();
        long length =
                VideoWire.milliseconds(
                        told.get("duration"), wanted == null ? USUAL_SECONDS : wanted);
        Usage made = VideoWire.made(length);
        JsonNode tokens = told.path("usage").path("total_tokens");
        if (tokens.isIntegralNumber()
                && tokens.canConvertToLong()
                && tokens.longValue() > 0
                && tokens.longValue() <= MOST_TOKENS) {
            made = made.plus(Usage.of(MeterKind.OUTPUT, tokens.longValue()));
        }
        String resolution = Trees.string(told, "resolution");
        if (resolution == null) {
            resolution = asked.linesName();
        }
        shown.put("seconds", Long.toString(Math.ceilDiv(length, 1_000L)));
        return new JobLook(
                job,
                JobLook.State.COMPLETED,
                shown,
                made,
                resolution == null ? Map.of() : Map.of("resolution", resolution),
                Trees.string(told.path("content"), "video_url"));
    }
}
