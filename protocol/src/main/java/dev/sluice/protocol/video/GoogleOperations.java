package dev.sluice.protocol.video;

import dev.sluice.domain.Fault;
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
import tools.jackson.databind.node.ObjectNode;

/// Google's long-running operations: `:predictLongRunning` answers with the name of an operation,
/// which says when it is done. What was made is what was asked: the answer does not say it again.
abstract sealed class GoogleOperations implements VideoWire permits GeminiVideos, VertexVideos {

    static final int USUAL_SECONDS = 8;
    static final String PLAIN = "-._~/";
    static final String VERB = ":predictLongRunning";

    /// The member that has the bytes of a picture or a video.
    static final String BYTES = "bytesBase64Encoded";

    private static final String USUAL_LINES = "720p";

    /// What this provider wants to hear beside what was asked for.
    abstract void complete(ObjectNode parameters);

    /// What an operation that is done made.
    abstract JsonNode made(ObjectNode operation);

    /// Whether it made a video.
    abstract boolean isThere(JsonNode made);

    /// Where that is; null where it is in the answer.
    abstract @Nullable String url(JsonNode made);

    @Override
    public JobSend submit(VideoRequest request, String path, String model) {
        ObjectNode body = Trees.object();
        ObjectNode instance = body.putArray("instances").addObject();
        instance.put("prompt", request.prompt());
        VideoImage image = request.image();
        if (image != null) {
            if (image.base64() == null) {
                throw Fault.invalid(
                                "The provider of this model takes the picture itself, not where"
                                        + " it is.",
                                VideoRequest.IMAGE)
                        .asException();
            }
            instance.putObject("image").put(BYTES, "").put("mimeType", image.type());
        }
        VideoAsked asked = request.asked();
        ObjectNode parameters = body.putObject("parameters");
        String ratio = request.ratioOr(size -> size.width() > size.height() ? "16:9" : "9:16");
        if (ratio != null) {
            parameters.put("aspectRatio", ratio);
        }
        String lines = asked.linesName();
        if (lines != null) {
            parameters.put("resolution", lines);
        }
        Integer seconds = asked.seconds();
        if (seconds != null) {
            parameters.put("durationSeconds", (int) seconds);
        }
        complete(parameters);
        return image == null
                ? JobSend.json(path, Trees.bytes(body))
                : JobSend.json(path, image.in(body, BYTES, ""));
    }

    @Override
    public List<String> dropped(VideoRequest request) {
        return request.droppedBut(VideoRequest.CARRIED);
    }

    @Override
    public Optional<String> content(String path, String job) {
        return Optional.empty();
    }

    @Override
    public Optional<String> delete(String path, String job) {
        return Optional.empty();
    }

    @Override
    public JobLook read(byte[] body, VideoAsked asked) {
        ObjectNode told = VideoWire.document(body);
        String name = Trees.string(told, "name");
        if (name == null || name.isEmpty() || name.length() > Fields.MAX_NAME) {
            throw VideoWire.unreadable();
        }
        if (!told.path("done").asBoolean(false)) {
            ObjectNode shown = Trees.object().put("status", JobLook.State.IN_PROGRESS.word());
            return look(name, JobLook.State.IN_PROGRESS, shown, asked, null);
        }
        JsonNode made = made(told);
        if (isThere(made)) {
            ObjectNode shown =
                    Trees.object()
                            .put("status", JobLook.State.COMPLETED.word())
                            .put("progress", 100);
            return look(name, JobLook.State.COMPLETED, shown, asked, url(made));
        }
        ObjectNode shown = Trees.object().put("status", JobLook.State.FAILED.word());
        shown.set("error", why(told.path("error"), made));
        return look(name, JobLook.State.FAILED, shown, asked, null);
    }

    private static ObjectNode why(JsonNode error, JsonNode made) {
        if (error.isObject()) {
            return VideoWire.error(Trees.string(error, "status"), Trees.string(error, "message"));
        }
        JsonNode reason = made.path("raiMediaFilteredReasons").path(0);
        return VideoWire.error(
                made.path("raiMediaFilteredCount").asInt(0) > 0 ? "content_filtered" : null,
                reason.isString() ? reason.stringValue() : null);
    }

    private static JobLook look(
            String name,
            JobLook.State state,
            ObjectNode shown,
            VideoAsked asked,
            @Nullable String url) {
        boolean made = state == JobLook.State.COMPLETED;
        Integer seconds = asked.seconds();
        String lines = asked.linesName();
        return new JobLook(
                name,
                state,
                shown,
                made
                        ? VideoWire.made(
                                VideoWire.milliseconds(
                                        null, seconds == null ? USUAL_SECONDS : seconds))
                        : Usage.NONE,
                made ? Map.of("resolution", lines == null ? USUAL_LINES : lines) : Map.of(),
                url);
    }
}
